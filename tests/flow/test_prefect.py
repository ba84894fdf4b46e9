"""The same work as a real Prefect flow run. One test: a Prefect server takes its time to start."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from flows.moments import read_moment
from flows.opening import open_house
from flows.settings import Settings
from tests.flow.case_builder import Municipality


@pytest.mark.filterwarnings("ignore")  # Prefect's own
def test_an_evaluation_runs_as_a_prefect_flow_and_leaves_only_counts_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path}/fristvagt.db"
    monkeypatch.setenv("FRISTVAGT_DATABASE_URL", url)
    engine = open_house(Settings())
    municipality = Municipality(engine)
    municipality.person("anna")
    municipality.case("2026-0412", date(2026, 9, 28), born=date(2010, 5, 1))
    engine.dispose()

    from prefect.client.orchestration import get_client
    from prefect.testing.utilities import prefect_test_harness

    from flows.prefect_flows import evaluate_flow

    with prefect_test_harness(server_startup_timeout=120):
        state = evaluate_flow(at=read_moment("2026-11-23 05:30"), return_state=True)
        assert state.is_completed()
        assert state.result()["cases"] == 1
        with get_client(sync_client=True) as client:
            (run,) = client.read_flow_runs()
    assert run.name
    assert set(run.parameters) == {"at", "first", "beyond", "everything"}
    assert "2026-0412" not in run.model_dump_json()
