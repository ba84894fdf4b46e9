"""Somebody may ask not to be reminded for a while; never for ever, and never of everything."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from flows.clock import now as real_now
from flows.composing.compose import build_messages
from flows.deliver import deliver
from flows.digest import send_digests
from flows.evaluate import evaluate_open_cases
from flows.mistakes import UserMistake
from flows.owing.muting import MUTED, Asked, mute, unmute
from flows.rule_book.rule_folder import good_book
from flows.settings import SHIPPED_RULES
from models.case_tables import CASE
from models.database import reading, writing
from models.mutes import MUTE, Mute, all_mutes, end_mutes_that_are_over
from models.outbox import INTENT
from models.people import load_staff
from rules.book import Binding
from rules.dates import day_of, shift_days
from rules.deadline import Status
from tests.flow.case_builder import Municipality, book_of
from tests.flow.mail_cases import (
    LENE,
    METTE,
    MONDAY,
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
from tests.flow.mail_server import Kept, a_mail_server, text_of
from tests.flow.typed import ask_in

EARLY = at(MONDAY, 5, 30)
FRIDAY = date(2026, 11, 27)
WHY = "Barnet Zzcanary er indlagt"
BOTH = a_deadline(step("3 days before", MONDAY, "caseworker", "team_leader"))
MEETING = """
  network-meeting:
    title: Netværksmøde mindst hver 8. uge
    binding: standard
    basis: [{source: Tæt på Familien}]
    for: case
    when: {case.target_group: youth}
    must_happen: network_meeting
    due: 8 weeks after start
    in_force: 2015-01-01
"""
OVERDUE = a_deadline(
    step("1 day after", FRIDAY, "caseworker", "team_leader"), status=Status.OVERDUE
)


def silence(
    database: Engine, by: str = "mho", rule: str = "", until: date = FRIDAY, now: datetime = EARLY
) -> Mute:
    """Mute case 4711."""
    with writing(database) as connection:
        asked = Asked("4711", rule, until, WHY, by)
        return mute(connection, load_staff(connection), asked, now)


def said(database: Engine) -> list[tuple[str, ...]]:
    """Return (step, recipient, state, state_reason) of all that was ever owed."""
    columns = [INTENT.c[name] for name in ("step", "recipient", "state", "state_reason")]
    with reading(database) as connection:
        return [tuple(row) for row in connection.execute(select(*columns).order_by(INTENT.c.id))]


def sent_on(database: Engine, now: datetime) -> Kept:
    """Build and deliver what may leave now, and return what was taken."""
    build_messages(database, SETTINGS, now)
    with a_mail_server() as (kept, server):
        deliver(database, SETTINGS, lambda: now, server=server)
    return kept


def test_a_muted_caseworker_is_not_reminded_and_it_is_recorded(database: Engine) -> None:
    settle_in(database)
    silence(database)
    plan(database, WARNED, now=EARLY)
    assert said(database) == [("3 days before", "mho", "cancelled", MUTED)]
    assert sent_on(database, at(MONDAY)).taken == []


def test_what_was_planned_already_is_held_back_too(database: Engine) -> None:
    settle_in(database)
    plan(database, WARNED, now=EARLY)
    build_messages(database, SETTINGS, at(MONDAY))
    silence(database, now=at(MONDAY))
    plan(database, WARNED, now=at(MONDAY))
    assert sent_on(database, at(MONDAY)).taken == []


def test_a_caseworker_does_not_silence_the_leader(database: Engine) -> None:
    settle_in(database)
    silence(database)
    plan(database, BOTH, now=EARLY)
    assert [row[1:3] for row in said(database)] == [("mho", "cancelled"), ("lln", "planned")]


@pytest.mark.parametrize("by", ["mho", "jsk"])
def test_a_caseworker_alone_cannot_silence_what_is_overdue(database: Engine, by: str) -> None:
    settle_in(database)
    assert silence(database, by).covers_all is False
    plan(database, OVERDUE, now=at(FRIDAY, 5))
    assert {row[2] for row in said(database)} == {"planned"}


def test_a_caseworker_alone_cannot_silence_what_is_acute(database: Engine) -> None:
    settle_in(database)
    silence(database)
    hours = step("4 hours before", MONDAY, hours=True)
    plan(database, a_deadline(hours, due=at(MONDAY, 12)), now=at(MONDAY, 9), binding=Binding.LAW)
    assert said(database)[0][2] == "planned"


@pytest.mark.parametrize("by", ["lln", "kho"])
def test_a_leader_silences_everything_about_the_case(database: Engine, by: str) -> None:
    settle_in(database)
    assert silence(database, by).covers_all is True
    plan(database, OVERDUE, now=at(FRIDAY, 5))
    assert {row[2:] for row in said(database)} == {("cancelled", MUTED)}


def test_who_stands_in_for_the_leader_may_do_what_the_leader_may(database: Engine) -> None:
    settle_in(database)
    away(database, "lln", MONDAY, FRIDAY, "jsk")
    assert silence(database, "jsk").covers_all is True


def test_one_rule_alone_can_be_silent(database: Engine) -> None:
    settle_in(database)
    silence(database, rule="network-meeting")
    other = a_deadline(step("3 days before", MONDAY), rule="other-rule")
    plan(database, WARNED, other, now=EARLY)
    assert sorted(row[2] for row in said(database)) == ["cancelled", "planned"]


def test_another_case_is_told_of_as_before(database: Engine) -> None:
    settle_in(database, ["4711", "4712"])
    silence(database)
    plan(database, WARNED, warned("4712"), now=EARLY)
    (mail,) = sent_on(database, at(MONDAY)).mails()
    assert "4712" in text_of(mail)
    assert "4711" not in text_of(mail)


def test_when_it_ends_the_latest_step_is_told_and_not_called_late(database: Engine) -> None:
    settle_in(database)
    two = a_deadline(step("14 days before", MONDAY), step("3 days before", TUESDAY))
    silence(database, until=TUESDAY)
    plan(database, two._replace(reached=two.reached[:1]), now=EARLY)
    plan(database, two, now=at(TUESDAY, 5))
    wednesday = shift_days(TUESDAY, 1)
    with writing(database) as connection:
        assert end_mutes_that_are_over(connection, TUESDAY, at(TUESDAY)) == 0
        assert end_mutes_that_are_over(connection, wednesday, at(wednesday, 5)) == 1
        assert end_mutes_that_are_over(connection, wednesday, at(wednesday, 5)) == 0
        look = connection.execute(select(CASE.c.next_look_at, CASE.c.settled)).one()
    assert tuple(look) == (at(wednesday, 5), False)
    plan(database, two, now=at(wednesday, 5))
    (mail,) = sent_on(database, at(wednesday)).mails()
    assert "kommer sent" not in text_of(mail)
    assert [row[0] for row in said(database) if row[2] == "sent"] == ["3 days before"]


def test_what_was_met_meanwhile_is_not_told_when_it_ends(database: Engine) -> None:
    settle_in(database)
    silence(database)
    plan(database, WARNED, now=EARLY)
    met = WARNED._replace(status=Status.MET, reached=())
    plan(database, met, now=at(shift_days(FRIDAY, 3), 5))
    assert said(database) == [("3 days before", "mho", "cancelled", MUTED)]


def test_unmuting_tells_what_is_owed_by_then(database: Engine) -> None:
    settle_in(database)
    silence(database)
    plan(database, WARNED, now=EARLY)
    with writing(database) as connection:
        unmute(connection, "4711", "", "mho", at(MONDAY))
        with pytest.raises(UserMistake, match="mute --list"):
            unmute(connection, "4711", "", "mho", at(MONDAY))
    plan(database, WARNED, now=at(MONDAY))
    assert len(sent_on(database, at(MONDAY)).to(METTE)) == 1


@pytest.mark.parametrize("until", [shift_days(MONDAY, -1), shift_days(MONDAY, 15)])
def test_a_mute_lasts_a_fortnight_at_most(database: Engine, until: date) -> None:
    settle_in(database)
    with pytest.raises(UserMistake, match="14"):
        silence(database, until=until)
    assert silence(database, until=shift_days(MONDAY, 14)).until_on == date(2026, 12, 7)


def test_a_mute_needs_a_case_a_person_and_a_reason(database: Engine) -> None:
    settle_in(database)
    with pytest.raises(UserMistake, match="staff list"):
        silence(database, by="nobody")
    with pytest.raises(UserMistake, match="Write who decided it"):
        silence(database, by="")
    for asked in (Asked("9999", "", FRIDAY, WHY, "mho"), Asked("4711", "", FRIDAY, " ", "mho")):
        with writing(database) as connection, pytest.raises(UserMistake):
            mute(connection, load_staff(connection), asked, EARLY)


def test_a_new_mute_takes_the_place_of_the_one_before_and_both_are_kept(database: Engine) -> None:
    settle_in(database)
    silence(database, until=TUESDAY)
    silence(database, by="lln", until=FRIDAY)
    with reading(database) as connection:
        (one,) = all_mutes(connection, MONDAY)
        rows = connection.execute(select(MUTE.c.muted_by, MUTE.c.ended_by, MUTE.c.why)).all()
    assert (one.muted_by, one.until_on) == ("lln", FRIDAY)
    assert [tuple(row) for row in rows] == [("mho", "lln", WHY), ("lln", "", WHY)]


def test_the_leader_reads_who_has_asked_until_when_but_not_why(database: Engine) -> None:
    settle_in(database)
    silence(database)
    with a_mail_server() as (kept, server):
        send_digests(database, good_book(SHIPPED_RULES), SETTINGS, at(MONDAY, 8, 0))
        deliver(database, SETTINGS, lambda: at(MONDAY, 8, 0), server=server)
    (mail,) = kept.to(LENE)
    text = " ".join(text_of(mail).split())
    assert "4711" in text
    assert "Mette Holm" in text
    assert "fredag 27. november 2026" in text
    assert not any(b"Zzcanary" in content for _, _, content in kept.taken)


def test_the_end_of_a_mute_has_its_case_looked_at_again(database: Engine) -> None:
    """The first meeting is due on 2 March; the step of 16 February falls in the silence."""
    municipality = Municipality(database)
    municipality.person("anna", leader="lene")
    municipality.person("lene", role="team_leader")
    municipality.case("4711", date(2026, 1, 5), facts={"target_group": "youth"})
    book, monday, thursday = book_of(MEETING), date(2026, 2, 16), date(2026, 2, 19)
    evaluate_open_cases(database, book, at(date(2026, 2, 13)))
    silence(database, by="anna", until=date(2026, 2, 18), now=at(monday, 5))
    for day in (monday, thursday):
        with writing(database) as connection:
            end_mutes_that_are_over(connection, day, at(day, 5))
        evaluate_open_cases(database, book, at(day, 5))
        before = {row[2] for row in said(database)}
        assert ("planned" in before) is (day == thursday)


def test_the_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ask = ask_in(tmp_path, monkeypatch, capsys)
    today = day_of(real_now())
    assert ask("sample", "extract", "--cases", "30", "--at", str(shift_days(today, -1))).code == 0
    assert ask("import", "extract").code == 0
    listed = ask("deadlines", "--json").out.splitlines()
    case, by = next(
        (row["case"], row["caseworker"]) for row in map(json.loads, listed) if row["caseworker"]
    )
    until = str(shift_days(today, 3))
    done = ask("mute", case, "--until", until, "--why", WHY, "--by", by)
    assert done.code == 0
    assert "only a leader" in done.out
    (line,) = ask("mute", "--list", "--json").out.splitlines()
    assert json.loads(line) == {
        "case_ref": case,
        "rule": "",
        "until_on": until,
        "covers_all": False,
        "muted_by": by,
    }
    assert WHY not in ask("mute", "--list").out
    assert "Did you mean" in ask("mute", case, "network-meting", "--until", until).err
    assert ask("mute", case).code == 1
    assert ask("unmute", case, "--by", by).out == f"Reminders about {case} come again.\n"
    assert ask("unmute", case, "--by", by).code == 1
    assert ask("mute", "--list").out == "Nothing is held back.\n"
    assert ask("mute", "--list", "--json").out == ""
    assert "0 reminders" in ask("confirm", case, "--by", by).out
    for asked in (("confirm", "9-9"), ("unmute", "9-9"), ("mute", "9-9", "--until", until)):
        unknown = ask(*asked, *(("--why", WHY, "--by", by) if asked[0] == "mute" else ()))
        assert (unknown.code, unknown.out) == (1, "")
        assert "There is no case 9-9" in unknown.err
    for asked in (("confirm", case), ("mute", case, "--until", until, "--why", WHY)):
        unknown = ask(*asked, "--by", "nobody")
        assert (unknown.code, unknown.out) == (1, "")
        assert '"nobody" is n' in unknown.err
