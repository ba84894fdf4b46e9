"""mapping.yaml: how the columns, values and date forms of a real export become the extract's."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from flows.extract.mistakes import BadExport, Mistake
from flows.extract.values import Forms

MAPPING_FILE = "mapping.yaml"


class FileMapping(BaseModel):
    """What is particular to one file: its name, and names and forms that hold only there.

    `values` maps a column to {what the export writes: what the vocabulary calls it}.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str = ""
    columns: dict[str, str] = Field(default_factory=dict)
    values: dict[str, dict[str, str]] = Field(default_factory=dict)
    dates: str = ""
    moments: str = ""
    ignore: list[str] = Field(default_factory=list)


class ExtractMapping(BaseModel):
    """The whole of mapping.yaml. `columns`, `values`, `dates`, `moments`, `ignore` hold everywhere.

    `values` here maps words of any column ({"ja": "yes"}). `taken` is when the extract was taken.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    taken: str = ""
    source: str = ""
    columns: dict[str, str] = Field(default_factory=dict)
    values: dict[str, str] = Field(default_factory=dict)
    dates: str = ""
    moments: str = ""
    ignore: list[str] = Field(default_factory=list)
    files: dict[str, FileMapping] = Field(default_factory=dict)

    def of(self, table: str) -> FileMapping:
        """Return what is particular to a file; nothing when the mapping does not name it."""
        return self.files.get(table, _NOTHING)

    def column(self, table: str, column: str) -> str:
        """Return the extract's name of a column that the export calls `column`."""
        return self.of(table).columns.get(column) or self.columns.get(column) or column

    def ignores(self, table: str, column: str) -> bool:
        """Say whether a column of the export is left out."""
        return column in self.ignore or column in self.of(table).ignore

    def words(self, table: str, *names: str) -> Mapping[str, str]:
        """Return how words in a column are translated; it may go by several names."""
        words = dict(self.values)
        for name in names:
            words |= self.of(table).values.get(name, {})
        return words

    def forms(self, table: str) -> Forms:
        """Return how a file writes days and moments."""
        own = self.of(table)
        return Forms(own.dates or self.dates, own.moments or self.moments)


_NOTHING = FileMapping()


def read_mapping(folder: Path, tables: Mapping[str, object]) -> ExtractMapping:
    """Return the mapping of a folder; one that changes nothing when there is no mapping.yaml.

    Raises: BadExport when it cannot be read or names a file or column wrongly.
    """
    path = folder / MAPPING_FILE
    if not path.exists():
        return ExtractMapping()
    try:
        mapping = ExtractMapping.model_validate(_yaml(path) or {})
    except ValidationError as error:
        raise BadExport([_mistake(one) for one in error.errors()]) from None
    unknown = [name for name in mapping.files if name not in tables]
    if unknown:
        choices = ", ".join(tables)
        raise BadExport([_bad("mapping-file", key=name, choices=choices) for name in unknown])
    return mapping


def _yaml(path: Path) -> Any:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        # every scalar is read as text: "no" is a word of the export, 2026-01-01 a form
        return YAML(typ="base", pure=True).load(path.read_text(encoding="utf-8-sig"))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark is not None else 0
        raise BadExport([_bad("mapping-yaml", line)]) from None
    except (YAMLError, UnicodeDecodeError, OSError):
        raise BadExport([_bad("mapping-yaml")]) from None


def _mistake(error: Any) -> Mistake:
    return _bad("mapping-key", key=".".join(str(part) for part in error["loc"]))


def _bad(code: str, line: int = 0, **values: str) -> Mistake:
    return Mistake(code, MAPPING_FILE, line, values=values)
