"""The two pages for operators say the same: every alarm and every metric is on them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flows.examining.alarms import MEASURED
from flows.sending.bounces import READING, ROUTING_ALARM
from flows.sending.deliver_alarms import DAILY_LIMIT, LATE_MAILS
from flows.sending.deliver_database import DATABASE_FAULT
from flows.sending.line_faults import LINE_FAULT
from flows.sending.reconcile import ALARM
from flows.sending.redirect import NOBODY_LEFT
from flows.sending.sent_journal import JOURNAL

ROOT = Path(__file__).parents[2]
PAGES = {
    "docs/operations.md": "## When something is wrong",
    "docs/operations.da.md": "## Når noget er galt",
}
IN_A_RUN = set(re.findall(r'_alarm\(turn, "([^"]+)"', (ROOT / "flows/run.py").read_text("utf-8")))
ALARMS = {
    *(READING, ROUTING_ALARM, DAILY_LIMIT, LATE_MAILS, DATABASE_FAULT, LINE_FAULT),
    *(ALARM, NOBODY_LEFT, JOURNAL, *MEASURED, *IN_A_RUN),
}


def section(page: str, heading: str) -> str:
    """A section of a page, up to the next one."""
    text = (ROOT / page).read_text("utf-8")
    return text.partition(heading)[2].partition("\n## ")[0]


@pytest.mark.parametrize("page", PAGES)
def test_every_alarm_is_explained_with_what_to_do_and_none_that_is_not_raised(page: str) -> None:
    rows = re.findall(
        r"^\| `([^`]+)` \| (.+) \| (.+) \|$", section(page, PAGES[page]), re.MULTILINE
    )
    assert sorted(kind for kind, _, _ in rows) == sorted(ALARMS)


def test_both_pages_show_the_same_commands_to_copy() -> None:
    shown = {}
    for page in PAGES:
        blocks = re.findall(r"```\n(.*?)```", (ROOT / page).read_text("utf-8"), re.DOTALL)
        lines = [line.partition("#")[0].strip() for block in blocks for line in block.splitlines()]
        words = [re.sub(r"FOLDER|MAPPE|/srv/fristvagt/|\d{4}-\S+", "", line) for line in lines]
        shown[page] = [word for word in words if word]
    assert shown["docs/operations.da.md"] == shown["docs/operations.md"]
