"""Calendar files beside reminders: put in, moved, taken back, and only where it was asked for."""

from __future__ import annotations

from datetime import date, datetime
from email.message import EmailMessage
from typing import Any

from icalendar import Calendar
from sqlalchemy import Engine, insert, update

from flows.composing.compose import build_messages
from flows.deliver import deliver
from flows.settings import Settings
from models.database import writing
from models.deadline_tables import DeadlineRow
from models.deadlines import DEADLINE
from models.outbox import INTENT
from rules.deadline import Deadline, Status
from tests.flow.mail_cases import (
    LENE,
    METTE,
    MONDAY,
    SETTINGS,
    TUESDAY,
    a_deadline,
    at,
    plan,
    settle_in,
    step,
    warned,
)
from tests.flow.mail_server import Kept, a_mail_server

WEDNESDAY = date(2026, 11, 25)
WITH_CALENDAR = SETTINGS.model_copy(update={"mail_calendar": True})


def keep(database: Engine, deadline: Deadline) -> None:
    """Put a deadline in the database, as the evaluation does."""
    row = {"case_ref": deadline.case, "ref": deadline.ref, "rule": deadline.rule, "round": 1}
    row |= {"interval_on": deadline.interval, "kind": "case", "status": str(deadline.status)}
    row |= {"due_on": deadline.due, "changed_at": at(MONDAY), "missing": "", "rule_print": ""}
    with writing(database) as connection:
        connection.execute(insert(DeadlineRow).values(**row, closed=False))


def meet(database: Engine, case: str) -> None:
    with writing(database) as connection:
        met = update(DEADLINE).where(DEADLINE.c.case_ref == case)
        connection.execute(met.values(status=str(Status.MET), closed=True))


def tell(database: Engine, now: datetime, kept_at: Any, settings: Settings = WITH_CALENDAR) -> None:
    build_messages(database, settings, now)
    deliver(database, settings, lambda: now, server=kept_at)


def calendars(mail: EmailMessage) -> list[tuple[str, Calendar]]:
    """Return the names of a mail's calendar files, with what they hold."""
    return [
        (part.get_filename() or "", Calendar.from_ical(part.get_payload(decode=True)))
        for part in mail.walk()
        if part.get_content_type() == "text/calendar"
    ]


def entries(mail: EmailMessage) -> list[tuple[str, int, date]]:
    """Return method, sequence and day of every entry in a mail's calendar files."""
    return [
        (str(calendar["method"]), int(event["sequence"]), event.decoded("dtstart"))
        for _, calendar in calendars(mail)
        for event in calendar.walk("VEVENT")
    ]


def again(case: str, on: date, due: date) -> Deadline:
    """The same deadline of a case, with another due date and a step reached that day."""
    return a_deadline(step(f"on {on}", on), case=case, due=due)


def mails_to_mette(kept: Kept) -> list[EmailMessage]:
    return kept.to(METTE)


def test_no_calendar_goes_with_a_mail_unless_it_was_asked_for(database: Engine) -> None:
    settle_in(database)
    plan(database, warned("4711"), now=at(MONDAY, 5, 30))
    with a_mail_server() as (kept, server):
        tell(database, at(MONDAY), server, SETTINGS)
    (mail,) = mails_to_mette(kept)
    assert calendars(mail) == []


def test_a_reminder_puts_its_deadlines_in_the_calendar(database: Engine) -> None:
    settle_in(database, ["4711", "4712"])
    plan(database, warned("4711"), warned("4712"), now=at(MONDAY, 5, 30))
    with a_mail_server() as (kept, server):
        tell(database, at(MONDAY), server)
    (mail,) = mails_to_mette(kept)
    assert entries(mail) == [("PUBLISH", 0, date(2026, 11, 26))] * 2
    (name, _), *_ = calendars(mail)
    assert name == "frister.ics"
    attached = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    assert attached["Content-Transfer-Encoding"] == "base64"
    assert attached.get_param("method") == "PUBLISH"
    assert attached.get_content_disposition() == "attachment"


def test_a_deadline_that_moves_moves_its_entry(database: Engine) -> None:
    settle_in(database)
    plan(database, warned("4711"), now=at(MONDAY, 5, 30))
    with a_mail_server() as (kept, server):
        tell(database, at(MONDAY), server)
        for day, due in ((TUESDAY, date(2026, 12, 3)), (WEDNESDAY, date(2026, 12, 3))):
            plan(database, again("4711", day, due), now=at(day, 5, 30))
            keep_once(database, again("4711", day, due))
            tell(database, at(day), server)
    first, moved, same = mails_to_mette(kept)
    assert entries(first) == [("PUBLISH", 0, date(2026, 11, 26))]
    assert entries(moved) == [("PUBLISH", 1, date(2026, 12, 3))]
    assert entries(same) == [("PUBLISH", 1, date(2026, 12, 3))]
    uids = {str(calendars(mail)[0][1].walk("VEVENT")[0]["uid"]) for mail in (first, moved, same)}
    assert len(uids) == 1


def keep_once(database: Engine, deadline: Deadline) -> None:
    with writing(database) as connection:
        connection.execute(DEADLINE.delete())
    keep(database, deadline)


def test_a_deadline_that_is_met_is_taken_back_with_the_next_mail_and_only_once(
    database: Engine,
) -> None:
    settle_in(database, ["4711", "4712"])
    keep(database, warned("4711"))
    keep(database, warned("4712"))
    plan(database, warned("4711"), now=at(MONDAY, 5, 30))
    with a_mail_server() as (kept, server):
        tell(database, at(MONDAY), server)
        meet(database, "4711")
        tell(database, at(TUESDAY), server)
        assert len(mails_to_mette(kept)) == 1  # being met earns no mail of its own
        for day in (WEDNESDAY, date(2026, 11, 26)):
            plan(database, again("4712", day, date(2026, 12, 3)), now=at(day, 5, 30))
            tell(database, at(day), server)
    _, second, third = mails_to_mette(kept)
    assert entries(second) == [
        ("PUBLISH", 0, date(2026, 12, 3)),
        ("CANCEL", 1, date(2026, 11, 26)),
    ]
    assert [name for name, _ in calendars(second)] == ["frister.ics", "aflyst.ics"]
    assert entries(third) == [("PUBLISH", 0, date(2026, 12, 3))]


def test_a_deadline_that_opens_again_comes_back_with_a_newer_entry(database: Engine) -> None:
    settle_in(database, ["4711", "4712"])
    keep(database, warned("4712"))
    plan(database, warned("4711"), now=at(MONDAY, 5, 30))
    with a_mail_server() as (kept, server):
        tell(database, at(MONDAY), server)
        plan(database, warned("4712"), now=at(TUESDAY, 5, 30))
        tell(database, at(TUESDAY), server)
        keep(database, warned("4711"))
        plan(database, again("4711", WEDNESDAY, date(2026, 11, 26)), now=at(WEDNESDAY, 5, 30))
        tell(database, at(WEDNESDAY), server)
    _, taken_back, back = mails_to_mette(kept)
    assert ("CANCEL", 1, date(2026, 11, 26)) in entries(taken_back)
    assert entries(back) == [("PUBLISH", 2, date(2026, 11, 26))]


def test_leaders_and_overdue_deadlines_get_no_entry(database: Engine) -> None:
    settle_in(database)
    daily = step("1 day after", MONDAY, "caseworker", "team_leader")
    overdue = a_deadline(daily, due=date(2026, 11, 20), status=Status.OVERDUE)
    plan(database, overdue, now=at(MONDAY, 5, 30))
    with a_mail_server() as (kept, server):
        tell(database, at(MONDAY), server)
    assert [entries(mail) for mail in (*kept.to(METTE), *kept.to(LENE))] == [[], []]


def test_a_mail_that_the_gate_stops_has_no_calendar_either(database: Engine) -> None:
    settle_in(database)
    plan(database, warned("4711"), now=at(MONDAY, 5, 30))
    with writing(database) as connection:
        connection.execute(update(INTENT).values(title="Møde om 010115-1234"))
    with a_mail_server() as (kept, server):
        tell(database, at(MONDAY), server)
    (mail,) = mails_to_mette(kept)
    assert calendars(mail) == []
    assert b"010115" not in mail.as_bytes()
