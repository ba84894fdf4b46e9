"""From deadlines to debts: who must be told what, written in the evaluation's own transaction.

Nothing here depends on when it last ran. Each question is asked of the tables: what is owed
now, what is recorded, what is the difference. Asking twice changes nothing.
"""

from __future__ import annotations

import secrets
from collections import Counter, defaultdict
from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    MutableMapping,
    Sequence,
)
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial

from sqlalchemy import Connection

from flows.owing.intent_changes import Change, compare, write
from flows.owing.muting import with_muted
from flows.owing.recipients import CASEWORKER_ROLE, OWN, SUBSTITUTE, Recipient, recipients
from models.flaps import doubt, met_among, trust
from models.imports import first_extract_on
from models.mutes import mutes_by_case
from models.outbox import (
    ACUTE,
    DIGEST,
    INSTANT,
    MORNING,
    PLANNED,
    SUPERSEDED,
    Intent,
    intents_to_compare,
)
from models.people import LEADER_ROLE, Staff
from rules.book import Binding, Book
from rules.dates import Moment, day_of, days_between
from rules.deadline import OPEN, Deadline, LadderStep, Status

REMINDER, ESCALATION = "reminder", "escalation"
MISSING_FACT, NOT_ASSESSED, FLAPPING = "missing_fact", "not_assessed", "flapping"
ABOUT_DEADLINES = (REMINDER, ESCALATION, MISSING_FACT)
PLANNED_ELSEWHERE = frozenset({NOT_ASSESSED, FLAPPING})
"""Kinds that are about a case, but not owed because of where a deadline stands."""

DIGEST_FROM_DAYS = 7
"""A leader's step this far from the due date loses nothing by waiting for the weekly digest."""

Told = Callable[[str, str, str], tuple[Recipient, ...]]
"""Who is told what is owed to a role in a case of a caseworker and a team."""


def _no_reason(language: str) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class OwedDeadline:
    """A deadline as evaluated, with what a mail needs to say about it.

    `because` gives, in a language, one short line on how the date came about; it is asked only
    when something new is owed, so it may be costly. It must not hold a fact's value or a name.
    """

    deadline: Deadline
    caseworker: str
    team: str
    title: str
    source: str
    binding: Binding
    because: Callable[[str], str] = _no_reason

    @property
    def due_text(self) -> str:
        """The due moment as it stands in keys; "" while it is not decided."""
        return due_text(self.deadline.due)


def owed(
    deadline: Deadline,
    book: Book,
    caseworker: str,
    team: str,
    because: Callable[[str], str] = _no_reason,
) -> OwedDeadline:
    """Return a deadline with what its rule says in mails."""
    rule = book.rules[deadline.rule]
    source = rule.terms.basis[0].source if rule.terms.basis else ""
    return OwedDeadline(deadline, caseworker, team, rule.terms.title, source, rule.binding, because)


def plan_intents(
    connection: Connection,
    case_refs: Collection[str],
    deadlines: Iterable[OwedDeadline],
    staff: Staff,
    now: datetime,
    language: str = "da",
    standing: Collection[str] = frozenset(),
) -> Counter[str]:
    """Record what is owed about the cases just evaluated, and settle what no longer is.

    `case_refs` are the cases looked at and `deadlines` all their open deadlines; whatever is
    planned about these cases and not among them is cancelled (held back first, where the deadline
    is met: see flows.owing.flapping), but for the deadlines that stand as they did (`standing`:
    their keys). Call it in the transaction that writes the deadlines, after they are written.
    `language` is for recipients who have chosen none.
    Returns: how many were planned, superseded and cancelled.
    """
    concerned, recorded = to_compare(connection, case_refs, deadlines, standing)
    _trust_open(connection, [recorded.get(one.deadline.key, ()) for one in concerned])
    in_use_from = first_extract_on(connection)
    changes = changes_about(connection, concerned, recorded, staff, now, language)
    # where no extract was ever taken in, what is known was not said by one
    met = met_among(connection, recorded) if in_use_from is not None else frozenset()
    changes += _no_longer_open(connection, recorded, met, now)
    return write(connection, changes, now)


def to_compare(
    connection: Connection,
    case_refs: Collection[str],
    deadlines: Iterable[OwedDeadline],
    standing: Collection[str] = frozenset(),
) -> tuple[list[OwedDeadline], dict[str, list[Intent]]]:
    """Return the open deadlines that concern somebody, and what is recorded, by deadline."""
    owed_now = [one for one in deadlines if one.deadline.status in OPEN]
    telling = {one.deadline.key for one in owed_now if one.deadline.reached or one.deadline.missing}
    recorded: defaultdict[str, list[Intent]] = defaultdict(list)
    for intent in intents_to_compare(connection, case_refs, telling):
        if intent.kind not in PLANNED_ELSEWHERE and intent.deadline_key not in standing:
            recorded[intent.deadline_key].append(intent)
    told_of = telling | recorded.keys()
    return [one for one in owed_now if one.deadline.key in told_of], recorded


def changes_about(
    connection: Connection,
    concerned: Sequence[OwedDeadline],
    recorded: MutableMapping[str, list[Intent]],
    staff: Staff,
    now: datetime,
    language: str,
) -> list[Change]:
    """Return the difference between what is owed about open deadlines and what is recorded.

    Nothing is written. What is `recorded` of each of them is taken out of there.
    """
    told = cache(partial(_told, staff, now))
    muted = mutes_by_case(connection, [one.deadline.case for one in concerned], day_of(now))
    in_use_from = first_extract_on(connection)
    return [
        _worded(
            compare(
                with_muted(
                    wanted(one, told, now, in_use_from),
                    muted[one.deadline.case],
                    one.deadline.rule,
                    overdue=one.deadline.status is Status.OVERDUE,
                ),
                recorded.pop(one.deadline.key, []),
                one.due_text,
            ),
            one,
            staff,
            language,
        )
        for one in concerned
    ]


def wanted(
    one: OwedDeadline, told: Told, now: datetime, in_use_from: date | None
) -> tuple[Intent, ...]:
    """Return what is owed about an open deadline: for each role the latest step it has reached.

    Earlier steps come back as superseded, so that nothing passed over is ever sent later. A step
    is late when its day was missed; not when Fristvagt was not yet in use.
    """
    due = one.deadline.due
    if due is None:
        return _about_missing_facts(one, told, now)
    today = day_of(now)
    latest: dict[str, LadderStep] = {}
    for step in one.deadline.reached:
        latest |= dict.fromkeys(step.roles, step)
    found: dict[tuple[object, ...], Intent] = {}
    for step in reversed(one.deadline.reached):
        for role in step.roles:
            last = latest[role]
            if step is not last and step.step == last.step:
                continue  # an earlier turn of the same repeating step: the latest says it all
            for recipient in told(role, one.caseworker, one.team):
                late = in_use_from is not None and in_use_from <= step.on < today
                by = "" if step is last else last.step
                intent = _intent(one, due, step, role, recipient, now, late=late, superseded_by=by)
                if intent.key not in found or intent.state == PLANNED:
                    found[intent.key] = intent
    return tuple(found.values())


def _trust_open(connection: Connection, recorded: Iterable[Sequence[Intent]]) -> None:
    """Let go what was held back, since its deadline is open after all."""
    held = [one.id for intents in recorded for one in intents if one.met_once_at is not None]
    trust(connection, held)


def _no_longer_open(
    connection: Connection,
    recorded: Mapping[str, Sequence[Intent]],
    met: Collection[str],
    now: datetime,
) -> Iterator[Change]:
    """Give what ends because its deadline is no longer open.

    What an extract calls met may be open again in the next: what is planned about it is held back
    until another one has said the same, neither sent nor cancelled.
    """
    at_first = [
        intent.id
        for key in met
        for intent in recorded[key]
        if intent.state == PLANNED and not intent.on_its_way and intent.met_once_at is None
    ]
    doubt(connection, at_first, now)
    for key, intents in recorded.items():
        if key not in met:
            yield compare((), intents, None)


def due_text(due: Moment | None) -> str:
    """Return a due moment as it stands in keys: an ISO date or a UTC instant, "" for none."""
    return due.isoformat() if due is not None else ""


def leaves_with(
    step: LadderStep, role: str, due: Moment, binding: Binding, status: Status, route: str
) -> str:
    """Return which mail carries a step: at once, in working hours, in the morning, or Monday's.

    Hour steps leave at any hour. A leader's step a week or more from the due date waits for
    the weekly digest, which only the leader and a substitute get. Overdue law does not wait.
    """
    if step.instant:
        return ACUTE
    far = abs(days_between(day_of(due), step.on)) >= DIGEST_FROM_DAYS
    if role == LEADER_ROLE and far and route in {OWN, SUBSTITUTE}:
        return DIGEST
    return INSTANT if binding is Binding.LAW and status is Status.OVERDUE else MORNING


def _told(
    staff: Staff, now: datetime, role: str, caseworker: str, team: str
) -> tuple[Recipient, ...]:
    return recipients(role, caseworker, team, staff, day_of(now))


def _intent(
    one: OwedDeadline,
    due: Moment,
    step: LadderStep,
    role: str,
    recipient: Recipient,
    now: datetime,
    *,
    late: bool = False,
    superseded_by: str = "",
) -> Intent:
    deadline = one.deadline
    return Intent(
        deadline_key=deadline.key,
        case_ref=deadline.case,
        about=deadline.kind,
        ref=deadline.ref,
        rule=deadline.rule,
        due_text=due_text(due),
        step=step.step,
        occurrence=step.occurrence,
        recipient=recipient.person,
        role=role,
        owed_to=recipient.owed_to,
        reason=recipient.reason,
        kind=REMINDER if role == CASEWORKER_ROLE else ESCALATION,
        leaves=leaves_with(step, role, due, one.binding, deadline.status, recipient.route),
        title=one.title,
        source=one.source,
        binding=one.binding,
        because="",
        link=secrets.token_hex(16),
        owed_on=step.on,
        send_from_at=step.moment,
        created_at=now,
        late=late,
        state=SUPERSEDED if superseded_by else PLANNED,
        state_reason=superseded_by,
        state_at=now,
        worth_until_at=deadline.next_change_at,
    )


def _about_missing_facts(one: OwedDeadline, told: Told, now: datetime) -> tuple[Intent, ...]:
    """A deadline that cannot be decided is a task for the caseworker, never silence."""
    if not one.deadline.missing:
        return ()
    today = day_of(now)
    facts = "missing: " + ", ".join(one.deadline.missing)
    step = LadderStep(facts, 0, (CASEWORKER_ROLE,), today, now, instant=False)
    return tuple(
        _intent(one, today, step, CASEWORKER_ROLE, recipient, now)._replace(
            kind=MISSING_FACT, due_text="", leaves=MORNING
        )
        for recipient in told(CASEWORKER_ROLE, one.caseworker, one.team)
    )


def _worded(change: Change, one: OwedDeadline, staff: Staff, language: str) -> Change:
    """Ask for the reason of the date, now that it is known that something is new."""
    because = cache(one.because)

    def with_reason(intent: Intent) -> Intent:
        if intent.state != PLANNED:
            return intent
        person = staff.person(intent.recipient)
        spoken = (person.language if person is not None else "") or language
        return intent._replace(because=because(spoken))

    return change._replace(
        new=tuple(map(with_reason, change.new)), revived=tuple(map(with_reason, change.revived))
    )
