"""The metrics for Prometheus: made anew from the tables at each question, no label tells of a case.

Source: the metric names are an interface; docs/operations.md lists them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from flows.examining.standing import Standing

PREFIX = "fristvagt_"


def metrics_text(standing: Standing) -> bytes:
    """Return the metrics in the text form of Prometheus."""
    # of its own: the one that comes with the library tells of this process and its Python too
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Once(standing))
    return generate_latest(registry)


class _Once(Collector):
    """Tells how everything stood at one look."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Give each metric."""
        yield from _ages(self._standing)
        yield from _counts(self._standing)
        yield from _runs(self._standing)
        yield from _disk(self._standing)


def _ages(found: Standing) -> Iterator[GaugeMetricFamily]:
    for name, help_, moment in (
        ("heartbeat_age_seconds", "Since the service last finished a tick.", found.beat_at),
        ("extract_age_seconds", "Since the extract in use was written.", found.data_at),
    ):
        age = found.seconds_since(moment)
        if age is not None:  # without any there is no age: an absent metric can be alerted on
            yield GaugeMetricFamily(PREFIX + name, help_, value=age)
    waiting = found.seconds_since(found.outbox.waiting_since) or 0.0
    yield GaugeMetricFamily(
        PREFIX + "oldest_unsent_seconds", "Since the oldest mail not sent was built.", value=waiting
    )


def _counts(found: Standing) -> Iterator[GaugeMetricFamily]:
    outbox = found.outbox
    yield _by("messages", "Mails by state.", ("state",), _keyed(outbox.messages))
    yield _by(
        "intents", "Things to be told to someone, by state.", ("state",), _keyed(outbox.intents)
    )
    alarms: dict[tuple[str, ...], int] = {}
    for alarm in found.alarms:
        alarms[alarm.kind,] = alarms.get((alarm.kind,), 0) + 1
    yield _by("alarms", "What is bad now, by kind.", ("kind",), alarms)
    for name, help_, number in (
        ("messages_uncertain", "Mails on their way whose answer was lost once.", outbox.uncertain),
        ("alerts_lost", "Alarms that the operator's mailbox refused.", outbox.alerts_lost),
        ("mail_line_down", "1 while the mail server cannot be spoken to.", found.line_is_down),
        ("cases_open", "Open cases.", found.open_cases),
        ("cases_not_assessed", "Cases that could not be assessed.", found.not_assessed),
    ):
        yield GaugeMetricFamily(PREFIX + name, help_, value=float(number))


def _runs(found: Standing) -> Iterator[GaugeMetricFamily]:
    yield _by("runs", "Runs of slots, by schedule and state.", ("schedule", "state"), found.runs)
    done = {
        (schedule,): run.finished_at.timestamp()
        for schedule, run in found.done.items()
        if run.finished_at is not None
    }
    yield _by("last_success_timestamp_seconds", "When a slot was last done.", ("schedule",), done)


def _disk(found: Standing) -> Iterator[GaugeMetricFamily]:
    if found.disk is None:
        return
    for name, value in (("free", found.disk.free), ("size", found.disk.total)):
        help_ = f"The disk of the database: {name}."
        yield GaugeMetricFamily(f"{PREFIX}disk_{name}_bytes", help_, value=value)


def _by(
    name: str, help_: str, labels: tuple[str, ...], values: Mapping[Any, float]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(PREFIX + name, help_, labels=labels)
    for key, value in sorted(values.items()):
        family.add_metric(key, value)
    return family


def _keyed(values: Mapping[str, int]) -> dict[tuple[str, ...], int]:
    return {(key,): value for key, value in values.items()}
