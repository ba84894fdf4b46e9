"""The closed lists a rule may speak of: records, facts, document fields, events and roles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

FactKind = Literal["number", "date", "duration", "yes/no", "choice", "many", "text"]


@dataclass(frozen=True, slots=True)
class FactType:
    """What values a fact may take. `choices` is set for `choice` and `many` (several at once).

    `text` is used by the fields of the built-in events only (a reason); rules cannot ask for it.
    """

    kind: FactKind
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordKind:
    """A kind of record: its facts and, for documents, the fields that can be filled."""

    name: str
    facts: Mapping[str, FactType]
    contents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EventKind:
    """A kind of event: the kinds of record it is recorded on, and its fields."""

    name: str
    on: tuple[str, ...]
    fields: Mapping[str, FactType] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """What the case system can tell the rules.

    `labels` maps language ("da", "en") to term ("placement", "placement.kind",
    "placement.kind.foster_family", "network_meeting", "team_leader") to words for people.
    The events `waiver` and `extension` are always among `events`, on every kind of record.
    """

    roles: tuple[str, ...]
    records: Mapping[str, RecordKind]
    events: Mapping[str, EventKind]
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def label(self, term: str, language: str) -> str:
        """Return the words for a term; the term itself, with spaces, when it has no label."""
        found = self.labels.get(language, {}).get(term)
        return found if found is not None else term.rsplit(".", 1)[-1].replace("_", " ")
