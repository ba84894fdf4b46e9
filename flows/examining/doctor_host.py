"""Examining the machine: where the database lies, the disk, the clock's zones, the libraries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import PackageNotFoundError, requires, version
from typing import NamedTuple
from zoneinfo import TZPATH, ZoneInfo

from flows.environment import prefect_tells_its_makers
from flows.examining.findings import Finding, Level, mistaken, well
from flows.host_checks import database_file
from flows.mistakes import UserMistake
from flows.opening import require_place
from flows.sentences import Said
from flows.service.starting import require_clock
from flows.settings import Settings

PROGRAM = "fristvagt"


class Misfit(NamedTuple):
    """A library whose installed version is not one that was asked for; "" when there is none."""

    asked: str
    installed: str


def host_findings(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Return what was found of the machine."""
    yield from _clock(now)
    yield _zones()
    yield from _place(settings)
    yield _libraries(misfits(requires(PROGRAM) or ()))
    yield _telemetry()


def misfits(requirements: list[str] | tuple[str, ...]) -> list[Misfit]:
    """Return which libraries are missing, or of another version than asked for.

    >>> misfits(["pip>=1", "no-such-library==2", "pip<1; python_version < '3'"])
    [Misfit(asked='no-such-library==2', installed='')]
    """
    from packaging.requirements import Requirement

    found = []
    for asked in map(Requirement, requirements):
        if asked.marker is not None and not asked.marker.evaluate({"extra": ""}):
            continue
        try:
            installed = version(asked.name)
        except PackageNotFoundError:
            installed = ""
        if not installed or not asked.specifier.contains(installed, prereleases=True):
            found.append(Misfit(str(asked), installed))
    return found


def _clock(now: datetime) -> Iterator[Finding]:
    try:
        require_clock(now)
    except UserMistake as mistake:
        yield mistaken("clock", mistake)


def _zones() -> Finding:
    key = ZoneInfo("Europe/Copenhagen").key
    return well(
        "time zones",
        da=f"Dansk tid er kendt ({key}, {_zones_from()}); maskinens egen tidszone er ligegyldig.",
        en=f"Danish time is known ({key}, {_zones_from()}); the machine's own zone does not "
        "matter.",
    )


def _zones_from() -> str:
    try:
        return f"tzdata {version('tzdata')}"
    except PackageNotFoundError:
        return TZPATH[0] if TZPATH else "-"


def _place(settings: Settings) -> Iterator[Finding]:
    try:
        require_place(settings.database_url)
    except UserMistake as mistake:
        yield mistaken("place", mistake)
        return
    if path := database_file(settings.database_url):
        yield well(
            "place",
            da=f"Databasen {path} ligger på en lokal disk, og der kan skrives.",
            en=f"The database {path} is on a local disk that can be written to.",
        )


def _libraries(found: list[Misfit]) -> Finding:
    prefect = next((one.installed for one in found if one.asked.startswith("prefect")), "")
    if not found:
        return well(
            "libraries",
            da=f"Alle biblioteker har de rette udgaver (Prefect {version('prefect')}).",
            en=f"All libraries have the right versions (Prefect {version('prefect')}).",
        )
    told = ", ".join(f"{one.asked} ({one.installed or '-'})" for one in found)
    return Finding(
        # without Prefect, or beside another one, reminders leave all the same
        Level.WARNING if prefect and len(found) == 1 else Level.WRONG,
        "libraries",
        Said(f"Ikke de udgaver, der er prøvet: {told}.", f"Not the versions tried: {told}."),
        Said("Kør make setup.", "Run make setup."),
    )


def _telemetry() -> Finding:
    if not prefect_tells_its_makers():
        return well(
            "telemetry",
            da="Prefect fortæller intet til sine udviklere.",
            en="Prefect tells its makers nothing.",
        )
    return Finding(
        Level.WARNING,
        "telemetry",
        Said(
            "PREFECT_SERVER_ANALYTICS_ENABLED eller DO_NOT_TRACK lader Prefect fortælle sine "
            "udviklere om brugen.",
            "PREFECT_SERVER_ANALYTICS_ENABLED or DO_NOT_TRACK lets Prefect tell its makers how it "
            "is used.",
        ),
        Said(
            "Fjern dem fra miljøet: uden dem er det slået fra.",
            "Take them out of the environment: without them it is off.",
        ),
    )
