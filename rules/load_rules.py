"""Reads the rules of all files together: ladders, rules, changes of lower layers, checks, tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from rules.book import Ladder, Rule
from rules.checks import check_files
from rules.conditions import tell_unknown_rule
from rules.ladder_steps import read_ladder, read_role
from rules.layers import layer_rank
from rules.problems import Report, RuleFileError
from rules.rule_reader import ReadRule, read_changes, read_rule
from rules.rule_tests import read_tests
from rules.terms_reader import Surroundings, TermsReader
from rules.vocabulary import Vocabulary
from rules.yaml_nodes import ListNode, MapNode, TextNode


@dataclass(frozen=True, slots=True)
class RuleFile:
    """A rule file whose keys are right. `root` is None when they are not."""

    report: Report
    root: MapNode | None

    @property
    def layer(self) -> str:
        """The layer the file is written for."""
        found = self.root.text("layer") if self.root else None
        return found.text if found else "national"

    def entries(self, key: str) -> tuple[tuple[TextNode, MapNode | ListNode], ...]:
        """Return the names and values under an outer key that holds a map."""
        found = self.root.map(key) if self.root else None
        return tuple(
            (name, value)
            for name, value in (found.entries if found else ())
            if isinstance(value, MapNode | ListNode)
        )


def read_rules(
    files: Sequence[RuleFile], shipped: Sequence[RuleFile], vocabulary: Vocabulary
) -> Mapping[str, Rule]:
    """Return the rules of all files by name; what is wrong goes into the files' reports.

    A file with a mistake gives no rules to the later steps, so that one mistake is told once.
    """
    _check_municipalities(files)
    ladders = _read_ladders(files, shipped, vocabulary)
    around = Surroundings(vocabulary, ladders, _rule_records(files))
    read: dict[str, ReadRule] = {}
    for file in files:
        with suppress(RuleFileError):
            _read_rules_of(file, around, read)
    for file in sorted(files, key=lambda file: layer_rank(file.layer)):
        with suppress(RuleFileError):
            _attach_changes(file, around, read)
    sound = {name: found for name, found in read.items() if not found.report.failed}
    with suppress(RuleFileError):
        check_files(sound, {file.report.file: file.report for file in files})
    return {name: _with_tests(found, around) for name, found in sound.items()}


def _check_municipalities(files: Sequence[RuleFile]) -> None:
    """An installation is one municipality's: changes of another would hold in every case."""
    first = ""
    for file in files:
        layer = file.root.text("layer") if file.root else None
        if layer is not None and layer_rank(layer.text) == 1:
            first = first or layer.text
            if layer.text != first:
                file.report.add("L16", layer.span, layer=layer.text, first=first)


def _read_ladders(
    files: Iterable[RuleFile], shipped: Iterable[RuleFile], vocabulary: Vocabulary
) -> dict[str, Ladder]:
    ladders: dict[str, Ladder] = {}
    written: dict[str, str] = {}
    for file in files:
        with suppress(RuleFileError):
            _read_ladders_of(file, vocabulary, ladders, written)
    for file in shipped:
        for name, node in file.entries("ladders"):
            if name.text not in written:
                _add_ladder(name, node, vocabulary, file.report, ladders)
    return ladders


def _read_ladders_of(
    file: RuleFile, vocabulary: Vocabulary, ladders: dict[str, Ladder], written: dict[str, str]
) -> None:
    for name, node in file.entries("ladders"):
        if name.text in written:
            first = written[name.text]
            file.report.add("L11.ladder", name.span, name=name.text, first=first)
        written[name.text] = f"{file.report.file}:{name.span.line}"
        _add_ladder(name, node, vocabulary, file.report, ladders)


def _add_ladder(
    name: TextNode,
    node: MapNode | ListNode,
    vocabulary: Vocabulary,
    report: Report,
    ladders: dict[str, Ladder],
) -> None:
    if not isinstance(node, MapNode):
        report.add("S05.notify", node.span, key=name.text)
        return
    ladder = read_ladder(name.text, node, vocabulary, report)
    # a ladder with a mistake still counts as known, so that rules naming it are not blamed
    ladders[name.text] = ladder or Ladder(name.text, ())


def _rule_records(files: Sequence[RuleFile]) -> dict[str, str] | None:
    if any(file.root is None for file in files):
        return None
    records: dict[str, str] = {}
    for file in files:
        for name, node in file.entries("rules"):
            kind = node.text("for") if isinstance(node, MapNode) else None
            records[name.text] = kind.text if kind else ""
    return records


def _read_rules_of(file: RuleFile, around: Surroundings, read: dict[str, ReadRule]) -> None:
    owner = file.root.text("owner") if file.root else None
    if owner is not None:
        read_role(owner, around.vocabulary, file.report)
    for name, node in file.entries("rules"):
        if name.text in read:
            first = read[name.text].rule.place
            place = f"{first.file}:{first.line}"
            file.report.add("L11", name.span, name=name.text, first=place)
        elif isinstance(node, MapNode) and (
            found := read_rule(name, node, file.layer, around, file.report)
        ):
            read[name.text] = found


def _attach_changes(file: RuleFile, around: Surroundings, read: dict[str, ReadRule]) -> None:
    for name, node in file.entries("changes"):
        if name.text not in read:
            if around.rule_records is not None and name.text not in around.rule_records:
                tell_unknown_rule(name.text, name.span, around.rule_records, file.report)
            continue
        found = read[name.text]
        if layer_rank(file.layer) <= layer_rank(found.rule.layer):
            where = found.rule.place.file
            file.report.add("L12", name.span, rule=name.text, layer=found.rule.layer, file=where)
            continue
        reader = TermsReader(found.rule.record, around, file.report)
        changes = read_changes(node, file.layer, found.rule.must, reader)
        rule = replace(found.rule, changes=found.rule.changes + changes)
        read[name.text] = replace(found, rule=rule)


def _with_tests(found: ReadRule, around: Surroundings) -> Rule:
    node = found.node.get("tests")
    if found.report.failed or not isinstance(node, ListNode):
        return found.rule
    with suppress(RuleFileError):
        return replace(found.rule, tests=read_tests(node, found.rule, around, found.report))
    return found.rule
