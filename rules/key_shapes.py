"""Which keys a rule file may hold, and what kind of value each takes."""

from __future__ import annotations

import re
from typing import Literal

Shape = Literal["text", "map", "list", "condition", "text or map"]

RULE_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")

FILE_KEYS: dict[str, Shape] = {
    "language": "text", "layer": "text", "about": "text", "owner": "text",
    "ladders": "map", "rules": "map", "changes": "map",
}  # fmt: skip

MUSTS = ("must_happen", "must_contain", "must_have", "must_not_exceed")

RULE_KEYS: dict[str, Shape] = {
    "title": "text", "about": "text", "area": "text", "binding": "text", "basis": "list",
    "for": "text", "when": "condition", "unless": "condition", "pause_while": "condition",
    "must_happen": "text", "must_contain": "list", "must_have": "text", "must_not_exceed": "text",
    "counts_when": "condition", "look_back": "text", "due": "text or map", "then": "text",
    "at_least": "text", "not_before": "text", "calendar": "text", "notify": "text or map",
    "waive_by": "text", "in_force": "text", "until": "text", "retroactive": "text",
    "changes": "list", "tests": "list",
}  # fmt: skip

REQUIRED = ("title", "binding", "basis", "for", "in_force")

TERM_KEYS: dict[str, Shape] = {
    key: RULE_KEYS[key]
    for key in (
        "due", "then", "at_least", "must_contain", "must_not_exceed",
        "counts_when", "notify", "waive_by", "title", "basis",
    )
}  # fmt: skip

CHANGE_KEYS: dict[str, Shape] = {
    "from": "text", "until": "text", "when": "condition", "why": "text", "running": "text",
    "off": "text", **TERM_KEYS,
}  # fmt: skip

BASIS_KEYS: dict[str, Shape] = {"source": "text", "text": "text", "url": "text", "checked": "text"}
TEST_KEYS: dict[str, Shape] = {"name": "text", "given": "map", "expect": "map"}

WORDS = {
    "binding": ("law", "standard", "starting-point"),
    "area": ("early_effort", "involvement", "family_network", "follow_up", "over_15", "capacity"),
    "calendar": ("municipal", "mon-sat"),
    "running": ("keep", "move"),
    "retroactive": ("yes", "no"),
    "off": ("yes", "no"),
}

KEYS_OF_MUST = {
    "must_happen": ("counts_when", "look_back", "due", "then", "at_least"),
    "must_contain": ("due",),
    "must_have": ("counts_when", "due"),
    "must_not_exceed": ("counts_when", "due"),
}
"""The keys about counting and time that go with each kind of obligation."""
