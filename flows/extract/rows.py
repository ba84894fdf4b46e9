"""Going through the rows of one file: what is read, what is refused, and what the rows told."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from flows.extract.files import Source
from flows.extract.mapping import ExtractMapping
from flows.extract.mistakes import BadCell, Mistake, has_cpr
from flows.extract.values import (
    Read,
    Stamp,
    fact_value,
    read_date,
    read_reference,
    read_stamp,
)
from models.column_types import instant_text
from models.facts_text import facts_text
from rules.case import Value
from rules.vocabulary import FactType

A_FIFTH = 5
FEW_ROWS = 20
"""Guards by share do not speak of fewer rows than this: in a small file a fifth is one row."""

MEMORY = 65_536
"""How many different cells of a column are remembered, so that each is read once."""


Written = tuple[str | None, str | None]
"""A moment as the two texts that are stored: the day, and the instant when it is known."""

NO_STAMP: Written = (None, None)


class Reject(NamedTuple):
    """A refused row: its mistake, its cells as they were, and what it is about as far as known."""

    mistake: Mistake
    source: Source
    cells: Sequence[str]
    case_ref: str
    ref: str


class Known(NamedTuple):
    """Where a reference was told: its case, its kind of record, and the line of that file."""

    case_ref: str
    kind: str
    line: int


@dataclass
class Findings:
    """What the rows of an extract have told so far; filled as its files are read.

    `people` and `cases` hold those already stored too. `unclear` are references told twice,
    `twice` counts people told twice;
    `kept` are the (file, case) pairs of which nothing may be removed, since a row of them was
    refused: ("measures", "") keeps everything of that file.
    """

    people: dict[str, str]
    stored_cases: frozenset[str]
    today: date
    now: datetime
    cases: dict[str, int] = field(default_factory=dict)
    records: dict[str, Known] = field(default_factory=dict)
    refused_cases: dict[str, tuple[str, str]] = field(default_factory=dict)
    unclear: set[str] = field(default_factory=set)
    twice: int = 0
    kept: set[tuple[str, str]] = field(default_factory=set)
    rejects: list[Reject] = field(default_factory=list)
    rows: Counter[str] = field(default_factory=Counter)
    guards: list[Mistake] = field(default_factory=list)
    flags: defaultdict[str, list[Mistake]] = field(default_factory=lambda: defaultdict(list))

    def knows_case(self, case_ref: str) -> bool:
        """Say whether a case is in this extract or was in an earlier one."""
        return case_ref in self.cases or case_ref in self.stored_cases

    def reject(
        self, source: Source, line: int, cells: Sequence[str], bad: BadCell, case_ref: str = ""
    ) -> None:
        """Note a refused row, and that nothing stored of its case is removed for its absence."""
        mistake = source.mistake(bad.code, line, bad.column, bad.found, **bad.values)
        case_ref = case_ref or _safe(source, cells, "case")
        self.rejects.append(Reject(mistake, source, cells, case_ref, _safe(source, cells, "ref")))
        known = self.knows_case(case_ref)
        self.kept.add((source.table.name, case_ref if known else ""))
        if known:
            self.flags[case_ref].append(mistake)


class RowRefused(Exception):
    """The row is not used, and why is noted already. `case_ref` is the case it is about."""

    def __init__(self, case_ref: str) -> None:
        super().__init__(case_ref)
        self.case_ref = case_ref


def good_rows(
    source: Source, findings: Findings, read: Callable[[int, list[str]], Any]
) -> Iterator[Any]:
    """Give what `read(line, cells)` makes of each row; rows it cannot read are noted as refused."""
    width, name = len(source.columns), source.table.name
    before = len(findings.rejects)
    for line, cells in source.rows():
        findings.rows[name] += 1
        try:
            if len(cells) != width:
                raise BadCell("row-width", found_cells=str(len(cells)), columns=str(width))
            row = read(line, cells)
        except BadCell as bad:
            findings.reject(source, line, cells, bad)
        except RowRefused as refused:
            findings.kept.add((name, refused.case_ref))
        else:
            yield row
    _guard(source, findings, [reject.mistake for reject in findings.rejects[before:]])


def _guard(source: Source, findings: Findings, mistakes: Sequence[Mistake]) -> None:
    rows = findings.rows[source.table.name]
    doubled = sum(mistake.code == "duplicate-ref" for mistake in mistakes)
    for code, number in (("many-duplicates", doubled), ("many-bad-rows", len(mistakes))):
        if number > FEW_ROWS and number * A_FIFTH > rows:
            guard = source.mistake(code, lost=str(number), open=str(rows))
            findings.guards.append(guard)
            return


def cell(
    source: Source,
    mapping: ExtractMapping,
    column: str,
    read: Read,
    *,
    required: bool = False,
    remember: bool = True,
) -> Callable[[Sequence[str]], Any]:
    """Return a function from a row to what one of its cells says; None when it is blank.

    The function raises BadCell with the column named, also for a blank cell that is `required`.
    """
    if column not in source.columns:
        return _blank
    place = source.columns.index(column)
    own_name = source.header[place]
    words = mapping.words(source.table.name, own_name, column)

    def read_text(text: str) -> Any:
        text = text.strip()
        text = words.get(text, text)
        if not text:
            if required:
                raise BadCell("empty", column=own_name)
            return None
        try:
            return read(text)
        except BadCell as bad:
            bad.column = bad.column or own_name
            raise

    reader = lru_cache(MEMORY)(read_text) if remember else read_text
    return lambda cells: reader(cells[place])


def reference(
    source: Source, mapping: ExtractMapping, column: str, *, required: bool = True
) -> Callable[[Sequence[str]], Any]:
    """Return a function from a row to the reference in one of its cells."""
    return cell(source, mapping, column, read_reference, required=required, remember=False)


def day_cell(
    source: Source, mapping: ExtractMapping, column: str, *, required: bool = False
) -> Callable[[Sequence[str]], Any]:
    """Return a function from a row to the day in one of its cells."""
    forms = mapping.forms(source.table.name)
    return cell(source, mapping, column, lambda text: read_date(text, forms), required=required)


def stamp_cell(
    source: Source, mapping: ExtractMapping, column: str, *, required: bool = False
) -> Callable[[Sequence[str]], Written]:
    """Return a function from a row to the two written columns of a moment: day, and instant."""
    forms = mapping.forms(source.table.name)

    def read(text: str) -> Written:
        return written(read_stamp(text, forms))

    found = cell(source, mapping, column, read, required=required)
    return lambda cells: found(cells) or NO_STAMP


def written(stamp: Stamp) -> Written:
    """Return a moment as the two texts that are stored."""
    return stamp.on.isoformat(), instant_text(stamp.at) if stamp.at is not None else None


def ended_first(began: Written, ended: Written) -> bool:
    """Say whether something ended before it began; by the minute only where both are known."""
    if began[0] is None or ended[0] is None:
        return False
    if began[1] is not None and ended[1] is not None:
        return ended[1] < began[1]
    return ended[0] < began[0]


def check_order(source: Source, began: Written, ended: Written) -> None:
    """Raises: BadCell when something ended before it began."""
    if ended_first(began, ended):
        column = source.header[source.columns.index("ended")]
        raise BadCell("ended-first", ended[0] or "", column, began=began[0] or "")


class FactCells:
    """The facts of a row. Rows with the same cells are read once."""

    def __init__(
        self,
        source: Source,
        mapping: ExtractMapping,
        names: Mapping[str, str],
        types: Mapping[str, FactType],
    ) -> None:
        forms = mapping.forms(source.table.name)
        present = {column: name for column, name in names.items() if column in source.columns}
        self.readers = {name: fact_value(types[name], name, forms) for name in names.values()}
        self._cells = [
            (name, cell(source, mapping, column, self.readers[name]))
            for column, name in present.items()
        ]
        self._pick = _picker([source.columns.index(column) for column in present])
        self._remembered: dict[tuple[str, ...], tuple[dict[str, Value], str]] = {}

    def of(self, cells: Sequence[str]) -> dict[str, Value]:
        """Return the facts that are not blank; the result is shared and must not be changed."""
        return self._read(cells)[0]

    def text_of(self, cells: Sequence[str]) -> str:
        """Return the facts that are not blank as the text that is stored."""
        return self._read(cells)[1]

    def _read(self, cells: Sequence[str]) -> tuple[dict[str, Value], str]:
        key = self._pick(cells)
        found = self._remembered.get(key)
        if found is None:
            read = ((name, reader(cells)) for name, reader in self._cells)
            facts = {name: value for name, value in read if value is not None}
            found = facts, facts_text(facts)
            if len(self._remembered) < MEMORY:
                self._remembered[key] = found
        return found


def _picker(places: Sequence[int]) -> Callable[[Sequence[str]], tuple[str, ...]]:
    if not places:
        return lambda cells: ()
    if len(places) == 1:
        only = places[0]
        return lambda cells: (cells[only],)
    return itemgetter(*places)


def _blank(cells: Sequence[str]) -> None:
    return None


def _safe(source: Source, cells: Sequence[str], column: str) -> str:
    """Return a reference of a refused row when it can be one; never a CPR number."""
    if column not in source.columns or len(cells) != len(source.columns):
        return ""
    text = cells[source.columns.index(column)].strip()
    return text if text and len(text) <= 60 and " " not in text and not has_cpr(text) else ""
