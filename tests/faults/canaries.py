"""Canaries: what is known of a child is marked wherever it may stand, and looked for wherever it
must not be.

`planted` writes an extract in which every name, free text and document of a child is a canary or
looks like a CPR number. `search` finds them again in anything: bytes of mails and databases,
logs, output, pages; plainly written, as quoted-printable or base64, in entities or escapes.
"""

from __future__ import annotations

import base64
import csv
import html
import quopri
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

CANARY = "ZZCANARY"
CPR_NUMBERS = ("010115-1234", "0101151234", "010115 1234")
CANARY_TEXT = f"{CANARY} Ida Testesen {CPR_NUMBERS[0]}"

FREE_TEXT = frozenset({"note", "reason", "name_of_child", "address", "remarks", "title"})
"""Columns that a case system may put into its extract whether or not anybody asked for them."""

MARKED = re.compile(rb"zzcanary|testesen|010115[ \-]?1234", re.IGNORECASE)
BASE64 = re.compile(rb"(?:[A-Za-z0-9+/]{20,}={0,2}\s*)+")
ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")


def search(said: Mapping[str, bytes | str]) -> list[str]:
    """Return where a canary is: the names of all that holds one, however it is written."""
    return [name for name, content in said.items() if _holds_one(_as_bytes(content))]


def planted(folder: Path) -> int:
    """Put a canary into every free column of every file of an extract; return how many.

    Each file also gets columns that no vocabulary knows, as real exports have them, and a
    mapping.yaml that leaves them out.
    """
    number, unknown = 0, set()
    for path in sorted(folder.glob("*.csv")):
        if path.stem in {"extract", "people", "absences"}:
            continue
        with path.open(encoding="utf-8-sig", newline="") as file:
            head, *rows = csv.reader(file)
        known = [column for column in head if column in FREE_TEXT]
        more = sorted(FREE_TEXT - set(head))
        for row in rows:
            for column in known:
                row[head.index(column)] = CANARY_TEXT
            row += [CANARY_TEXT] * len(more)
            number += len(known) + len(more)
        with path.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([head + more, *rows])
        unknown |= set(more)
    (folder / "mapping.yaml").write_text(f"ignore: [{', '.join(sorted(unknown))}]\n")
    return number


def in_files(folder: Path, *patterns: str) -> dict[str, bytes]:
    """Return the bytes of every file below a folder that matches one of the patterns."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for pattern in patterns
        for path in sorted(folder.rglob(pattern))
        if path.is_file()
    }


def _holds_one(content: bytes) -> bool:
    return any(MARKED.search(reading) for reading in _readings(content))


def _readings(content: bytes) -> Iterator[bytes]:
    """Everything the bytes may mean to who reads them."""
    yield content
    yield content.replace(b"\0", b"")  # UTF-16
    yield quopri.decodestring(content)
    text = content.decode("utf-8", errors="replace")
    yield html.unescape(text).encode()
    yield ESCAPE.sub(lambda found: chr(int(found[1], 16)), text).encode(errors="replace")
    yield from _base64(BASE64.findall(content))


def _base64(found: Iterable[bytes]) -> Iterator[bytes]:
    for encoded in found:
        joined = b"".join(encoded.split()).rstrip(b"=")
        joined = joined[: len(joined) - (len(joined) % 4 == 1)]
        yield base64.b64decode(joined + b"=" * (-len(joined) % 4))


def _as_bytes(content: bytes | str) -> bytes:
    return content if isinstance(content, bytes) else content.encode(errors="replace")
