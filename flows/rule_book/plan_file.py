"""A plan as a file: what exactly is to be put in force, and what was seen when it was made."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from itertools import product
from pathlib import Path
from string import ascii_lowercase
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from flows.mistakes import UserMistake
from flows.rule_book.plan_checks import Check
from flows.rule_book.plan_effects import EffectRow, Preview, RuleEffect, Stand
from flows.rule_book.plan_mails import Mailing
from flows.writable import writing_to
from rules.dates import day_of
from rules.deadline import Status
from rules.effects import Kept

LANGUAGE = 1
LARGEST_PLAN = 10_000_000


class _PlanModel(BaseModel):
    """What a plan file holds, less what is only there to be read."""

    model_config = ConfigDict(extra="ignore", strict=True)

    fristvagt_plan: int
    database: str
    in_force: str
    book_before: str
    book_after: str
    files: dict[str, str]
    data: str
    made_at: str
    overdue: int
    integrity: str


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """What a saved plan promises. `files` maps the name of each rule file to the hash of its text.

    `database` and `in_force` are tokens of activations: of the first one in that database, and of
    the one that the plan was made against. `hash` identifies the plan.
    """

    database: str
    in_force: str
    book_before: str
    book_after: str
    files: Mapping[str, str]
    data: str
    overdue: int
    hash: str


def hashes(texts: Mapping[str, bytes]) -> dict[str, str]:
    """Return the hash of each rule file's text."""
    return {name: sha256(text).hexdigest() for name, text in sorted(texts.items())}


def plan_json(seen: Preview, found: Sequence[Check]) -> dict[str, Any]:
    """Return what a plan found, for machines."""
    return {
        "made_at": seen.now.isoformat(),
        "cases": seen.cases,
        "could_not_be_decided": seen.unassessed,
        "looking_back": {"first": seen.first.isoformat(), "last": seen.last.isoformat()},
        "overdue": seen.overdue,
        "mails": _mailing_json(seen.mailing()),
        "unchanged": seen.unchanged,
        "rules": [_effect_json(effect) for effect in seen.effects],
        "checks": [check._asdict() for check in found],
        "data": seen.data,
    }


def row_json(row: EffectRow) -> dict[str, Any]:
    """Return a deadline that moves, for machines."""
    return {
        **{name: getattr(row, name) for name in ("case", "ref", "rule", "caseworker", "team")},
        "before": _stand_json(row.before),
        "after": _stand_json(row.after),
        "becomes_overdue": row.becomes_overdue,
    }


def save_plan(folder: Path, plan: SavedPlan, seen: Mapping[str, Any]) -> Path:
    """Write a plan under a name that is free, and return the file.

    Raises: UserMistake when the folder cannot be written to.
    """
    promised = asdict(plan)
    del promised["hash"]
    whole = {"fristvagt_plan": LANGUAGE, **seen, **promised}
    text = json.dumps({**whole, "integrity": _integrity(whole)}, ensure_ascii=False, indent=1)
    with writing_to(folder):
        for name in _names(str(seen["made_at"])):
            path = folder / name
            try:
                with path.open("x", encoding="utf-8") as file:
                    file.write(text + "\n")
            except FileExistsError:
                continue
            return path
    raise AssertionError("there is always a free name")


def read_plan(path: Path) -> SavedPlan:
    """Return a saved plan.

    Raises: UserMistake when it cannot be read, is no plan, or was changed after it was made.
    """
    try:
        if path.stat().st_size > LARGEST_PLAN:
            raise _no_plan(path)
        whole = json.loads(path.read_text("utf-8"))
        read = _PlanModel.model_validate(whole)
    except OSError as error:
        raise UserMistake(
            da=f"Planen {path} kan ikke læses ({error.strerror}).",
            en=f"The plan {path} cannot be read ({error.strerror}).",
        ) from None
    except (ValueError, RecursionError, ValidationError):
        raise _no_plan(path) from None
    if read.fristvagt_plan != LANGUAGE:
        raise _no_plan(path)
    if _integrity(whole) != read.integrity:
        raise UserMistake(
            da=f"Planen {path} er ændret, efter at den blev lavet. Lav en ny: fristvagt rules plan",
            en=f"The plan {path} was changed after it was made. Make a new one: "
            "fristvagt rules plan",
        )
    kept = {name: getattr(read, name) for name in SavedPlan.__slots__ if name != "hash"}
    return SavedPlan(**kept, hash=read.integrity)


def _no_plan(path: Path) -> UserMistake:
    return UserMistake(
        da=f"{path} er ikke en plan fra denne udgave af Fristvagt. Lav en: fristvagt rules plan",
        en=f"{path} is not a plan of this version of Fristvagt. Make one: fristvagt rules plan",
    )


def _integrity(whole: Mapping[str, Any]) -> str:
    """Return the hash of everything in a plan but the hash itself."""
    rest = {key: value for key, value in whole.items() if key != "integrity"}
    text = json.dumps(rest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def _names(made_at: str) -> Iterator[str]:
    """Give names with the day and a letter: plan-2026-11-21-a.json, ..., -z, -aa, ..."""
    day = day_of(datetime.fromisoformat(made_at))
    length = 1
    while True:
        for letters in product(ascii_lowercase, repeat=length):
            yield f"plan-{day.isoformat()}-{''.join(letters)}.json"
        length += 1


def _effect_json(effect: RuleEffect) -> dict[str, Any]:
    difference = effect.difference
    old, new, between = effect.past
    return {
        "rule": difference.name,
        "kind": difference.kind.value,
        "takes_effect_on": difference.takes_effect_on.isoformat(),
        "decides_otherwise": difference.decides,
        "open": {
            status.value: {"before": effect.before[status], "after": effect.after[status]}
            for status in Status
            if effect.before[status] or effect.after[status]
        },
        "moved": len(effect.moved),
        "cases": effect.cases,
        "becomes_overdue": len(effect.newly_overdue),
        "mails": {
            role: {"before": effect.mails_before[role], "after": effect.mails_after[role]}
            for role in sorted({*effect.mails_before, *effect.mails_after})
        },
        "told_at_once": effect.told_at_once.total(),
        "waiting_reminders_cancelled": effect.cancelled,
        "looking_back": {"before": _kept_json(old), "after": _kept_json(new)},
        "between": {"number": effect.between, **_kept_json(between)} if effect.between else None,
        "other_running": _other_json(effect),
    }


def _mailing_json(mailing: Mailing) -> dict[str, Any]:
    return {
        "on": None if mailing.on is None else mailing.on.isoformat(),
        "at_once": mailing.at_once._asdict(),
        "usual_day": mailing.usual._asdict(),
        "waiting": mailing.waiting,
        "waiting_cancelled": mailing.cancelled,
        "to_accept": mailing.to_accept,
    }


def _other_json(effect: RuleEffect) -> dict[str, Any] | None:
    if effect.other_moved is None:
        return None
    return {"moved": effect.other_moved, "becomes_overdue": effect.other_overdue}


def _kept_json(kept: Kept) -> dict[str, int]:
    return {"rounds": kept.rounds, "late": kept.late}


def _stand_json(stand: Stand | None) -> dict[str, Any] | None:
    if stand is None:
        return None
    due = None if stand.due is None else stand.due.isoformat()
    return {"status": stand.status.value, "due": due}
