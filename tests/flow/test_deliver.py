"""Mails reach a real mail server: once, in the right mailbox, at the right time, encrypted."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

import pytest
from sqlalchemy import Engine, select, update

from flows.composing.compose import build_messages
from flows.deliver import deliver
from models.case_tables import PersonRow
from models.database import reading, writing
from models.deadline_tables import OpsEventRow
from models.outbox import ATTEMPT, INTENT, MESSAGE, count_by_state
from models.outbox_messages import count_messages
from models.outbox_tables import QuarantineRow
from notifications.server import MailServer
from rules.book import Binding
from rules.deadline import Deadline, Status
from tests.faults.post import pending_mails
from tests.flow.mail_cases import (
    FALLBACK_BOX,
    JONAS,
    KAREN,
    LENE,
    METTE,
    MONDAY,
    SATURDAY,
    SETTINGS,
    TUESDAY,
    WARNED,
    a_deadline,
    at,
    away,
    plan,
    settle_in,
    step,
    warned,
)
from tests.flow.mail_server import a_mail_server, text_of

EARLY = at(MONDAY, 5, 30)
MORNING = at(MONDAY)
HOURS = a_deadline(
    step("4 hours before", SATURDAY, hours=True),
    due=datetime.fromisoformat("2026-11-28T13:30:00+00:00"),
    rule="report-assessed-24-hours",
)
OVERDUE = a_deadline(
    step("1 day after", MONDAY, "caseworker", "team_leader"),
    due=date(2026, 11, 22),
    status=Status.OVERDUE,
)


def tell(database: Engine, now: datetime, server: MailServer) -> Counter[str]:
    """Build and deliver what is owed by now."""
    build_messages(database, SETTINGS, now)
    return deliver(database, SETTINGS, lambda: now, server=server).counts


def test_a_reminder_reaches_the_mailbox_of_the_caseworker_once(database: Engine) -> None:
    settle_in(database)
    plan(database, WARNED, now=EARLY)
    with a_mail_server() as (kept, server):
        assert tell(database, MORNING, server) == {"accepted": 1}
        for again in (MORNING, at(MONDAY, 12), at(TUESDAY)):
            plan(database, WARNED, now=again)
            assert tell(database, again, server) == {}
    (mail,) = kept.to(METTE)
    assert mail["Subject"] == "Frist om 3 dage: 1 sag"
    assert "Sag 4711" in text_of(mail)
    assert "Du får mailen, fordi du er sagsbehandler på sag 4711." in text_of(mail)
    with reading(database) as connection:
        assert count_by_state(connection) == {"sent": 1}
        assert count_messages(connection) == {"accepted": 1}
        (attempt,) = connection.execute(select(ATTEMPT)).mappings().all()
    assert (attempt["phase"], attempt["code"], attempt["queue_id"]) == ("data", 250, "Q00001")
    assert attempt["ended_at"] == MORNING


def test_the_bytes_that_leave_are_those_that_were_frozen(database: Engine) -> None:
    settle_in(database)
    plan(database, WARNED, now=EARLY)
    with a_mail_server() as (kept, server):
        tell(database, MORNING, server)
    with reading(database) as connection:
        content, identity = connection.execute(
            select(MESSAGE.c.content, MESSAGE.c.message_id)
        ).one()
    assert kept.taken == [("frister@kommune.dk", [METTE], content)]
    assert kept.mails()[0]["Message-ID"] == identity


def test_a_morning_is_one_mail_with_everything_most_urgent_first(database: Engine) -> None:
    settle_in(database, [str(number) for number in range(4711, 4731)])
    due_in = [warned(str(4711 + n))._replace(due=date(2026, 11, 25 + n % 5)) for n in range(20)]
    plan(database, *due_in, now=EARLY)
    with a_mail_server() as (kept, server):
        tell(database, MORNING, server)
    (mail,) = kept.mails()
    assert mail["Subject"] == "Frist om 2 dage: 4 sager (og 16 andre)"
    text = text_of(mail)
    assert [text.index(f"Sag {4711 + n}") for n in (0, 5, 1, 6, 4)] == sorted(
        text.index(f"Sag {4711 + n}") for n in (0, 5, 1, 6, 4)
    )
    assert text.count("\nSag 47") == 20


def test_a_second_run_the_same_day_adds_to_the_next_morning(database: Engine) -> None:
    settle_in(database, ["4711", "4712"])
    plan(database, WARNED, now=EARLY)
    with a_mail_server() as (kept, server):
        tell(database, MORNING, server)
        plan(database, warned("4712"), now=at(MONDAY, 9))
        assert tell(database, at(MONDAY, 9), server) == {}
        assert tell(database, at(TUESDAY), server) == {"accepted": 1}
    assert "Sag 4712" in text_of(kept.to(METTE)[1])


def test_nothing_leaves_at_night_or_on_a_closed_day_but_hour_rules(database: Engine) -> None:
    """Peers F9: calendars hold for the mails too."""
    settle_in(database, ["4711", "4712"])
    plan(database, warned("4712"), now=EARLY)
    plan(database, HOURS, now=at(SATURDAY, 10, 30), binding=Binding.LAW)
    with a_mail_server() as (kept, server):
        assert tell(database, at(MONDAY, 7, 29), server) == {}
        assert tell(database, at(SATURDAY, 10, 31), server) == {"accepted": 1}
        assert tell(database, at(date(2026, 12, 25), 12), server) == {}
    (mail,) = kept.mails()
    assert mail["Subject"] == "Frist om 3 timer: 1 sag"
    assert "kl. 14.30" in text_of(mail)
    assert mail["References"] == mail["In-Reply-To"]
    assert str(mail["References"]).startswith("<r.")


def test_overdue_law_does_not_wait_for_the_next_morning(database: Engine) -> None:
    settle_in(database, ["4711", "4712"])
    plan(database, warned("4712"), now=EARLY)
    with a_mail_server() as (kept, server):
        tell(database, MORNING, server)
        plan(database, OVERDUE, now=at(MONDAY, 10), binding=Binding.LAW)
        tell(database, at(MONDAY, 10), server)
    assert [mail["Subject"] for mail in kept.to(METTE)] == [
        "Frist om 3 dage: 1 sag",
        "Overskredet: 1 sag",
    ]
    assert kept.to(METTE)[1]["Importance"] == "high"
    assert "Sagsbehandler: Mette Holm" in text_of(kept.to(LENE)[0])


def test_overdue_law_found_in_the_evening_waits_for_the_morning(database: Engine) -> None:
    settle_in(database, ["4711", "4712"])
    plan(database, warned("4712"), now=EARLY)
    with a_mail_server() as (_, server):
        tell(database, MORNING, server)
        plan(database, OVERDUE, now=at(MONDAY, 18), binding=Binding.LAW)
        assert tell(database, at(MONDAY, 18), server) == {}
        assert tell(database, at(TUESDAY), server) == {"accepted": 2}  # and the leader


def test_a_morning_that_was_missed_is_made_up_for_the_same_day_and_says_so(
    database: Engine,
) -> None:
    settle_in(database)
    plan(database, WARNED, now=at(TUESDAY, 5, 30))
    with a_mail_server() as (kept, server):
        tell(database, at(TUESDAY, 16), server)
    assert "skulle være sendt mandag 23. november 2026" in text_of(kept.mails()[0])


def test_what_fell_due_before_we_were_in_use_is_not_called_late(database: Engine) -> None:
    settle_in(database)
    plan(database, a_deadline(step("14 days before", date(2026, 10, 30))), now=EARLY)
    with a_mail_server() as (kept, server):
        tell(database, MORNING, server)
    assert "skulle være sendt" not in text_of(kept.mails()[0])


def test_each_gets_it_in_their_language(database: Engine) -> None:
    settle_in(database)
    with writing(database) as connection:
        connection.execute(update(PersonRow).where(PersonRow.person == "mho").values(language="en"))
    plan(database, WARNED, now=EARLY)
    with a_mail_server() as (kept, server):
        tell(database, MORNING, server)
    (mail,) = kept.mails()
    assert (mail["Subject"], mail["Content-Language"]) == ("Due in 3 days: 1 case", "en")
    assert "8 weeks after 1 October 2026" in text_of(mail)


@pytest.mark.parametrize(
    ("mette", "jonas"),
    [
        ("mette@kommune.dk", "mette@KOMMUNE.dk"),
        ("team@blåvig.dk", "team@xn--blvig-nra.dk"),
        ("team@Blåvig.dk", "team@BLÅVIG.DK"),
    ],
)
def test_two_people_behind_one_mailbox_get_one_mail(
    database: Engine, mette: str, jonas: str
) -> None:
    settle_in(database, ["4711", "4712"])
    with writing(database) as connection:
        for person, email in (("mho", mette), ("jsk", jonas)):
            same = update(PersonRow).where(PersonRow.person == person).values(email=email)
            connection.execute(same)
    plan(database, WARNED, now=EARLY)
    plan(database, warned("4712"), now=EARLY, caseworker="jsk")
    with a_mail_server() as (kept, server):
        tell(database, MORNING, server)
    (mail,) = kept.mails()
    assert "Sag 4711" in text_of(mail)
    assert "Sag 4712" in text_of(mail)
    assert "Hej" not in text_of(mail)


def test_the_substitute_reads_in_whose_place(database: Engine) -> None:
    settle_in(database)
    away(database, "mho", MONDAY, None, "jsk")
    plan(database, WARNED, now=EARLY)
    with a_mail_server() as (kept, server):
        tell(database, MORNING, server)
    assert "fordi du er stedfortræder for Mette Holm" in text_of(kept.to(JONAS)[0])


def test_a_case_of_nobody_in_a_team_of_nobody_goes_to_the_fallback_mailbox(
    database: Engine,
) -> None:
    settle_in(database)
    with writing(database) as connection:
        connection.execute(update(PersonRow).values(active=False))
    plan(database, WARNED, now=EARLY, caseworker="")
    with a_mail_server() as (kept, server):
        tell(database, MORNING, server)
    (mail,) = kept.to(FALLBACK_BOX)
    assert "fordi ingen er sagsbehandler" in text_of(mail)


def test_a_refused_mailbox_escalates_in_the_same_run(database: Engine) -> None:
    """Peers F1: what could not be delivered is never silent."""
    settle_in(database)
    plan(database, WARNED, now=EARLY)
    with a_mail_server() as (kept, server):
        kept.refuses.add(METTE)
        counts = tell(database, MORNING, server)
        assert counts == {"refused": 1, "redirected": 1, "accepted": 1}
        assert tell(database, at(MONDAY, 8), server) == {}
    (mail,) = kept.to(LENE)
    assert (
        "Du får mailen som leder, fordi Mette Holm ikke kunne få mailen leveret (sag 4711)."
        in " ".join(text_of(mail).split())
    )
    with reading(database) as connection:
        assert count_by_state(connection) == {"undeliverable": 1, "sent": 1}


def test_when_every_mailbox_refuses_the_operator_is_told(database: Engine) -> None:
    settle_in(database)
    plan(database, WARNED, now=EARLY)
    with a_mail_server() as (kept, server):
        kept.refuses |= {METTE, LENE, KAREN, FALLBACK_BOX}
        assert tell(database, MORNING, server)["refused"] == 4
        assert tell(database, at(MONDAY, 8), server) == {}
    with reading(database) as connection:
        (event,) = connection.execute(select(OpsEventRow.kind, OpsEventRow.subject)).all()
        assert count_by_state(connection) == {"undeliverable": 4}
    assert tuple(event) == ("undeliverable to everybody", "4711")


def test_what_is_no_longer_owed_when_its_turn_comes_is_called_back(database: Engine) -> None:
    settle_in(database, ["4711", "4712"])
    plan(database, WARNED, warned("4712"), now=EARLY)
    build_messages(database, SETTINGS, MORNING)
    plan(database, WARNED._replace(status=Status.MET, reached=()), warned("4712"), now=MORNING)
    with a_mail_server() as (kept, server):
        counts = deliver(database, SETTINGS, lambda: MORNING, server=server).counts
    assert counts == {"withdrawn": 1, "accepted": 1}
    (mail,) = kept.mails()
    assert "4711" not in text_of(mail)
    assert ".1@" in mail["Message-ID"]


def test_a_mail_of_which_nothing_is_owed_any_more_never_leaves(database: Engine) -> None:
    settle_in(database)
    plan(database, WARNED, now=EARLY)
    build_messages(database, SETTINGS, MORNING)
    plan(database, now=MORNING, cases=("4711",))
    with a_mail_server() as (kept, server):
        counts = deliver(database, SETTINGS, lambda: MORNING, server=server).counts
    assert (counts, kept.taken) == ({"withdrawn": 1}, [])


@pytest.mark.parametrize(
    ("case", "title"),
    [("Ida Holm", "Netværksmøde"), ("4711", "Møde om 010115-1234"), ("4711", "Møde med Lene Lund")],
)
def test_what_the_privacy_gate_stops_is_replaced_by_a_plain_mail(
    database: Engine, case: str, title: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Peers F17 and fault I16."""
    settle_in(database, [case])
    plan(database, warned(case), now=EARLY)
    with writing(database) as connection:
        connection.execute(update(INTENT).values(title=title))
    with a_mail_server() as (kept, server):
        tell(database, MORNING, server)
        assert tell(database, at(MONDAY, 8), server) == {}
    (content,) = [content for _, _, content in kept.taken]
    assert kept.mails()[0]["Subject"] == "Frister: 1 venter på dig"
    for secret in (b"Ida", b"010115", b"Lene"):
        assert secret not in content
        assert secret.decode() not in caplog.text
    with reading(database) as connection:
        (reason,) = connection.execute(select(QuarantineRow.reason)).scalars().all()
    assert "Ida" not in reason


def test_a_mail_nobody_took_for_three_days_goes_to_somebody_else(database: Engine) -> None:
    settle_in(database)
    plan(database, WARNED, now=EARLY)
    build_messages(database, SETTINGS, MORNING)
    with a_mail_server() as (kept, server):
        late = at(date(2026, 11, 26), 8)
        deliver(database, SETTINGS, lambda: late, server=server)
    assert [str(mail["To"]) for mail in kept.mails()] == [LENE]


def test_stopping_finishes_nothing_new(database: Engine) -> None:
    settle_in(database)
    plan(database, WARNED, now=EARLY)
    build_messages(database, SETTINGS, MORNING)
    with a_mail_server() as (kept, server):
        deliver(database, SETTINGS, lambda: MORNING, server=server, stopping=lambda: True)
    assert kept.taken == []


def test_a_deadline_is_told_of_in_one_line_though_owed_twice(database: Engine) -> None:
    settle_in(database)
    away(database, "mho", MONDAY, None, "")
    both: Deadline = a_deadline(
        step("on the day", MONDAY, "caseworker"),
        step("1 day after", MONDAY, "team_leader"),
        due=date(2026, 11, 22),
        status=Status.OVERDUE,
    )
    plan(database, both, now=EARLY)
    with a_mail_server() as (kept, server):
        tell(database, MORNING, server)
    assert text_of(kept.to(LENE)[0]).count("Sag 4711:") == 1


def test_many_mails_over_several_connections_each_leave_once(database: Engine) -> None:
    pending_mails(database, 120)
    with a_mail_server() as (kept, server):
        counts = deliver(database, SETTINGS, lambda: MORNING, server=server, connections=4).counts
    assert counts == {"accepted": 120}
    told = Counter(str(mail["To"]) for mail in kept.mails())
    assert told == Counter(f"p{number}@kommune.dk" for number in range(120))
