"""The units of systemd: what they start, and what they keep it from."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]

Unit = dict[str, list[str]]


def read(unit: Path) -> Unit:
    """The settings of a unit; one that is written several times has several values."""
    found: Unit = defaultdict(list)
    for line in unit.read_text("utf-8").splitlines():
        if "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found[name].append(value)
    return found


def test_there_is_a_service_a_backup_and_a_worker() -> None:
    assert [unit.name for unit in UNITS] == [
        "fristvagt-backup.service",
        "fristvagt-backup.timer",
        "fristvagt-prefect-worker.service",
        "fristvagt.service",
    ]


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_a_service_is_kept_from_the_rest_of_the_machine(unit: Path) -> None:
    settings = read(unit)
    assert settings["User"] == ["fristvagt"]
    assert settings["ProtectSystem"] == ["strict"]
    assert settings["CapabilityBoundingSet"] == [""]
    assert settings["SystemCallFilter"] == ["@system-service", "~@privileged @resources"]
    assert settings["UMask"] == ["0077"]
    for name in ("NoNewPrivileges", "PrivateTmp", "PrivateDevices", "ProtectHome", "PrivateUsers"):
        assert settings[name] == ["yes"]


def test_the_service_is_restarted_when_it_ends_or_falls_silent() -> None:
    from flows.serve import STOP_SECONDS
    from flows.service.watching import STALL_SECONDS

    settings = read(DEPLOY / "systemd/fristvagt.service")
    assert settings["Type"] == ["notify"]
    assert settings["Restart"] == ["always"]
    assert settings["StartLimitIntervalSec"] == ["0"]
    assert int(settings["WatchdogSec"][0]) > STALL_SECONDS
    assert int(settings["TimeoutStopSec"][0]) > STOP_SECONDS
    assert settings["ExecStart"][0].endswith("/fristvagt serve")


def test_a_backup_is_made_every_night_outside_the_odd_hour_and_made_up_for() -> None:
    timer = read(DEPLOY / "systemd/fristvagt-backup.timer")
    assert timer["OnCalendar"] == ["*-*-* 04:15:00 Europe/Copenhagen"]
    assert timer["Persistent"] == ["true"]


def test_only_the_worker_is_told_of_prefect() -> None:
    told = {unit.name for unit in SERVICES if "PREFECT_HOME" in unit.read_text("utf-8")}
    assert told == {"fristvagt-prefect-worker.service"}
