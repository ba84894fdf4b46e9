"""The container files, by hadolint's rules: read here, since no engine builds them in the tests."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from deploy.runtime_lock import LOCK, RUNTIME_LOCK, runtime_lock

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
DOCKERFILES = ["deploy/Dockerfile", "deploy/postfix/Dockerfile"]
COMPOSE = YAML(typ="safe").load(DEPLOY / "compose.yaml")
SERVICES: dict[str, Any] = COMPOSE["services"]


def instructions(dockerfile: str) -> list[tuple[str, str]]:
    """The instructions of a Dockerfile, each with its arguments on one line."""
    text = (ROOT / dockerfile).read_text("utf-8")
    lines = re.sub(r"\\\n\s*", " ", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)).splitlines()
    return [(line.split()[0], line.partition(" ")[2].strip()) for line in lines if line.strip()]


def arguments(dockerfile: str, instruction: str) -> list[str]:
    """What one kind of instruction is given, in order."""
    return [given for name, given in instructions(dockerfile) if name == instruction]


@pytest.mark.parametrize("dockerfile", DOCKERFILES)
def test_the_base_names_its_release_and_is_fetched_from_no_registry_of_ours(
    dockerfile: str,
) -> None:
    for base in arguments(dockerfile, "FROM"):
        assert re.fullmatch(r"(python:3\.\d+-slim-trixie|debian:trixie-slim)( AS \w+)?", base)


@pytest.mark.parametrize("dockerfile", DOCKERFILES)
def test_packages_are_installed_with_nothing_beside_them_and_leave_no_lists(
    dockerfile: str,
) -> None:
    installing = [run for run in arguments(dockerfile, "RUN") if "apt-get" in run]
    assert installing
    for run in installing:
        assert "apt-get update" in run
        assert "install --yes --no-install-recommends" in run
        assert "rm -rf /var/lib/apt/lists/*" in run
        assert not re.search(r"\b(sudo|apt|curl|wget|apt-get upgrade)\s", run)


@pytest.mark.parametrize("dockerfile", DOCKERFILES)
def test_files_are_copied_by_name_and_commands_need_no_shell(dockerfile: str) -> None:
    assert arguments(dockerfile, "ADD") == []
    assert not any(given.split()[-2] == "." for given in arguments(dockerfile, "COPY"))
    for kind in ("CMD", "ENTRYPOINT"):
        assert all(json.loads(given) for given in arguments(dockerfile, kind))
    (health,) = arguments(dockerfile, "HEALTHCHECK")
    assert json.loads(health.partition("CMD")[2])
    workdirs = arguments(dockerfile, "WORKDIR")
    assert all(given.startswith("/") for given in workdirs)


@pytest.mark.parametrize("dockerfile", DOCKERFILES)
def test_no_secret_is_built_in(dockerfile: str) -> None:
    text = (ROOT / dockerfile).read_text("utf-8")
    assert not re.search(r"(?i)(password|secret|token)\s*=", text)
    assert arguments(dockerfile, "ARG") == []


def test_fristvagt_runs_without_root_and_is_asked_whether_it_is_well() -> None:
    assert arguments("deploy/Dockerfile", "USER") == ["10001:10001"]
    assert "/healthz" in arguments("deploy/Dockerfile", "HEALTHCHECK")[0]
    assert arguments("deploy/Dockerfile", "ENTRYPOINT") == ['["fristvagt"]']
    assert arguments("deploy/Dockerfile", "CMD") == ['["serve"]']


def test_the_image_has_the_locked_versions_with_their_hashes() -> None:
    runs = " ".join(arguments("deploy/Dockerfile", "RUN"))
    assert "--require-hashes --requirement requirements.lock" in runs
    assert "--no-deps ./fristvagt-*.whl" in runs


def test_the_lock_of_the_image_is_what_fristvagt_needs_of_the_whole_lock() -> None:
    expected = runtime_lock(LOCK.read_text("utf-8"))
    assert RUNTIME_LOCK.read_text("utf-8") == expected, "run: make runtime-lock"
    assert "pytest==" not in expected
    assert "prefect==" in expected


def test_an_image_sees_only_what_it_copies() -> None:
    seen = set(re.findall(r"^!(.*)$", (ROOT / ".dockerignore").read_text("utf-8"), re.MULTILINE))
    copied = {
        source
        for dockerfile in DOCKERFILES
        for given in arguments(dockerfile, "COPY")
        if "--from" not in given
        for source in given.split()[:-1]
        if not source.startswith("--")
    }
    assert copied == seen


def test_only_postfix_and_the_database_may_write_outside_their_volumes() -> None:
    writable = {name for name, service in SERVICES.items() if not service.get("read_only")}
    assert writable == {"database", "postfix"}
    rights = {name for name, service in SERVICES.items() if service.get("cap_drop") != ["ALL"]}
    assert rights == {"database"}


def test_nothing_is_open_to_other_machines() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_images_of_others_name_their_release_and_the_database_is_of_the_clients_version() -> None:
    built = {service["image"] for service in SERVICES.values() if "build" in service}
    others = {service["image"] for service in SERVICES.values()} - built
    assert others == {"postgres:17-trixie"}
    assert "postgresql-client-17" in " ".join(arguments("deploy/Dockerfile", "RUN"))


def test_prefect_runs_only_when_asked_for() -> None:
    asked = {name for name, service in SERVICES.items() if service.get("profiles") == ["prefect"]}
    assert asked == {"prefect-server", "prefect-worker"}
    quiet = SERVICES["prefect-server"]["environment"]
    assert quiet["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert quiet["DO_NOT_TRACK"] == "1"


def test_passwords_come_from_files() -> None:
    assert set(COMPOSE["secrets"]) == {"database_password", "relay_password"}
    text = (DEPLOY / "compose.yaml").read_text("utf-8")
    assert not re.search(r"(?i)password: *[^\s{]", text)
