"""Evaluation as real Prefect flows: whole, by parts, and in slices on every runner there is."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import Engine, NullPool, create_engine, text

from flows.commands.moments import read_moment
from flows.evaluate import evaluate_open_cases
from flows.mistakes import UserMistake
from flows.opening import open_house
from flows.rule_book.rule_folder import book_in_force
from flows.settings import SHIPPED_RULES, Settings
from tests.flow.case_builder import Municipality
from tests.flow.prefect_service import wait_for
from tests.flow.same_rows import different_tables, rows

pytestmark = pytest.mark.filterwarnings("ignore")  # Prefect's own, and Dask's
AT = read_moment("2026-11-23 05:30")
RETRIES = 2
REFS = [f"2026-{number:04}" for number in range(1, 10)]


@pytest.fixture(scope="module")
def server() -> Iterator[None]:
    """A Prefect server of the tests' own."""
    from prefect.testing.utilities import prefect_test_harness

    from flows import prefect_flows  # noqa: F401, silences Prefect before it is imported

    with prefect_test_harness(server_startup_timeout=120):
        yield


def fill(engine: Engine) -> None:
    """Nine cases of one caseworker, each with something due."""
    municipality = Municipality(engine)
    municipality.person("lene", role="team_leader")
    municipality.person("anna", leader="lene")
    for ref in REFS:
        municipality.case(ref, date(2026, 9, 28), born=date(2010, 5, 1))


@pytest.fixture
def house(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """An installation of nine cases, chosen by its settings."""
    monkeypatch.setenv("FRISTVAGT_DATABASE_URL", database_url)
    monkeypatch.setenv("FRISTVAGT_SLICES", "3")
    engine = open_house(Settings())
    fill(engine)
    book_in_force(engine, SHIPPED_RULES, AT)
    yield engine
    engine.dispose()


def plainly(tmp_path: Path, at: datetime = AT) -> Engine:
    """The same cases decided without Prefect, in a database of their own."""
    engine = open_house(Settings(database_url=f"sqlite:///{tmp_path}/plain.db"))
    fill(engine)
    evaluate_open_cases(engine, book_in_force(engine, SHIPPED_RULES, at).book, at)
    return engine


def decided_alike(one: Engine, other: Engine) -> bool:
    """Say whether two databases hold the same deadlines and debts."""
    differ = different_tables(rows(one), rows(other))
    other.dispose()
    return not {"case", "deadline", "intent", "caseload"} & set(differ)


def in_slices(runner: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Evaluate in three slices on a task runner; gives the flow run's end."""
    from flows.prefect_flows import evaluate_in_slices_flow

    monkeypatch.setenv("FRISTVAGT_TASK_RUNNER", runner)
    return evaluate_in_slices_flow(at=AT, return_state=True)


def task_runs() -> dict[str, int]:
    """How often each slice was tried, of the newest flow run."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.sorting import FlowRunSort

    with get_client(sync_client=True) as client:
        (newest,) = client.read_flow_runs(sort=FlowRunSort.START_TIME_DESC, limit=1)
        found = client.read_task_runs()
    return {run.name: run.run_count for run in found if run.flow_run_id == newest.id}


@pytest.mark.usefixtures("server")
def test_an_evaluation_leaves_only_counts_with_prefect(house: Engine) -> None:
    from prefect.client.orchestration import get_client

    from flows.prefect_flows import evaluate_flow

    state = evaluate_flow(at=AT, return_state=True)
    assert state.is_completed()
    assert state.result()["cases"] == 9
    with get_client(sync_client=True) as client:
        run = client.read_flow_run(state.state_details.flow_run_id)
    assert set(run.parameters) == {"at", "part", "parts"}
    assert not any(ref in run.model_dump_json() for ref in REFS)


@pytest.mark.usefixtures("server")
def test_parts_that_are_run_one_by_one_decide_what_the_whole_would(
    house: Engine, tmp_path: Path
) -> None:
    from flows.prefect_flows import evaluate_flow

    counted = [evaluate_flow(at=AT, part=part, parts=4)["cases"] for part in (3, 1, 4, 2)]
    assert counted == [2, 3, 2, 2]
    evaluate_flow(at=AT)  # whose cases these are is counted by the one that does all
    assert decided_alike(house, plainly(tmp_path))


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(
    ("runner", "database_url"),
    [
        *(("threads", "sqlite"), ("threads", "postgresql")),
        *(("processes", "sqlite"), ("processes", "postgresql")),
        ("dask", "postgresql"),  # a cluster of machines shares a server, not a file
    ],
    indirect=["database_url"],
)
def test_slices_decide_what_the_whole_would_on_every_runner(
    runner: str, house: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = in_slices(runner, monkeypatch)
    assert state.is_completed(), state.message
    assert state.result()["cases"] == 9
    assert task_runs() == {"slice 1": 1, "slice 2": 1, "slice 3": 1}
    assert decided_alike(house, plainly(tmp_path))


def killed_in_its_second_slice(house: Engine, times: int, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The end of an evaluation whose second slice stands still, and is killed so often."""
    with ThreadPoolExecutor(1) as thread:
        with house.begin() as connection:
            connection.execute(
                text("SELECT * FROM \"case\" WHERE case_ref = '2026-0005' FOR UPDATE")
            )
            running = thread.submit(in_slices, "processes", monkeypatch)
            wait_for(lambda: is_waiting(house) and undecided(house) == REFS[3:6])
            killed: set[int] = set()
            for _ in range(times):
                stuck = wait_for(lambda: the_only_slice(killed))
                killed.add(stuck.pid)
                stuck.kill()
                stuck.wait()
            if times > RETRIES:
                return running.result()
        return running.result()


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_slice_whose_process_is_killed_is_tried_again_alone(
    house: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = killed_in_its_second_slice(house, 1, monkeypatch)
    assert state.is_completed(), state.message
    assert task_runs() == {"slice 1": 1, "slice 2": 2, "slice 3": 1}
    assert decided_alike(house, plainly(tmp_path))


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_slice_that_dies_every_time_is_told_and_the_others_stand(
    house: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    state = killed_in_its_second_slice(house, 3, monkeypatch)
    assert state.is_failed()
    assert "1 of 3 slices could not be decided" in caplog.text
    assert task_runs() == {"slice 1": 1, "slice 2": 3, "slice 3": 1}
    assert undecided(house) == REFS[3:6]
    assert in_slices("threads", monkeypatch).is_completed()
    assert decided_alike(house, plainly(tmp_path))


def is_waiting(engine: Engine) -> bool:
    """Say whether somebody waits for a row that another holds."""
    asked = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    return bool(answer(engine, asked))


def undecided(engine: Engine) -> list[str]:
    """The cases that are still to be decided."""
    return answer(engine, 'SELECT case_ref FROM "case" WHERE NOT settled ORDER BY case_ref')


def answer(engine: Engine, asked: str) -> list[Any]:
    """The first column of an answer, over a connection of its own."""
    with create_engine(engine.url, poolclass=NullPool).connect() as connection:
        return list(connection.scalars(text(asked)))


def slice_processes() -> list[psutil.Process]:
    """The processes in which slices are decided."""
    found = psutil.Process().children(recursive=True)
    return [child for child in found if is_slice(child)]


def the_only_slice(known: set[int]) -> psutil.Process | None:
    """The process of the one slice that is still being decided; None for one that is known."""
    found = slice_processes()
    return found[0] if len(found) == 1 and found[0].pid not in known else None


def is_slice(process: psutil.Process) -> bool:
    """Say whether a process was started to decide a slice, and has not ended."""
    try:
        return "spawn_main" in " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return False


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_part_that_is_not_there_is_refused_and_prefect_is_not_told_more(
    house: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    from flows.prefect_flows import evaluate_flow

    state = evaluate_flow(at=AT, part=5, parts=4, return_state=True)
    assert state.is_failed()
    assert "UserMistake in prefect_flows.py" in state.message
    assert "Write a number from 1 to 4" not in state.message
    assert "Write a number from 1 to 4" in caplog.text


def test_an_errors_own_words_go_no_further(caplog: pytest.LogCaptureFixture) -> None:
    from flows.prefect_reports import Discreet, FailedRun

    with (
        pytest.raises(FailedRun, match=r"KeyError in test_prefect\.py:\d+\.") as raised,
        Discreet(),
    ):
        raise KeyError("2026-0412")
    assert raised.value.__suppress_context__
    assert "2026-0412" not in caplog.text + str(raised.value)


@pytest.mark.parametrize("library", ["dask", "ray"])
def test_a_runner_that_is_not_installed_is_named_with_its_extra(
    library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.prefect_runners import task_runner

    for module in (f"prefect_{library}", f"prefect_{library}.task_runners"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(UserMistake, match=rf"fristvagt\[{library}\]"):
        task_runner(Settings(task_runner=library))  # type: ignore[arg-type]


def test_a_path_that_depends_on_the_working_folder_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from flows.prefect_settings import read_whole_settings

    monkeypatch.setenv("FRISTVAGT_EXTRACT", "extract")
    with pytest.raises(UserMistake, match="FRISTVAGT_DATABASE_URL, FRISTVAGT_EXTRACT "):
        read_whole_settings()
    monkeypatch.setenv("FRISTVAGT_DATABASE_URL", f"sqlite:///{tmp_path}/fristvagt.db")
    monkeypatch.setenv("FRISTVAGT_EXTRACT", str(tmp_path))
    assert read_whole_settings().extract == tmp_path
