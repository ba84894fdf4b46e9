"""The service as a process of its own, as an operator runs it: started, asked, broken, stopped."""

from __future__ import annotations

import json
import os
import queue
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

import httpx

from flows.environment import PREFIX, setting_name
from flows.rule_book.rule_folder import good_book
from flows.sample.municipality import write_sample
from flows.settings import SHIPPED_RULES, Settings

ROOT = Path(__file__).parents[2]
FRISTVAGT = Path(sys.executable).parent / "fristvagt"
LONG_ENOUGH = 120.0


def until(seen: Callable[[], bool], seconds: float = LONG_ENOUGH) -> None:
    """Wait until something is seen; fail when it has not been for long enough."""
    deadline, pause = time.monotonic() + seconds, Event()
    while not seen():
        assert time.monotonic() < deadline, "it was never seen"
        pause.wait(0.05)


def write_extract(folder: Path, at: datetime, cases: int = 30) -> Path:
    """Write the extract of an invented municipality, and return its folder."""
    vocabulary = good_book(SHIPPED_RULES).vocabulary
    write_sample(folder, cases=cases, seed=1, at=at, vocabulary=vocabulary)
    return folder


def settings_of(mail_url: str, **more: str) -> dict[str, str]:
    """The environment of a service that answers on a port of the system's choice."""
    chosen = {
        "mail_url": mail_url,
        "mail_from": "frister@kommune.example",
        "fallback_mailbox": "vagt@kommune.example",
        "public_url": "https://frister.kommune.example",
        "http": "127.0.0.1:0",
        "language": "en",
    }
    return {setting_name(name): value for name, value in (chosen | more).items()}


def settings_object(mail_url: str, **more: Any) -> Settings:
    """The same settings for a service in this process."""
    environment = settings_of(mail_url) | {setting_name(name): v for name, v in more.items()}
    return Settings(
        **{name.removeprefix(PREFIX).lower(): value for name, value in environment.items()}
    )


@dataclass
class RunningService:
    """A process that serves; what it writes to its error stream is in `lines`."""

    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)
    _new: queue.Queue[str | None] = field(default_factory=queue.Queue)
    _reader: Thread | None = None

    def read(self) -> None:
        """Begin to read what it writes, in a thread of its own."""

        def copy() -> None:
            assert self.process.stderr is not None
            for line in self.process.stderr:
                self.lines.append(line)
                self._new.put(line)
            self._new.put(None)

        self._reader = Thread(target=copy, daemon=True)
        self._reader.start()

    def says(self, words: str) -> str:
        """Return the next line that holds these words; fail when it ends without."""
        while (line := self._new.get(timeout=LONG_ENOUGH)) is not None:
            if words in line:
                return line
        raise AssertionError(f"it never said {words!r}:\n{''.join(self.lines)}")

    def address(self) -> str:
        """Return where it answers."""
        found = re.search(r"port (\d+)", self.says("answering at"))
        assert found is not None
        return f"http://127.0.0.1:{found[1]}"

    def ends(self, seconds: float = LONG_ENOUGH) -> int:
        """Wait for its end, and return its exit code."""
        code = self.process.wait(seconds)
        assert self._reader is not None
        self._reader.join(seconds)
        return code

    @property
    def log(self) -> str:
        """All that it has written so far."""
        return "".join(self.lines)


@contextmanager
def a_service(
    folder: Path, settings: dict[str, str], command: tuple[str, ...] = (str(FRISTVAGT), "serve")
) -> Iterator[RunningService]:
    """Run the service in a folder until the end of the block; whatever is left is killed then."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**ours, "PYTHONPATH": str(ROOT), **settings},
        stderr=subprocess.PIPE,
        text=True,
    )
    service = RunningService(process)
    service.read()
    try:
        yield service
    finally:
        process.kill()
        service.ends()
        assert process.stderr is not None
        process.stderr.close()


def broken(fault: str) -> tuple[str, ...]:
    """The command of a service with one of the faults of tests/flow/broken_service.py."""
    return (sys.executable, str(ROOT / "tests" / "flow" / "broken_service.py"), fault)


def answer(url: str) -> tuple[int, Any]:
    """Ask a page; return its code and, where it is JSON, what it says."""
    response = httpx.get(url, timeout=LONG_ENOUGH)
    is_json = response.headers.get("content-type", "").startswith("application/json")
    return response.status_code, json.loads(response.text) if is_json else response.text
