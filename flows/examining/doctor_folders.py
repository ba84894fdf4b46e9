"""Examining the folders beside the database: is the extract there, and what lies on a share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from flows.aside import Aside
from flows.examining.findings import Finding, Level, well
from flows.host_checks import Mount, mounts, network_file_system
from flows.sentences import Said
from flows.settings import Settings

PATIENCE_SECONDS = 5.0
EXTRACT = "extract folder"


def folder_findings(settings: Settings, mounted: Sequence[Mount] | None = None) -> list[Finding]:
    """Return what was found of the folders that the settings name."""
    return [*_extract(settings.extract), *_shares(settings, mounted)]


def _extract(folder: Path | None) -> Iterator[Finding]:
    if folder is None:
        return  # told among the settings

    def look(_: Callable[[], None]) -> bool:
        with suppress(OSError):
            return any(folder.iterdir())
        return False

    # it may lie on a share that hangs
    looking = Aside(look)
    if not looking.wait(PATIENCE_SECONDS, lambda: False):
        yield Finding(Level.WRONG, EXTRACT, _said(folder, "svarer ikke", "does not answer"), _SEE)
    elif not looking.result():
        said = _said(folder, "er tom eller kan ikke læses", "is empty or cannot be read")
        yield Finding(Level.WARNING, EXTRACT, said, _SEE)
    else:
        there = _said(folder, "er der", "is there")
        yield well(EXTRACT, da=there.da, en=there.en)


def _said(folder: Path, da: str, en: str) -> Said:
    return Said(f"Udtrækkets mappe {folder} {da}.", f"The folder of the extract {folder} {en}.")


_SEE = Said(
    "Ret FRISTVAGT_EXTRACT, eller se efter, om fagsystemet og netværksdrevet virker.",
    "Correct FRISTVAGT_EXTRACT, or see whether the case system and the network share work.",
)


def _shares(settings: Settings, mounted: Sequence[Mount] | None) -> Iterator[Finding]:
    """Warn of what is read or written in each run: it must not hang."""
    for name, folder in (("RULES", settings.rules), ("JOURNAL", settings.journal)):
        kind = folder and network_file_system(
            folder.absolute(), mounts() if mounted is None else mounted
        )
        if kind:
            yield Finding(
                Level.WARNING,
                name.lower(),
                Said(
                    f"FRISTVAGT_{name} ligger på et netværksdrev ({kind}): hænger det, hænger "
                    "Fristvagt.",
                    f"FRISTVAGT_{name} is on a network share ({kind}): when that hangs, Fristvagt "
                    "hangs.",
                ),
                Said("Læg mappen på en lokal disk.", "Put the folder on a local disk."),
            )
