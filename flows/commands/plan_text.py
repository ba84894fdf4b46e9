"""A plan as people read it: what changes, who is hit, what they get, what would have happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from textwrap import wrap

from flows.commands.plan_change_text import WIDTH, change_text
from flows.rule_book.plan_checks import Check
from flows.rule_book.plan_effects import EffectRow, Preview, RuleEffect, Stand
from flows.rule_book.plan_words import kind_word, word
from flows.spoken_amounts import number
from rules.book import Book
from rules.dates import day_of
from rules.deadline import Status
from rules.differences import Kind, new_changes
from rules.effects import MAIL_DAYS, Kept
from rules.spoken_dates import short_day, short_moment
from rules.vocabulary import Vocabulary
from rules.words import STATUSES, say_phrase

SHOWN = (Status.UPCOMING, Status.DUE_SOON, Status.DUE, Status.OVERDUE)
FIRST_CASES = 5
FIRST_TEAMS = 12
LABEL = 38
CHECK_INDENT = 11


def plan_text(
    seen: Preview,
    before: Book,
    after: Book,
    since: datetime | None,
    found: Sequence[Check],
    language: str,
) -> str:
    """Return a plan as text. `since` is when the book it is compared with came into force."""
    parts = [_opening(seen, since, language)]
    largest = sorted(seen.effects, key=lambda effect: (-effect.size, effect.difference.name))
    for effect in largest:
        parts.append(change_text(effect.difference, before, after, language))
        parts += _blocks(effect, seen, after.vocabulary, language)
    if sum(effect.difference.decides for effect in largest) > 1:
        parts.append(_together(largest, after.vocabulary, language))
    rules = word("unchanged rules", language, number=seen.unchanged)
    parts.append(f"{kind_word('unchanged', language)}  {rules}")
    parts.append("\n".join([word("checks", language), *(_check(one, language) for one in found)]))
    parts.append(summary(seen, language))
    return "\n\n".join(parts)


def summary(seen: Preview, language: str) -> str:
    """Return the plan in one line."""
    kinds = Counter(effect.difference.kind for effect in seen.effects)
    return word(
        "summary",
        language,
        changed=kinds[Kind.CHANGED],
        added=kinds[Kind.ADDED],
        removed=kinds[Kind.REMOVED],
        overdue=number(seen.overdue, language),
    )


def rows_text(rows: Sequence[EffectRow], language: str) -> str:
    """Return the deadlines of a list, a line each: case, rule, before and after."""
    return "\n".join(
        f"{row.case:<18} {row.caseworker:<10} {row.rule}  {_stand(row.before, language)}"
        f"  ->  {_stand(row.after, language)}"
        for row in rows
    )


def _opening(seen: Preview, since: datetime | None, language: str) -> str:
    said = "–" if since is None else short_moment(since, language)
    lines = [
        word("compared", language, since=said),
        word("read", language, cases=number(seen.cases, language)),
    ]
    if seen.unassessed:
        lines.append(word("unassessed", language, cases=number(seen.unassessed, language)))
    return "\n".join(lines)


def _blocks(
    effect: RuleEffect, seen: Preview, vocabulary: Vocabulary, language: str
) -> Iterator[str]:
    """Give what the change of one rule does, in the order a person asks."""
    difference = effect.difference
    if not difference.decides:
        return
    today = difference.takes_effect_on == day_of(seen.now)
    day = short_day(difference.takes_effect_on, language)
    yield "  " + word("today" if today else "day", language, day=day)
    yield _statuses(effect, language)
    if moves := _moves(effect, language):
        yield moves
    if effect.newly_overdue:
        yield _teams(effect, language)
    if effect.mails_before or effect.mails_after:
        yield _mails(effect.mails_before, effect.mails_after, vocabulary, language)
    if back := _looking_back(effect, seen, vocabulary, language):
        yield back
    if other := _other_ways(effect, language):
        yield other


def _statuses(effect: RuleEffect, language: str) -> str:
    day = short_day(effect.difference.takes_effect_on, language)
    lines = [_row(word("open", language, day=day), *_headings(language), indent=2)]
    for status in SHOWN:
        before, after = effect.before[status], effect.after[status]
        note = ""
        if status is Status.OVERDUE and after > before:
            note = f"+{number(after - before, language)}   {word('look', language)}"
        name = STATUSES[language][status]
        lines.append(_row(name, number(before, language), number(after, language), note))
    return "\n".join(lines)


def _moves(effect: RuleEffect, language: str) -> str:
    moved = len(effect.moved)
    if not moved:
        return ""
    numbers = number(moved, language), number(effect.cases, language)
    how = _how_far(effect.days_moved(), moved, language)
    return "  " + word("moved", language, moved=numbers[0], cases=numbers[1], how=how)


def _how_far(days: Counter[int], moved: int, language: str) -> str:
    if len(days) == 1 and days.total() == moved:
        (by,) = days
        return word("all earlier" if by < 0 else "all later", language, days=abs(by))
    earlier = sum(count for by, count in days.items() if by < 0)
    later = sum(count for by, count in days.items() if by > 0)
    if not earlier + later:
        return ""
    numbers = number(earlier, language), number(later, language)
    return word("some ways", language, earlier=numbers[0], later=numbers[1])


def _teams(effect: RuleEffect, language: str) -> str:
    rows = effect.newly_overdue
    lines = [_row(word("by team", language), *_headings(language), indent=2)]
    by_team = Counter(row.team for row in rows)
    largest = sorted(by_team.items(), key=lambda item: (-item[1], item[0]))
    for team, more in largest[:FIRST_TEAMS]:
        before = effect.overdue_before[team]
        after = effect.overdue_after[team]
        name = team or word("no team", language)
        numbers = number(before, language), number(after, language)
        lines.append(_row(name, *numbers, f"+{number(more, language)}"))
    if rest := largest[FIRST_TEAMS:]:
        more = sum(number_of for _, number_of in rest)
        said = word("other teams", language, teams=len(rest))
        lines.append(_row(f"… {said}", "", "", f"+{number(more, language)}"))
    lines.append("  " + word("first of", language))
    lines += [f"    {_first(row, language)}" for row in rows[:FIRST_CASES]]
    if len(rows) > FIRST_CASES:
        lines.append("    … " + word("all of them", language, number=number(len(rows), language)))
    return "\n".join(lines)


def _first(row: EffectRow, language: str) -> str:
    started = row.after.started if row.after else None
    counted = word("counted from", language, day=_day(started, language)) if started else ""
    before, after = (_due(stand, language) for stand in (row.before, row.after))
    return f"{row.case:<18} {row.caseworker:<10} {before} -> {after}{counted}"


def _mails(before: Counter[str], after: Counter[str], vocabulary: Vocabulary, language: str) -> str:
    head = word("mails", language, days=MAIL_DAYS)
    lines = [f"  {head}", _row("", *_headings(language))]
    for role in sorted({*before, *after}, key=lambda role: -after[role]):
        much = word("more than double", language) if after[role] > 2 * before[role] > 0 else ""
        numbers = number(before[role], language), number(after[role], language)
        lines.append(_row(vocabulary.label(role, language), *numbers, much))
    lines += [f"    {row}" for row in wrap(f"({word('mails note', language)})", WIDTH - 4)]
    return "\n".join(lines)


def _looking_back(effect: RuleEffect, seen: Preview, vocabulary: Vocabulary, language: str) -> str:
    old, new, between = effect.past
    if not old.rounds and not new.rounds:
        return ""
    days = short_day(seen.first, language), short_day(seen.last, language)
    head = word("looking back", language, first=days[0], last=days[1])
    missed = word("missed", language)
    was, would_be = _share(old, language), _share(new, language)
    lines = [f"  {head}", f"    {missed:<{LABEL - 4}} {was}  ->  {would_be}"]
    if effect.between:
        between_them = say_phrase(effect.between, vocabulary, language)
        name = word("comparison", language, number=between_them)
        lines.append(f"    {name:<{LABEL - 4}} {_share(between, language)}")
    return "\n".join(lines)


def _share(kept: Kept, language: str) -> str:
    if not kept.rounds:
        return word("none due", language)
    numbers = {"late": number(kept.late, language), "rounds": number(kept.rounds, language)}
    return word("share", language, **numbers, percent=round(100 * kept.late / kept.rounds))


def _other_ways(effect: RuleEffect, language: str) -> str:
    difference = effect.difference
    if effect.other_moved is None or effect.other_overdue is None:
        if difference.kind is Kind.CHANGED and effect.moved and not new_changes(difference):
            return _indented(word("other ways", language), word("rewritten", language))
        return ""
    moves = any(change.move for change in new_changes(difference))
    said = word(
        "other keep" if moves else "other move",
        language,
        moved=number(effect.other_moved, language),
        overdue=number(effect.other_overdue, language),
        day=short_day(difference.takes_effect_on, language),
    )
    return _indented(word("other ways", language), said)


def _together(effects: Sequence[RuleEffect], vocabulary: Vocabulary, language: str) -> str:
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    for effect in effects:
        before.update(effect.mails_before)
        after.update(effect.mails_after)
    return f"{word('together', language)}\n{_mails(before, after, vocabulary, language)}"


def _check(check: Check, language: str) -> str:
    first, *rest = wrap(check.text, WIDTH - CHECK_INDENT)
    below = (f"{'':<{CHECK_INDENT}}{row}" for row in rest)
    return "\n".join([f"  {word(check.state, language):<8} {first}", *below])


def _indented(head: str, said: str) -> str:
    rows = wrap(said, WIDTH - 4)
    return "\n".join([f"  {head}", *(f"    {row}" for row in rows)])


def _headings(language: str) -> tuple[str, str]:
    return word("before", language), word("after", language)


def _row(name: str, before: str, after: str, note: str = "", *, indent: int = 4) -> str:
    label = " " * indent + name
    return f"{label:<{LABEL}} {before:>8} {after:>9}   {note}".rstrip()


def _stand(stand: Stand | None, language: str) -> str:
    if stand is None:
        return "–"
    return f"{STATUSES[language][stand.status]} {_due(stand, language)}"


def _due(stand: Stand | None, language: str) -> str:
    return "–" if stand is None or stand.due is None else _day(stand.due, language)


def _day(moment: date | datetime, language: str) -> str:
    return short_moment(moment, language)


def mail_rows(effects: Sequence[RuleEffect]) -> Iterator[dict[str, object]]:
    """Give, for each rule and role, the reminders of the first days before and after."""
    for effect in effects:
        for role in sorted({*effect.mails_before, *effect.mails_after}):
            before, after = effect.mails_before[role], effect.mails_after[role]
            rule = effect.difference.name
            yield {"rule": rule, "role": role, "before": before, "after": after}
