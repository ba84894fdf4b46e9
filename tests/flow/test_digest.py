"""The team leader's week: everything that slipped, nothing of anybody else's, and never silence."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import Engine, insert, update

from flows.composing.compose import build_messages
from flows.deliver import deliver
from flows.digest import send_digests
from flows.rule_book.rule_folder import good_book
from flows.settings import SHIPPED_RULES
from models.case_tables import PersonRow
from models.database import reading, writing
from models.deadline_tables import CaseErrorRow, DeadlineRow
from models.mutes import Mute, add_mute
from models.outbox import count_by_state
from models.outbox_messages import claim, enter_data, lose_answer
from notifications.server import MailServer
from rules.deadline import Status
from tests.flow.mail_cases import (
    FALLBACK_BOX,
    KAREN,
    LENE,
    METTE,
    MONDAY,
    SETTINGS,
    WARNED,
    a_deadline,
    add_case,
    at,
    away,
    plan,
    settle_in,
    step,
)
from tests.flow.mail_server import Kept, a_mail_server, text_of

EIGHT = at(MONDAY, 8, 0)
BOOK = good_book(SHIPPED_RULES)
RULE = next(name for name, rule in BOOK.rules.items() if rule.record == "case")
TITLE = BOOK.rules[RULE].terms.title


def add_deadline(
    database: Engine,
    case: str,
    due: date,
    *,
    status: Status = Status.OVERDUE,
    changed_at: datetime = EIGHT,
    **more: object,
) -> None:
    """Put a deadline in the database, as the evaluation does."""
    row = {"case_ref": case, "ref": case, "rule": RULE, "interval_on": MONDAY, "round": 1}
    row |= {"kind": "case", "status": str(status), "due_on": due, "changed_at": changed_at}
    defaults = {"closed": False, "missing": "", "rule_print": ""}
    with writing(database) as connection:
        connection.execute(insert(DeadlineRow).values(**(defaults | row | more)))


def digest(database: Engine, now: datetime, server: MailServer) -> dict[str, int]:
    """Build this week's digests and deliver them."""
    counts = send_digests(database, BOOK, SETTINGS, now)
    deliver(database, SETTINGS, lambda: now, server=server)
    return dict(counts)


def week_of(kept: Kept, address: str = LENE) -> str:
    """Return the text of the one digest a mailbox got, on one line."""
    (mail,) = kept.to(address)
    return " ".join(text_of(mail).split())


def test_the_leader_reads_what_is_overdue_what_is_coming_and_how_each_stands(
    database: Engine,
) -> None:
    settle_in(database, ["4711", "4712", "4713", "4714"])
    add_deadline(database, "4711", date(2026, 11, 20))
    add_deadline(database, "4712", date(2026, 11, 25), status=Status.DUE_SOON)
    add_deadline(database, "4713", date(2026, 12, 24), status=Status.UPCOMING)
    add_deadline(database, "4714", date(2026, 11, 2), status=Status.MET)
    with a_mail_server() as (kept, server):
        assert digest(database, EIGHT, server) == {"digest": 1}
    text = week_of(kept)
    assert (
        kept.to(LENE)[0]["Subject"] == "Overblik uge 48: 1 overskredet, 1 inden for 7 dage (Nord)"
    )
    assert "1 frist i Nord er overskredet, og 1 falder de næste 7 dage." in text
    assert f"Sag 4711: {TITLE} Frist: fredag 20. november 2026 (3 dage over fristen)" in text
    assert "Sag 4712" in text
    assert "Sag 4713" not in text
    assert "Sag 4714" not in text
    assert "Mette Holm: 1 overskredet, 1 inden for 7 dage, 1 senere" in text
    assert "Du får mailen, fordi du er teamleder." in text


def test_an_empty_week_is_sent_so_that_silence_means_a_fault(database: Engine) -> None:
    settle_in(database, [])
    with a_mail_server() as (kept, server):
        digest(database, EIGHT, server)
    assert "Ingen frister i Nord er overskredet" in week_of(kept)
    assert "Intet venter på dig i dag." in week_of(kept)
    assert [str(mail["To"]) for mail in kept.mails()] == [LENE]


def test_what_became_overdue_since_the_last_digest_is_marked(database: Engine) -> None:
    settle_in(database, ["4711", "4712"])
    add_deadline(database, "4711", date(2026, 11, 20), changed_at=at(MONDAY, 5))
    with a_mail_server() as (kept, server):
        digest(database, EIGHT, server)
        add_deadline(database, "4712", date(2026, 11, 26), changed_at=at(date(2026, 11, 27), 5))
        digest(database, at(date(2026, 11, 30), 8), server)
    first, second = (" ".join(text_of(mail).split()) for mail in kept.to(LENE))
    assert "(ny)" not in first
    assert f"Sag 4712: {TITLE} (ny)" in second
    assert f"Sag 4711: {TITLE} Frist" in second


def test_what_is_over_is_sorted_by_how_binding_it_is_and_then_by_how_long(
    database: Engine,
) -> None:
    by_binding = {str(rule.binding): name for name, rule in BOOK.rules.items()}
    settle_in(database, ["1", "2", "3", "4"])
    add_deadline(database, "1", date(2026, 11, 2), rule=by_binding["starting-point"])
    add_deadline(database, "2", date(2026, 11, 20), rule=by_binding["law"])
    add_deadline(database, "3", date(2026, 11, 19), rule=by_binding["law"])
    add_deadline(database, "4", date(2026, 11, 3), rule=by_binding["standard"])
    with a_mail_server() as (kept, server):
        digest(database, EIGHT, server)
    text = week_of(kept)
    assert sorted("1234", key=lambda case: text.index(f"Sag {case}:")) == ["3", "2", "4", "1"]


def test_only_the_leaders_own_team_as_it_is_today(database: Engine) -> None:
    """Peers F8: not another team's cases, and nothing to a former leader."""
    settle_in(database, [])
    with writing(database) as connection:
        other = {"person": "sne", "name": "Sofie Nees", "email": "sofie@kommune.dk"}
        more = {"role": "team_leader", "team": "Syd", "leader": "", "language": "en"}
        connection.execute(insert(PersonRow).values(**other, **more, active=True))
        add_case(connection, "5001", "jsk", team="Syd")
        add_case(connection, "4711", "mho")
    for case in ("5001", "4711"):
        add_deadline(database, case, date(2026, 11, 20))
    with a_mail_server() as (kept, server):
        digest(database, EIGHT, server)
        with writing(database) as connection:
            left = update(PersonRow).where(PersonRow.person == "sne")
            connection.execute(left.values(active=False))
        digest(database, at(date(2026, 11, 30), 8), server)
    assert "Sag 5001" not in week_of_first(kept, LENE)
    assert "Case 5001" in week_of(kept, "sofie@kommune.dk")
    assert "Case 4711" not in week_of(kept, "sofie@kommune.dk")
    # the team without a leader is not forgotten: Jonas' own leader gets its case
    assert "Sag 5001" in " ".join(text_of(kept.to(LENE)[1]).split())


def week_of_first(kept: Kept, address: str) -> str:
    return " ".join(text_of(kept.to(address)[0]).split())


def test_a_leader_without_the_role_gets_a_digest_when_there_is_something_to_tell(
    database: Engine,
) -> None:
    settle_in(database)
    with writing(database) as connection:
        both = update(PersonRow).where(PersonRow.person.in_(["lln", "mho"]))
        connection.execute(both.values(role="department_head", leader="kho"))
    with a_mail_server() as (kept, server):
        assert digest(database, EIGHT, server) == {}
        add_deadline(database, "4711", date(2026, 11, 20))
        assert digest(database, EIGHT, server) == {"digest": 1}
    assert "Sag 4711" in week_of(kept, KAREN)


def test_cases_of_nobody_are_in_the_fallback_mailboxs_digest(database: Engine) -> None:
    settle_in(database, [])
    with writing(database) as connection:
        add_case(connection, "6001", "", team="")
    add_deadline(database, "6001", date(2026, 11, 20))
    with a_mail_server() as (kept, server):
        digest(database, EIGHT, server)
    assert "Sag 6001" in week_of(kept, FALLBACK_BOX)
    assert "Sagsbehandler: Ikke fordelt" in week_of(kept, FALLBACK_BOX)


def test_an_absent_leaders_digest_goes_to_the_substitute(database: Engine) -> None:
    settle_in(database)
    away(database, "lln", MONDAY, None, "kho")
    with a_mail_server() as (kept, server):
        digest(database, EIGHT, server)
    assert "fordi du er stedfortræder for Lene Lund" in week_of(kept, KAREN)


def test_a_digest_that_is_refused_is_told_to_the_next_in_the_chain(database: Engine) -> None:
    settle_in(database)
    with a_mail_server() as (kept, server):
        kept.refuses.add(LENE)
        digest(database, EIGHT, server)
    (mail,) = kept.to(KAREN)
    assert mail["Subject"] == "Kunne ikke leveres: 1 mail"
    assert "Ugeoverblik, uge 48" in text_of(mail)


def test_what_needs_the_leader_today_comes_first(database: Engine) -> None:
    settle_in(database, ["4711", "4712", "4713"])
    plan(database, WARNED, now=at(MONDAY, 5, 30))
    build_messages(database, SETTINGS, at(MONDAY))
    away(database, "mho", MONDAY, date(2026, 12, 1))
    add_deadline(database, "4711", date(2026, 11, 26), status=Status.DUE_SOON)
    error = {"case_ref": "4712", "rule": "", "error": "OverflowError", "reason": ""}
    with writing(database) as connection:
        connection.execute(insert(CaseErrorRow).values(**error, since_at=at(MONDAY, 5)))
    with a_mail_server() as (kept, server):
        kept.refuses.add(METTE)
        deliver(database, SETTINGS, lambda: at(MONDAY), server=server)
        send_digests(database, BOOK, SETTINGS, EIGHT)
        deliver(database, SETTINGS, lambda: EIGHT, server=server)
    text = " ".join(text_of(kept.to(LENE)[-1]).split())
    assert "mailen til Mette Holm kunne ikke leveres; Lene Lund fik den i stedet." in text
    assert "til de er rettet. - Sag 4712: Mette Holm" in text
    assert "Mette Holm er væk til og med tirsdag 1. december 2026: 1 frist falder" in text
    assert text.index("kunne ikke leveres") < text.index("Sådan står det til")


def test_a_mail_about_a_caseload_that_was_lost_is_told_of_too(database: Engine) -> None:
    settle_in(database)
    load = a_deadline(step("3 days before", MONDAY), case="mho")._replace(kind="caseworker")
    plan(database, load, now=at(MONDAY, 5, 30))
    build_messages(database, SETTINGS, at(MONDAY))
    with a_mail_server() as (kept, server):
        kept.refuses.add(METTE)
        deliver(database, SETTINGS, lambda: at(MONDAY), server=server)
        send_digests(database, BOOK, SETTINGS, EIGHT)
        deliver(database, SETTINGS, lambda: EIGHT, server=server)
    text = " ".join(text_of(kept.to(LENE)[-1]).split())
    assert "indsats løber: mailen til Mette Holm kunne ikke leveres; Lene Lund fik den" in text
    assert "Sag mho" not in text


def test_weekly_escalations_leave_with_the_digest_and_not_before(database: Engine) -> None:
    settle_in(database)
    weekly = step("every 1 week from 1 week after", MONDAY, "team_leader", occurrence=1)
    overdue = a_deadline(weekly, due=date(2026, 11, 16), status=Status.OVERDUE)
    plan(database, overdue, now=at(MONDAY, 5, 30))
    with a_mail_server() as (kept, server):
        build_messages(database, SETTINGS, at(MONDAY))
        assert deliver(database, SETTINGS, lambda: at(MONDAY), server=server).counts == {}
        digest(database, EIGHT, server)
    assert len(kept.to(LENE)) == 1
    with reading(database) as connection:
        assert count_by_state(connection) == {"sent": 2}  # the escalation, and the digest itself


def test_what_waited_for_a_leader_who_is_none_any_more_leaves_in_the_morning(
    database: Engine,
) -> None:
    settle_in(database)
    weekly = step("every 1 week from 1 week after", MONDAY, "team_leader", occurrence=1)
    overdue = a_deadline(weekly, due=date(2026, 11, 16), status=Status.OVERDUE)
    plan(database, overdue, now=at(MONDAY, 5, 30))
    with writing(database) as connection:
        moved = update(PersonRow).where(PersonRow.person == "lln")
        connection.execute(moved.values(role="caseworker"))
    with a_mail_server() as (kept, server):
        digest(database, EIGHT, server)
        build_messages(database, SETTINGS, EIGHT)
        deliver(database, SETTINGS, lambda: EIGHT, server=server)
    assert "Sag 4711" in text_of(kept.to(LENE)[0])


@pytest.mark.parametrize(("overdue", "left_out"), [(200, 0), (212, 12)])
def test_two_hundred_lines_are_shown_and_the_others_counted(
    database: Engine, overdue: int, left_out: int
) -> None:
    """Peers F6: nothing is capped in silence."""
    cases = [str(1000 + number) for number in range(overdue)]
    settle_in(database, cases)
    for case in cases:
        add_deadline(database, case, date(2026, 11, 20))
    with a_mail_server() as (kept, server):
        digest(database, EIGHT, server)
    text = week_of(kept)
    assert text.count("(3 dage over fristen)") == 200
    assert ("Yderligere 12 linjer" in text) == bool(left_out)
    assert f"{overdue} frister i Nord er overskredet" in text


def test_what_is_muted_is_told_with_who_asked_and_until_when_but_not_why(
    database: Engine,
) -> None:
    settle_in(database, ["4711", "4712"])
    with writing(database) as connection:
        one_rule = Mute("4711", RULE, date(2026, 12, 2), covers_all=False, muted_by="mho")
        whole_case = Mute("4712", "", date(2026, 12, 3), covers_all=True, muted_by="lln")
        for mute in (one_rule, whole_case):
            add_mute(connection, mute, "ZZCANARY familien er rejst", EIGHT)
    with a_mail_server() as (kept, server):
        digest(database, EIGHT, server)
    text = week_of(kept)
    assert f"Sag 4711, {TITLE}: til og med onsdag 2. december 2026, ønsket af Mette Holm." in text
    assert "Sag 4712: til og med torsdag 3. december 2026, ønsket af Lene Lund." in text
    assert "ZZCANARY" not in text


def test_the_digest_has_the_picture_of_the_weeks_since_the_first_extract(
    database: Engine,
) -> None:
    settle_in(database)
    add_deadline(database, "4711", date(2026, 11, 13))
    with a_mail_server() as (kept, server):
        digest(database, EIGHT, server)
    text = week_of(kept)
    assert "Uge Overskredet Til tiden 45 0 ingen 46 1 ████████████████████████ ingen 47 1" in text


def test_the_digests_of_a_month_are_one_thread_of_one_leader(database: Engine) -> None:
    settle_in(database)
    with a_mail_server() as (kept, server):
        for week in (MONDAY, date(2026, 11, 30), date(2026, 12, 7)):
            digest(database, at(week, 8), server)
    first, second, third = kept.to(LENE)
    assert first["References"] == second["References"] != third["References"]
    assert first["Thread-Topic"] == "Overblik november 2026"
    assert third["Thread-Topic"] == "Overblik december 2026"


def test_answers_to_a_digest_go_where_the_installation_says(database: Engine) -> None:
    settle_in(database)
    answered = SETTINGS.model_copy(update={"reply_to": "Frister <frister-svar@kommune.dk>"})
    with a_mail_server() as (kept, server):
        send_digests(database, BOOK, answered, EIGHT)
        deliver(database, answered, lambda: EIGHT, server=server)
    (mail,) = kept.to(LENE)
    assert mail["Reply-To"] == "frister-svar@kommune.dk"
    assert "svaret går til frister-svar@kommune.dk" in week_of(kept)


def test_a_mail_whose_answer_was_lost_twice_is_told_as_one_in_doubt(database: Engine) -> None:
    settle_in(database)
    plan(database, WARNED, now=at(MONDAY, 5, 30))
    build_messages(database, SETTINGS, at(MONDAY))
    with writing(database) as connection:
        for moment in (at(MONDAY), at(MONDAY, 7, 50)):
            claimed = claim(connection, "a", moment, moment)
            assert claimed is not None
            assert enter_data(connection, claimed, 1)
            assert lose_answer(connection, claimed, at(MONDAY, 7, 45), "cut", moment)
    with a_mail_server() as (kept, server):
        digest(database, EIGHT, server)
    overview = next(mail for mail in kept.to(LENE) if "Overblik" in mail["Subject"])
    assert "mailen til Mette Holm er måske ikke nået frem." in " ".join(text_of(overview).split())
