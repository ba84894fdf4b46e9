"""The status as people and as machines read it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flows.examining.findings import Level, worst
from flows.examining.findings_text import WIDTH, findings_text
from flows.examining.standing import Standing
from flows.examining.status import status
from flows.schedule import DIGEST, EVALUATE, HOUSEKEEPING, MAILS, RECONCILE, REPORT
from flows.words import say
from models.standing import RunSeen
from rules.spoken_dates import short_moment

NAMES = {
    HOUSEKEEPING: "tidying",
    EVALUATE: "deciding",
    RECONCILE: "counting",
    MAILS: "morning mails",
    DIGEST: "the week's digest",
    REPORT: "report to the operator",
}
STATES = {
    "running": "under way",
    "done": "done",
    "failed": "failed",
    "abandoned": "broken off",
}


def status_text(found: Standing, language: str, width: int = WIDTH) -> str:
    """Return how everything stands: findings, the last runs, and what is due next."""
    findings = status(found)
    parts = [findings_text(findings, language, width)]
    if runs := list(_last_runs(found, language)):
        parts += ["", say("Last run:", language), *runs]
    parts += ["", say("Next:", language)]
    parts += [
        f"  {_name(coming.slot.schedule, language):<26}{short_moment(coming.at, language)}"
        for coming in found.coming
    ]
    return "\n".join(parts)


def status_json(found: Standing) -> dict[str, Any]:
    """Return the same for machines: counts, moments and kinds, in UTC."""
    findings = status(found)
    return {
        "at": found.at.isoformat(),
        "level": worst(findings).value,
        "findings": [finding.as_json() for finding in findings],
        "heartbeat_at": _iso(found.beat_at),
        "extract_at": _iso(found.data_at),
        "oldest_unsent_at": _iso(found.outbox.waiting_since),
        "messages": dict(found.outbox.messages),
        "alarms": [{"kind": alarm.kind, "since": alarm.at.isoformat()} for alarm in found.alarms],
        "runs": [_run_json(run) for _, run in sorted(found.last.items())],
        "next": [
            {"slot": list(coming.slot), "at": coming.at.isoformat()} for coming in found.coming
        ],
        "rule_book": found.book,
    }


def is_well(found: Standing) -> bool:
    """Say whether nothing is wrong; a warning is not."""
    return worst(status(found)) is not Level.WRONG


def _last_runs(found: Standing, language: str) -> Iterator[str]:
    for schedule in NAMES:
        run = found.last.get(schedule)
        if run is not None:
            began, state = short_moment(run.started_at, language), say(STATES[run.state], language)
            late = f" ({say('late', language)})" if run.late else ""
            yield f"  {_name(schedule, language):<26}{began}  {state}{late}"


def _name(schedule: str, language: str) -> str:
    return say(NAMES[schedule], language)


def _run_json(run: RunSeen) -> dict[str, Any]:
    return {
        "slot": list(run.slot),
        "state": run.state,
        "started_at": run.started_at.isoformat(),
        "finished_at": _iso(run.finished_at),
        "late": run.late,
        "counts": dict(run.counts),
    }


def _iso(moment: Any) -> str | None:
    return moment.isoformat() if moment is not None else None
