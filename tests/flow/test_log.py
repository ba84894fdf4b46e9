"""The log as an operator gets it: ids in their fields, and no person in any line."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from flows.structured_log import log_fields, scrubbed, start_logging

CANARIES = ("010115-1234", "0101151234", "010115 1234", "ZZCANARY@kommune.example", "søren@børn.dk")


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Leave logging as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


def log_a_failure() -> None:
    """Log a line and a traceback that hold what they must not."""
    log = logging.getLogger("flows.run")
    with log_fields(run="5f0c1d", slot="mails 2026-11-23"):
        log.info("told of %s", " and ".join(CANARIES))
        try:
            raise ValueError('"Ida Holm"@kommune.example\nand ' + "\n".join(CANARIES))
        except ValueError:
            log.exception("it failed")


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_number_and_no_address_passes_not_even_in_a_traceback(
    form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    start_logging(form)  # type: ignore[arg-type]
    log_a_failure()
    written = capsys.readouterr().err
    assert "ValueError" in written
    assert [canary for canary in (*CANARIES, "ZZCANARY", "Ida Holm") if canary in written] == []
    assert "1234" not in written


def test_in_json_each_line_is_an_object_with_its_ids(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("json")
    log_a_failure()
    first, second = map(json.loads, capsys.readouterr().err.splitlines())
    assert first["level"] == "INFO"
    assert first["logger"] == "flows.run"
    assert (first["run"], first["slot"]) == ("5f0c1d", "mails 2026-11-23")
    assert first["message"].startswith("told of [number]")
    assert "exc_info" in second


def test_for_people_the_ids_stand_behind_the_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("text")
    with log_fields(run="5f0c1d"), log_fields(message="abc"):
        logging.getLogger("flows.deliver").warning("the mail waits")
    logging.getLogger("flows.deliver").warning("another one")
    first, second = capsys.readouterr().err.splitlines()
    assert first.endswith("WARNING flows.deliver the mail waits run=5f0c1d message=abc")
    assert second.endswith("another one")


@pytest.mark.parametrize(
    "id_",
    [
        "run as of 2026-11-23T07:30:00.000123+00:00",
        "mail 5f0c1d2e3a4b5c6d7e8f901234567890",
        "rule book 0123456789ab is in force",
        "{'cases': 100000, 'written': 1234567}",
        "sag 27.36.00-G01-12-25",
    ],
)
def test_ids_moments_and_counts_stay_readable(id_: str) -> None:
    assert scrubbed(id_) == id_
