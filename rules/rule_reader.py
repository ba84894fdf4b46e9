"""Reads one rule, or one change of a rule, once its keys are known to be right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from rules.book import (
    NOWHERE,
    AtLeast,
    Basis,
    Binding,
    Change,
    Condition,
    Ladder,
    Must,
    Phrase,
    Place,
    Rule,
    Terms,
    WhenDue,
)
from rules.dates import CALENDARS, MUNICIPAL
from rules.frequencies import read_look_back
from rules.problems import Report
from rules.suggestions import likely, listed
from rules.terms_reader import STANDARD_LADDER, Surroundings, TermsReader
from rules.written_dates import read_date
from rules.yaml_nodes import ListNode, MapNode, Node, TextNode, is_missing

LEADER = "team_leader"


@dataclass(frozen=True, slots=True)
class ReadRule:
    """A rule with the text it was read from, so that checks can point into it."""

    rule: Rule
    node: MapNode
    report: Report


def read_rule(
    name: TextNode, node: MapNode, layer: str, around: Surroundings, report: Report
) -> ReadRule | None:
    """Return a rule without its tests, or None after noting what is wrong with it."""
    before = len(report.problems)
    record = node.text("for")
    if record is None or not _is_record(record, around, report):
        return None
    reader = TermsReader(record.text, around, report)
    must = _must(node, reader)
    if must is None:
        return None
    rule = _assemble(name, node, layer, must, reader)
    failed = any(found.severity == "error" for found in report.problems[before:])
    return None if failed or rule is None else ReadRule(rule, node, report)


def read_changes(
    node: Node | None, layer: str, must: Must, reader: TermsReader
) -> tuple[Change, ...]:
    """Return the changes in a list, in the order written."""
    items = node.items if isinstance(node, ListNode) else ()
    return tuple(_change(item, layer, must, reader) for item in items if isinstance(item, MapNode))


def _is_record(node: TextNode, around: Surroundings, report: Report) -> bool:
    records = around.vocabulary.records
    if node.text in records:
        return True
    if meant := likely(node.text, records):
        report.add("V01", node.span, value=node.text, meant=meant)
    else:
        report.add("V01.list", node.span, value=node.text, records=listed(records))
    return False


def _must(node: MapNode, reader: TermsReader) -> Must | None:
    if happen := node.text("must_happen"):
        return _must_happen(happen, node, reader)
    if have := node.text("must_have"):
        if not _is_record(have, reader.around, reader.report):
            return None
        return Must("have", record=have.text)
    if exceed := node.text("must_not_exceed"):
        limit = reader.limit(exceed)
        return Must("not_exceed", record=limit.record) if limit else None
    return Must("contain")


def _must_happen(happen: TextNode, node: MapNode, reader: TermsReader) -> Must | None:
    look_back = None
    if back := node.text("look_back"):
        look_back = read_look_back(back, reader.report)
    if happen.text == "ended":
        return Must("ended", look_back=look_back)
    if not _is_event(happen, node, reader):
        return None
    return Must("happen", event=happen.text, look_back=look_back)


def _is_event(happen: TextNode, rule: MapNode, reader: TermsReader) -> bool:
    record, report = reader.record, reader.report
    events = reader.around.vocabulary.events
    event = events.get(happen.text)
    if event is not None and record in event.on:
        return True
    if event is not None:
        report.add(
            "V02",
            happen.span,
            event=event.name,
            records=listed(event.on),
            record=record,
            a_record=f"{'an' if record[:1] in 'aeiou' else 'a'} {record}",
            first=event.on[0] if event.on else "case",
        )
        return False
    own = [name for name, other in events.items() if record in other.on]
    meant = likely(happen.text, [*own, "ended"]) or likely(happen.text, events)
    if meant:
        report.add("V03", happen.span, event=happen.text, meant=meant)
    else:
        report.add("V03.list", happen.span, event=happen.text, record=record, events=listed(own))
    return False


def _assemble(
    name: TextNode, node: MapNode, layer: str, must: Must, reader: TermsReader
) -> Rule | None:
    report = reader.report
    binding = Binding(_word(node, "binding"))
    terms = _terms(node, must, binding, reader)
    in_force = read_date(cast(TextNode, node.get("in_force")), report)
    until = read_date(text, report) if (text := node.text("until")) else None
    earliest = node.text("not_before")
    not_before = reader.phrases.first(earliest) if earliest else None
    conditions = [_condition(node, key, reader) for key in ("when", "unless", "pause_while")]
    changes = read_changes(node.get("changes"), layer, must, reader)
    if in_force is None or terms is None:
        return None
    return Rule(
        name=name.text,
        title=terms.title,
        about=_word(node, "about"),
        area=_word(node, "area"),
        binding=binding,
        layer=layer,
        record=reader.record,
        when=conditions[0],
        unless=conditions[1],
        pause_while=conditions[2],
        must=must,
        terms=terms,
        not_before=not_before,
        calendar=CALENDARS.get(_word(node, "calendar"), MUNICIPAL),
        in_force=in_force,
        until=until,
        retroactive=_word(node, "retroactive") == "yes",
        changes=changes,
        tests=(),
        places=_places(node, report),
        place=report.place(name.span),
    )


def _terms(node: MapNode, must: Must, binding: Binding, reader: TermsReader) -> Terms | None:
    found = reader.read(node, must)
    ladder = found.get("ladder")
    if ladder is None and not node.has("notify"):
        ladder = reader.around.ladders.get(STANDARD_LADDER)
        if ladder is None:
            reader.report.add("V14.standard", node.span)
    if ladder is None:
        return None
    return Terms(
        title=cast(str, found.get("title", "")),
        basis=cast("tuple[Basis, ...]", found.get("basis", ())),
        due=cast("WhenDue | None", found.get("due")),
        then=cast("Phrase | None", found.get("then")),
        at_least=cast("AtLeast | None", found.get("at_least")),
        fields=cast("tuple[str, ...]", found.get("fields", ())),
        limit=cast("int | None", found.get("limit")),
        counts_when=cast("Condition | None", found.get("counts_when")),
        ladder=cast(Ladder, ladder),
        waive_by=cast("str | None", found.get("waive_by", _default_waiver(binding, reader))),
    )


def _default_waiver(binding: Binding, reader: TermsReader) -> str | None:
    # a vocabulary of another shape may lack the role; then nobody may waive
    if binding is Binding.LAW or LEADER not in reader.around.vocabulary.roles:
        return None
    return LEADER


def _change(node: MapNode, layer: str, must: Must, reader: TermsReader) -> Change:
    report = reader.report
    starts = read_date(text, report) if (text := node.text("from")) else None
    until = read_date(text, report) if (text := node.text("until")) else None
    when = node.get("when")
    return Change(
        why=_word(node, "why"),
        layer=layer,
        starts=starts,
        until=until,
        when=reader.conditions.read(when) if when else None,
        move=_word(node, "running") == "move",
        off=_word(node, "off") == "yes",
        new=reader.read(_fitting_terms(node, must, report), must),
        places=_places(node, report),
        place=report.place(node.entries[0][0].span) if node.entries else NOWHERE,
    )


FITTING = {
    "happen": {"due", "then", "at_least", "counts_when"},
    "ended": {"due"},
    "contain": {"due", "must_contain"},
    "have": {"due", "counts_when"},
    "not_exceed": {"due", "must_not_exceed", "counts_when"},
}
OF_SOME_MUST = frozenset().union(*FITTING.values())


def _fitting_terms(node: MapNode, must: Must, report: Report) -> MapNode:
    fitting = []
    for key, value in node.present():
        if key.text in OF_SOME_MUST and key.text not in FITTING[must.form]:
            report.add("S18.change", key.span, key=key.text)
        else:
            fitting.append((key, value))
    return MapNode(tuple(fitting), node.span)


def _condition(node: MapNode, key: str, reader: TermsReader) -> Condition | None:
    found = node.get(key)
    return None if found is None else reader.conditions.read(found)


def _word(node: MapNode, key: str) -> str:
    found = node.text(key)
    return found.text if found else ""


def _places(node: MapNode, report: Report) -> dict[str, Place]:
    return {
        key.text: report.place(value.span) for key, value in node.entries if not is_missing(value)
    }
