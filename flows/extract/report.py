"""What an import did, in numbers and in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Literal

from flows.extract.mistakes import Mistake, sentence
from flows.extract.words import COUNTED, DETAILS, MORE_ROWS, NO_ROWS
from flows.spoken_amounts import number
from models.swap import SHOWN_ROWS, Difference

State = Literal["done", "unchanged", "tried", "refused"]


@dataclass(frozen=True, slots=True)
class FileCounts:
    """Rows of one file. `gone` are missing cases, leavers, or records and events taken back."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0
    rejected: int = 0


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What became of an extract: done, unchanged (taken in before), tried (a dry run), refused.

    `counts` is by file name without ending. `difference`, `rejected`, `notices` and `refused` are
    sentences in the language asked for; `difference` names single rows when that was asked for.
    """

    state: State
    counts: Mapping[str, FileCounts] = field(default_factory=dict)
    difference: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    refused: str = ""
    notices: tuple[str, ...] = ()
    extracted_at: datetime | None = None
    import_id: int | None = None

    def as_json(self) -> dict[str, object]:
        """Return the result for machines: states, numbers and the sentences."""
        counts = {name: asdict(found) for name, found in self.counts.items()}
        taken = self.extracted_at.isoformat() if self.extracted_at is not None else None
        found = {"state": self.state, "extracted_at": taken, "counts": counts}
        lists = {"rejected": list(self.rejected), "notices": list(self.notices)}
        return {**found, **lists, "refused": self.refused}


@dataclass(slots=True)
class Report:
    """The differences of an import's files as they become known."""

    differences: dict[str, Difference] = field(default_factory=dict)
    counts: dict[str, FileCounts] = field(default_factory=dict)

    def add(self, name: str, difference: Difference, rejected: int) -> None:
        """Note how one file differs from what was stored."""
        new, changed, gone, unchanged, _ = difference
        self.differences[name] = difference
        self.counts[name] = FileCounts(new, changed, unchanged, gone, rejected)

    def sentences(self, language: str, *, with_rows: bool) -> tuple[str, ...]:
        """Return the difference in words, a line for each file; the rows that differ on request."""
        words: list[str] = []
        for name, counts in self.counts.items():
            words.append(f"{name}: {_counted(counts, language)}")
            if with_rows and name in self.differences:
                words.extend(_rows(self.differences[name], language))
        return tuple(words)


def reasons(mistakes: Sequence[Mistake], language: str) -> str:
    """Return why a case could not be read, for its caseworker: no value of the case is in it."""
    first = sentence(mistakes[0], language, with_found=False)
    more = len(mistakes) - 1
    return f"{first} {MORE_ROWS[language].format(more)}" if more else first


def _counted(counts: FileCounts, language: str) -> str:
    """Return the counts of one file in words; what there is none of is left out."""
    said = [
        f"{number(value, language)} {COUNTED[language][name][0 if value == 1 else 1]}"
        for name, value in asdict(counts).items()
        if value
    ]
    return ", ".join(said) or NO_ROWS[language]


def _rows(difference: Difference, language: str) -> list[str]:
    words = DETAILS[language]
    rows = []
    for ref, what, columns in difference.rows[:SHOWN_ROWS]:
        names = f" ({', '.join(columns)})" if columns else ""
        rows.append(f"  {ref}: {words[what]}{names}")
    more = difference.new + difference.changed + difference.gone - len(rows)
    return [*rows, f"  {MORE_ROWS[language].format(more)}"] if more and rows else rows
