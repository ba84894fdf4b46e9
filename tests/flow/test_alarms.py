"""The operator is told: once when it goes bad, once when it is well again, and every day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage

import pytest
from sqlalchemy import Engine, insert

from flows.commands.moments import read_moment
from flows.deliver import deliver
from flows.examining.alarms import ALERTS_A_DAY, send_report, watch_alarms
from flows.sending.line_faults import LINE_FAULT
from flows.settings import Settings
from models.case_tables import IMPORT
from models.database import writing
from models.runs import beat, clear_alarm, raise_alarm
from rules.dates import minutes_after
from tests.flow.mail_server import Kept, a_mail_server, text_of
from tests.flow.service import settings_object

OPERATOR = "drift@kommune.example"
MONDAY = read_moment("2026-11-23 08:15")
NIGHT = read_moment("2026-11-22 02:15")


class House:
    """A database and a mail server, looked at again and again."""

    def __init__(self, engine: Engine, kept: Kept, settings: Settings) -> None:
        self.engine, self.kept, self.settings = engine, kept, settings

    def look(self, at: datetime) -> list[EmailMessage]:
        """Look at how everything stands, deliver, and return the mails that are new."""
        before = len(self.kept.taken)
        watch_alarms(self.engine, self.settings, at)
        deliver(self.engine, self.settings, lambda: at)
        return self.kept.mails()[before:]

    def report(self, at: datetime) -> list[EmailMessage]:
        """Make the day's report, deliver, and return the mails that are new."""
        before = len(self.kept.taken)
        send_report(self.engine, self.settings, at)
        deliver(self.engine, self.settings, lambda: at)
        return self.kept.mails()[before:]

    def goes_bad(self, at: datetime, kind: str = "rule_files", subject: str = "") -> None:
        """Raise an alarm as the rest of the house does."""
        with writing(self.engine) as connection:
            said = "The rule folder is broken.", "Regelmappen er i stykker."
            raise_alarm(connection, kind, subject, at, *said)

    def recovers(self, at: datetime, kind: str = "rule_files") -> None:
        """Clear it again."""
        with writing(self.engine) as connection:
            clear_alarm(connection, kind, "", at)

    def takes_in(self, extracted_at: datetime) -> None:
        """Record an extract as taken in."""
        row = {"source": "extract", "sha256": extracted_at.isoformat(), "state": "done"}
        row |= {"extracted_at": extracted_at, "imported_at": extracted_at}
        with writing(self.engine) as connection:
            connection.execute(insert(IMPORT).values(**row, columns="{}", counts="{}", reason=""))


@pytest.fixture
def house(database: Engine) -> Iterator[House]:
    """An installation whose operator has a mailbox."""
    with a_mail_server() as (kept, server):
        url = f"smtp://{server.host}:{server.port}"
        yield House(database, kept, settings_object(url, operator_mailbox=OPERATOR))


def test_the_operator_is_told_once_on_going_bad_and_once_on_recovering(house: House) -> None:
    house.goes_bad(MONDAY)
    (mail,) = house.look(MONDAY)
    assert mail["To"] == OPERATOR
    assert mail["Subject"] == "Fristvagt: trouble (1)"
    assert "Wrong since Mon 23 Nov 2026 08:15:" in text_of(mail)
    assert "The rule folder is broken." in text_of(mail)
    assert house.look(minutes_after(MONDAY, 1)) == []
    house.recovers(minutes_after(MONDAY, 2))
    (mail,) = house.look(minutes_after(MONDAY, 3))
    assert mail["Subject"] == "Fristvagt: well again"
    assert "Well again since Mon 23 Nov 2026 08:17. What was wrong:" in text_of(mail)
    assert house.look(minutes_after(MONDAY, 4)) == []


def test_an_alarm_leaves_in_the_middle_of_the_night(house: House) -> None:
    house.goes_bad(NIGHT)
    assert len(house.look(NIGHT)) == 1


def test_it_is_said_in_the_language_of_the_setting(house: House) -> None:
    house.settings = house.settings.model_copy(update={"language": "da"})
    house.goes_bad(MONDAY)
    (mail,) = house.look(MONDAY)
    assert mail["Subject"] == "Fristvagt: noget er galt (1)"
    assert "Galt siden man. 23. nov. 2026 08:15:" in text_of(mail)
    assert "Regelmappen er i stykker." in text_of(mail)


def test_many_of_a_kind_are_one_mail_with_their_number_and_no_case(house: House) -> None:
    for number in range(40):
        house.goes_bad(MONDAY, "undeliverable to everybody", f"2026-{number:04}")
    (mail,) = house.look(MONDAY)
    assert "(40 ×)" in text_of(mail)
    assert "2026-00" not in text_of(mail)


def test_what_goes_bad_and_well_all_day_is_left_to_the_daily_report(house: House) -> None:
    told = 0
    for minute in range(0, 120, 2):
        house.goes_bad(minutes_after(MONDAY, minute))
        told += len(house.look(minutes_after(MONDAY, minute)))
        house.recovers(minutes_after(MONDAY, minute + 1))
        told += len(house.look(minutes_after(MONDAY, minute + 1)))
    assert told == ALERTS_A_DAY


def test_two_services_that_look_at_once_tell_it_once(house: House) -> None:
    house.goes_bad(MONDAY)
    first = watch_alarms(house.engine, house.settings, MONDAY)
    second = watch_alarms(house.engine, house.settings, MONDAY)
    assert (first["alert"], second["alert"]) == (1, 0)


def test_the_daily_report_comes_when_all_is_well_too(house: House) -> None:
    house.takes_in(minutes_after(MONDAY, -240))
    with writing(house.engine) as connection:
        beat(connection, "serve", MONDAY)
    (mail,) = house.report(MONDAY)
    assert mail["Subject"] == "Fristvagt: all is well"
    assert "The extract is 4 hours old." in text_of(mail)
    assert house.report(minutes_after(MONDAY, 5)) == []


def test_the_daily_report_reminds_of_what_is_bad_every_day_until_it_is_well(house: House) -> None:
    house.goes_bad(MONDAY)
    assert len(house.look(MONDAY)) == 1
    for day in (1, 2):
        at = minutes_after(MONDAY, day * 24 * 60)
        (mail,) = house.report(at)
        assert "The rule folder is broken. (since Mon 23 Nov 2026 08:15)" in text_of(mail).replace(
            "\n         ", " "
        )


def test_old_data_is_an_alarm_after_three_days_and_recovers_with_a_new_extract(
    house: House,
) -> None:
    house.takes_in(minutes_after(MONDAY, -71 * 60))
    assert house.look(MONDAY) == []
    later = minutes_after(MONDAY, 120)
    (mail,) = house.look(later)
    assert "The extract is 3 days old" in text_of(mail)
    house.takes_in(later)
    (mail,) = house.look(minutes_after(later, 1))
    assert mail["Subject"] == "Fristvagt: well again"


def test_without_a_mailbox_nobody_is_mailed_and_nothing_old_comes_when_it_is_set(
    house: House,
) -> None:
    unset = house.settings.model_copy(update={"operator_mailbox": ""})
    house.goes_bad(MONDAY)
    house.recovers(minutes_after(MONDAY, 5))
    assert not watch_alarms(house.engine, unset, MONDAY)
    assert not send_report(house.engine, unset, MONDAY)
    days_later = minutes_after(MONDAY, 3 * 24 * 60)
    assert house.look(days_later) == []


def test_an_alarm_about_the_mail_line_waits_for_the_line_and_tells_both(house: House) -> None:
    house.goes_bad(MONDAY, LINE_FAULT)
    nobody = house.settings.model_copy(update={"mail_url": "smtp://127.0.0.1:9"})
    watch_alarms(house.engine, nobody, MONDAY)
    assert deliver(house.engine, nobody, lambda: MONDAY).fault is not None
    assert house.kept.taken == []
    later = minutes_after(MONDAY, 60)
    told = house.look(later) + house.look(minutes_after(later, 10))
    assert "Fristvagt: trouble (1)" in {mail["Subject"] for mail in told}


def test_what_an_alarm_repeats_from_elsewhere_is_scrubbed(house: House) -> None:
    with writing(house.engine) as connection:
        raise_alarm(
            connection, "extract", "", MONDAY, "Row 7: 010115-1234 is not a date (mette@x.example)."
        )
    (mail,) = house.look(MONDAY)
    assert "1234" not in text_of(mail)
    assert "mette" not in text_of(mail)
    assert "is not a date" in text_of(mail)
