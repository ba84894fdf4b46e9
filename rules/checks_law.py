"""Local changes of a law: they may tighten it, never loosen it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal, cast

from rules.book import AtLeast, Change, Phrase, Rule, Terms, WhenDue
from rules.dates import Duration
from rules.layers import layer_rank
from rules.problems import Report
from rules.spans import span

Verdict = Literal["no looser", "looser", "unknown"]


def check_law(rule: Rule, changes: Sequence[Change], reports: Mapping[str, Report]) -> None:
    """Note each change of a lower layer that loosens a law, or of which that cannot be told."""
    for change in changes:
        if layer_rank(change.layer) > layer_rank(rule.layer):
            _check_change(rule, change, _law_at(rule, change), reports[change.place.file])


def _law_at(rule: Rule, local: Change) -> Terms:
    """Return the law as it reads when a local change begins; exceptions are left to each case."""
    terms = rule.terms
    for change in rule.changes:
        is_law = layer_rank(change.layer) <= layer_rank(rule.layer) and change.when is None
        if is_law and (local.starts is None or (change.starts or rule.in_force) <= local.starts):
            terms = replace(terms, **change.new)  # type: ignore[arg-type]
    return terms


def _check_change(rule: Rule, change: Change, law: Terms, report: Report) -> None:
    layer = change.layer
    if change.off:
        place = report.at(change.places["off"])
        who = "a team" if layer.startswith("team") else "a municipality"
        who_da = "et team" if layer.startswith("team") else "en kommune"
        report.add("L01", place, rule=rule.name, layer=who, layer_da=who_da)
    if "due" in change.new:
        _check_due(cast(WhenDue, change.new["due"]), law.due, report)
    if "then" in change.new:
        _check_then(cast(Phrase, change.new["then"]), law.then, report)
    if "at_least" in change.new:
        _check_at_least(cast(AtLeast, change.new["at_least"]), law.at_least, report)
    if "fields" in change.new:
        _check_fields(cast("tuple[str, ...]", change.new["fields"]), law.fields, change, report)
    if "limit" in change.new:
        _check_limit(cast(int, change.new["limit"]), law.limit, change, report)
    _check_loose_ends(rule, change, law, report)


def _check_due(local: WhenDue, law: WhenDue | None, report: Report) -> None:
    # earliest of several: strict enough when each of the law's has one as strict beside it
    for wanted in law.phrases if law else ():
        verdicts = [compare(phrase, wanted) for phrase in local.phrases]
        if "no looser" not in verdicts:
            verdict: Verdict = "looser" if set(verdicts) == {"looser"} else "unknown"
            _tell(verdict, local.phrases[0], wanted, report)
            return


def _check_then(local: Phrase, law: Phrase | None, report: Report) -> None:
    if law is None:
        return
    verdict = compare(local, law)
    if verdict != "no looser":
        _tell(verdict, local, law, report)


def compare(local: Phrase, law: Phrase) -> Verdict:
    """Say whether a local time phrase is surely no later than the law's, or surely looser."""
    if local == law:
        return "no looser"
    if local.anchor != law.anchor or local.direction != law.direction:
        return "unknown"
    if not isinstance(local.amount, Duration) or not isinstance(law.amount, Duration):
        return "unknown"
    if local.direction < 0:
        return compare_lengths(law.amount, local.amount)
    return compare_lengths(local.amount, law.amount)


def compare_lengths(local: Duration, law: Duration) -> Verdict:
    """Say whether one duration is surely no longer than another, or surely longer.

    >>> from rules.dates import Unit
    >>> compare_lengths(Duration(8, Unit.WEEKS), Duration(2, Unit.MONTHS))
    'no looser'
    >>> compare_lengths(Duration(60, Unit.DAYS), Duration(2, Unit.MONTHS))
    'unknown'
    """
    if local.unit == law.unit:
        return "no looser" if local.amount <= law.amount else "looser"
    if span(local)[1] <= span(law)[0]:
        return "no looser"
    return "looser" if span(local)[0] >= span(law)[1] else "unknown"


def _tell(verdict: Verdict, local: Phrase, law: Phrase, report: Report) -> None:
    place = report.at(local.place)
    if verdict == "looser":
        report.add("L02", place, local=local.text, law=law.text)
        return
    if (
        not isinstance(local.amount, Duration)
        or not isinstance(law.amount, Duration)
        or (local.anchor != law.anchor or local.direction != law.direction)
    ):
        report.add("L03.anchor", place, local=local.text, law=law.text)
        return
    few, many = span(law.amount)
    wide = law.amount
    if few == many:
        wide, (few, many) = local.amount, span(local.amount)
    values = {"local": local.amount, "law": law.amount, "unit": law.amount.unit}
    report.add("L03", place, wide=wide, few=few, many=many, **values)


def _check_at_least(local: AtLeast, law: AtLeast | None, report: Report) -> None:
    if law is None or local == law:
        return
    place = report.at(local.place)
    if local.per is None or law.per is None:
        if local.per is not law.per:
            report.add("L03.anchor", place, local=local.text, law=law.text)
        elif local.number < law.number:
            report.add("L02", place, local=local.text, law=law.text)
        return
    verdict = compare_lengths(local.per, law.per)
    if verdict == "looser" or local.number < law.number:
        report.add("L02", place, local=local.text, law=law.text)
    elif verdict == "unknown":
        report.add("L03.anchor", place, local=local.text, law=law.text)


def _check_fields(
    local: tuple[str, ...], law: tuple[str, ...], change: Change, report: Report
) -> None:
    lacking = [name for name in law if name not in local]
    if lacking:
        place = report.at(change.places["must_contain"])
        report.add("L04.fields", place, fields=", ".join(lacking), all=", ".join(law))


def _check_limit(local: int, law: int | None, change: Change, report: Report) -> None:
    if law is not None and local > law:
        place = report.at(change.places["must_not_exceed"])
        report.add("L02", place, local=str(local), law=str(law))


def _check_loose_ends(rule: Rule, change: Change, law: Terms, report: Report) -> None:
    if change.new.get("waive_by", law.waive_by) not in (None, law.waive_by):
        report.add("L04", report.at(change.places["waive_by"]), rule=rule.name)
    if "counts_when" in change.new and change.new["counts_when"] != law.counts_when:
        report.add("L04.counts", report.at(change.places["counts_when"]), rule=rule.name)
