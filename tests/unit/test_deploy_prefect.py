"""deploy/prefect.yaml: a deployment for every flow, on Danish time, one run at a time."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from flows.run import WHOLE

ROOT = Path(__file__).parents[2]
PLAN = YAML(typ="safe").load(ROOT / "deploy/prefect.yaml")
DEPLOYMENTS = {one["name"]: one for one in PLAN["deployments"]}


def flows_written() -> dict[str, str]:
    """Every flow of the house as it is written: its name, and its function."""
    tree = ast.parse((ROOT / "flows/prefect_flows.py").read_text("utf-8"))
    return {
        ast.literal_eval(decorator.keywords[0].value): function.name
        for function in tree.body
        if isinstance(function, ast.FunctionDef)
        for decorator in function.decorator_list
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "flow"
    }


def test_every_flow_has_a_deployment_that_names_it_by_its_module() -> None:
    written = {
        name: f"flows.prefect_flows.{function}" for name, function in flows_written().items()
    }
    deployed = {f"fristvagt-{name}": one["entrypoint"] for name, one in DEPLOYMENTS.items()}
    assert deployed == written


def test_nothing_is_fetched_before_a_run() -> None:
    assert PLAN["pull"] == []


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_a_deployment_runs_on_the_pool_and_is_described(name: str) -> None:
    assert DEPLOYMENTS[name]["work_pool"] == {"name": "fristvagt"}
    assert DEPLOYMENTS[name]["description"]


@pytest.mark.parametrize(
    "name", [name for name in DEPLOYMENTS if DEPLOYMENTS[name].get("schedules")]
)
def test_what_is_scheduled_runs_on_danish_time_and_gives_way_to_a_run_still_going(
    name: str,
) -> None:
    for schedule in DEPLOYMENTS[name]["schedules"]:
        assert schedule["timezone"] == "Europe/Copenhagen"
        hours = schedule["cron"].split()[1]
        assert hours[0] != "2", "the hour that is missing one night a year and comes twice another"
    limit = {"limit": 1, "collision_strategy": "CANCEL_NEW"}
    assert DEPLOYMENTS[name]["concurrency_limit"] == limit


def test_the_scheduled_flows_share_the_steps_of_a_run_between_them() -> None:
    from flows import prefect_flows as steps

    shares = [steps.TAKE_IN, steps.DECIDE, steps.SUM_UP, steps.TIDY, steps.SEND]
    assert sorted(step for share in shares for step in share) == sorted(WHOLE.steps)
    active = {name for name, one in DEPLOYMENTS.items() if is_active(one)}
    assert active == {"import", "evaluate-in-slices", "deliver", "digest", "housekeeping"}


def is_active(deployment: dict[str, Any]) -> bool:
    """Say whether a deployment runs by itself."""
    return any(schedule.get("active", True) for schedule in deployment.get("schedules", []))
