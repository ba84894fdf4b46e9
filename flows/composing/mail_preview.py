"""What would be sent now, to whom and why, or why nothing would; decided, and nothing written.

The same functions decide and word it as send it: a case is assessed as of the moment, the
difference to what is recorded is taken as if it were written, and the mails that would leave are
rendered. Only the writing is left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Connection

from flows.composing.compose import Desk, Going, address_of, going_now, open_desk
from flows.composing.leaving import Hour
from flows.deciding.assess import Evaluation, assess, owed_of
from flows.mistakes import UserMistake
from flows.owing.muting import MUTED
from flows.owing.remind import changes_about, to_compare
from flows.owing.working_hours import at_work
from flows.schedule import DIGEST as DIGEST_SLOT
from flows.schedule import MAILS, next_slots
from flows.settings import Settings
from models.activations import rules_in_shadow
from models.cases import load_cases
from models.looking import cases_to_look_at
from models.mails_today import MailsToday, mails_today
from models.outbox import (
    ACUTE,
    CANCELLED,
    DIGEST,
    FALLBACK,
    INSTANT,
    MORNING,
    PLANNED,
    SUPERSEDED,
    Intent,
    planned_intents,
)
from models.outbox_questions import MailSeen, mails_under_way
from models.storms import newest_storm
from notifications.render import Mail, render_reminder
from rules.book import Book
from rules.dates import day_of, minutes_after

ALL_LEAVES = (ACUTE, INSTANT, MORNING, DIGEST)
YEARS_AHEAD_MINUTES = 10 * 366 * 24 * 60
"""By then all that is planned today is to be told."""

UNNAMED = "0" * 32
"""The number of a mail that is never made."""


class WhyNot(StrEnum):
    """Why something that is owed does not leave now."""

    MUTED = "muted"
    MET_ONCE = "met once"
    DIGEST = "digest"
    NOT_YET = "not yet"
    HOURS = "hours"
    STORM = "storm"
    NEXT_MORNING = "next morning"
    ENOUGH = "enough"


class Kept(NamedTuple):
    """Something that is owed and does not leave now: why not, and until when if that is known."""

    intent: Intent
    why_not: WhyNot
    until: datetime | None


class PreviewedMail(NamedTuple):
    """A mail as it would leave now."""

    kind: str
    address: str
    intents: tuple[Intent, ...]
    mail: Mail


class Preview(NamedTuple):
    """What would be sent now about a case or to a person, and what would not, and why.

    `under_way` are mails made before. `told` is what was told, or ended otherwise, of the case's
    deadlines. `next_look_at` is when something in the case changes next by itself.
    """

    at: datetime
    mails: tuple[PreviewedMail, ...]
    kept: tuple[Kept, ...]
    under_way: tuple[MailSeen, ...]
    told: tuple[Intent, ...]
    next_look_at: datetime | None

    @property
    def case_refs(self) -> set[str]:
        """The cases that it tells of."""
        shown = [intent for mail in self.mails for intent in mail.intents]
        shown += [one.intent for one in self.kept] + list(self.told)
        return {intent.case_ref for intent in shown} - {""}


class AsOf(NamedTuple):
    """What is owed as of a moment: what is recorded, what is new, and what of that has ended."""

    recorded: Sequence[Intent]
    new: Sequence[Intent]
    muted: Sequence[Intent]
    ended: Collection[int]
    next_look_at: datetime | None


def preview(
    connection: Connection, book: Book, settings: Settings, asked: str, now: datetime
) -> Preview:
    """Return what would be sent at a moment about a case, or to a person; nothing is written.

    Raises: UserMistake when there is neither such a case nor such a person.
    """
    desk = open_desk(connection, settings, now)
    is_case = any(load_cases(connection, book.vocabulary, refs=[asked]))
    if not is_case and desk.staff.person(asked) is None:
        raise _unknown(asked)
    as_of = _as_of(
        connection, desk, book, [asked] if is_case else cases_to_look_at(connection, now)
    )
    still = [one for one in as_of.recorded if one.state == PLANNED and one.id not in as_of.ended]
    people = {one.recipient for one in (*still, *as_of.new)} if is_case else {asked}

    def concerns(intent: Intent) -> bool:
        return intent.case_ref == asked if is_case else intent.recipient == asked

    braked = (storm := newest_storm(connection)) is not None and storm.holds(now)
    hour = Hour(now, at_work(settings, now), braked)
    boxes = _sharing(people, desk)
    going = going_now(connection, desk, _by_box(connection, desk, boxes, as_of, hour), hour)
    shown = [one for one in going if any(map(concerns, one.intents))]
    leaving = {intent.key for one in shown for intent in one.intents}
    waiting = _owed(connection, ALL_LEAVES, boxes, as_of, minutes_after(now, YEARS_AHEAD_MINUTES))
    left = [one for one in waiting if concerns(one) and one.key not in leaving]
    silent = [Kept(one, WhyNot.MUTED, None) for one in as_of.muted if concerns(one)]
    doubted = [one for one in still if one.met_once_at is not None and concerns(one)]
    return Preview(
        at=now,
        mails=tuple(_rendered(one) for one in shown),
        kept=(
            *_kept(connection, desk, hour, left, storm.over_at if storm is not None else None),
            *silent,
            *(Kept(one, WhyNot.MET_ONCE, None) for one in doubted),
        ),
        under_way=tuple(mails_under_way(connection, asked if is_case else "", sorted(people))),
        told=tuple(one for one in as_of.recorded if is_case and _has_ended(one)),
        next_look_at=as_of.next_look_at if is_case else None,
    )


def _as_of(connection: Connection, desk: Desk, book: Book, refs: Sequence[str]) -> AsOf:
    """What is owed about these cases as of the desk's moment, as an evaluation would find it."""
    now, language = desk.now, desk.settings.language
    silent = rules_in_shadow(connection, day_of(now))
    evaluation = Evaluation(book, desk.staff, now, language, silent=silent)
    cases = load_cases(connection, book.vocabulary, refs=refs)
    assessed = [assess(evaluation, read) for read in cases]
    owed_now = [debt for one in assessed for debt in owed_of(evaluation, one)]
    concerned, by_deadline = to_compare(connection, refs, owed_now)
    recorded = [intent for intents in by_deadline.values() for intent in intents]
    changes = changes_about(connection, concerned, by_deadline, desk.staff, now, language)
    new = [intent for change in changes for intent in (*change.new, *change.revived)]
    closed = {intent.id for intents in by_deadline.values() for intent in intents}
    ended = {number for change in changes for ids in change.settled.values() for number in ids}
    muted_ids = {n for change in changes for n in change.settled.get((CANCELLED, MUTED), ())}
    looks = [one.next_look_at for one in assessed if one.next_look_at is not None]
    return AsOf(
        recorded=recorded,
        new=[intent for intent in new if intent.state == PLANNED],
        muted=[
            *(intent for intent in new if intent.state_reason == MUTED),
            *(intent for intent in recorded if intent.id in muted_ids),
        ],
        ended=ended | closed,
        next_look_at=min(looks, default=None),
    )


def _sharing(people: Iterable[str], desk: Desk) -> list[str]:
    """Everybody who reads the same mailboxes as these people: they get one mail together."""
    boxes = {address_of(person, desk.staff, desk.settings) for person in people}
    everybody = (*desk.staff.people, FALLBACK)
    return [one for one in everybody if address_of(one, desk.staff, desk.settings) in boxes]


def _owed(
    connection: Connection,
    leaves: Sequence[str],
    people: Sequence[str],
    as_of: AsOf,
    by: datetime,
) -> list[Intent]:
    """What is owed to these people by a moment and in no mail yet."""
    recorded = planned_intents(connection, leaves, people, by)
    return [
        *(intent for intent in recorded if intent.id not in as_of.ended),
        *(
            intent
            for intent in as_of.new
            if intent.recipient in people and intent.leaves in leaves and intent.send_from_at <= by
        ),
    ]


def _by_box(
    connection: Connection, desk: Desk, people: Sequence[str], as_of: AsOf, hour: Hour
) -> dict[str, list[Intent]]:
    found: defaultdict[str, list[Intent]] = defaultdict(list)
    for intent in _owed(connection, hour.leaving, people, as_of, desk.now):
        found[address_of(intent.recipient, desk.staff, desk.settings)].append(intent)
    return dict(found)


def _kept(
    connection: Connection,
    desk: Desk,
    hour: Hour,
    left: Sequence[Intent],
    storm_over_at: datetime | None,
) -> list[Kept]:
    box_of = {one.recipient: address_of(one.recipient, desk.staff, desk.settings) for one in left}
    had = mails_today(connection, sorted(set(box_of.values())), day_of(desk.now))
    slots = {
        following.slot.schedule: following.at for following in next_slots(desk.now, desk.settings)
    }
    until = {
        WhyNot.DIGEST: slots[DIGEST_SLOT],
        WhyNot.HOURS: slots[MAILS],
        WhyNot.NEXT_MORNING: slots[MAILS],
        WhyNot.STORM: storm_over_at,
        WhyNot.ENOUGH: None,
    }
    found = []
    for one in left:
        why = _why_not(one, had.get(box_of[one.recipient], MailsToday()), hour)
        found.append(Kept(one, why, one.send_from_at if why is WhyNot.NOT_YET else until[why]))
    return found


def _why_not(intent: Intent, had: MailsToday, hour: Hour) -> WhyNot:
    if intent.leaves == DIGEST:
        return WhyNot.DIGEST
    if intent.send_from_at > hour.now:
        return WhyNot.NOT_YET
    if not hour.at_work:
        return WhyNot.HOURS
    if hour.braked:
        return WhyNot.STORM
    return WhyNot.NEXT_MORNING if had.morning and intent.leaves == MORNING else WhyNot.ENOUGH


def _rendered(one: Going) -> PreviewedMail:
    mail = render_reminder(one.view_of(UNNAMED))
    return PreviewedMail(one.kind, one.address, tuple(one.intents), mail)


def _has_ended(intent: Intent) -> bool:
    return intent.state not in {PLANNED, SUPERSEDED}


def _unknown(asked: str) -> UserMistake:
    return UserMistake(
        da=f"»{asked}« er hverken en sag i det seneste udtræk eller en på personalelisten. Skriv "
        "et sagsnummer, eller en person som i people.csv.",
        en=f'"{asked}" is neither a case in the latest extract nor somebody on the staff list. '
        "Write a case reference, or a person as in people.csv.",
    )
