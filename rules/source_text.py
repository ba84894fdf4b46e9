"""The text of a rule file: its encoding, and characters that cannot be seen but break it."""

from __future__ import annotations

import re

from rules.problems import START, Report, Span

MOST_BYTES = 1_000_000

FOREIGN_FORMATS = {
    b"PK\x03\x04": "Excel/Word/zip",
    b"\xd0\xcf\x11\xe0": "Excel/Word",
    b"%PDF": "PDF",
    b"{\\rtf": "RTF",
}
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")

INVISIBLE = {
    "\u00a0": ("a non-breaking space", "et hårdt mellemrum"),
    "\u202f": ("a narrow non-breaking space", "et smalt hårdt mellemrum"),
    "\u2007": ("a figure space", "et talmellemrum"),
    "\u200b": ("a zero-width space", "et usynligt mellemrum"),
    "\u200e": ("an invisible direction mark", "et usynligt retningstegn"),
    "\u200f": ("an invisible direction mark", "et usynligt retningstegn"),
    "\u2060": ("an invisible word joiner", "et usynligt sammenføjningstegn"),
    "\ufeff": ("an invisible byte order mark", "et usynligt byte order mark"),
    "\u00ad": ("an invisible soft hyphen", "en usynlig blød bindestreg"),
    "\u0085": ("an invisible line break", "et usynligt linjeskift"),
    "\u2028": ("an invisible line break", "et usynligt linjeskift"),
    "\u2029": ("an invisible line break", "et usynligt linjeskift"),
}
SPACES = frozenset("\u00a0\u202f\u2007")
CURLY = "\u201c\u201d\u201e\u201f\u2018\u2019\u201a\u201b"

# free text may hold the hard spaces that careful typists put after §; elsewhere they break words
FREE_TEXT = re.compile(r"\s*(?:- )?(?:title|about|text|source|why|name|reason|da|en):\s")
CURLY_VALUE = re.compile(rf"(?:^\s*(?:- )?|: +|[\[{{,] *)([{CURLY}])")
HIDDEN = re.compile("[" + "".join(INVISIBLE) + "]")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def read_text(data: bytes, report: Report) -> str | None:
    """Return the text of a file, or None when something in it is in the way of reading it."""
    if len(data) > MOST_BYTES:
        report.add("Y05", START, size=f"{len(data) / 1_000_000:.1f}")
        return None
    text = _decode(data, report)
    if text is None:
        return None
    report.lines = text.split("\n")
    for number, line in enumerate(report.lines, 1):
        _check_line(line, number, report)
    return None if report.failed else text


def _decode(data: bytes, report: Report) -> str | None:
    for start, name in FOREIGN_FORMATS.items():
        if data.startswith(start):
            report.add("Y09.office", START, format=name)
            return None
    if data.startswith(UTF_16) or b"\x00" in data[:200]:
        report.add("Y09.utf16", START)
        return None
    try:
        return _unix_lines(data.removeprefix(BYTE_ORDER_MARK).decode())
    except UnicodeDecodeError as error:
        _tell_encoding(data.removeprefix(BYTE_ORDER_MARK), error.start, report)
        return None


def _tell_encoding(data: bytes, wrong_byte: int, report: Report) -> None:
    before = _unix_lines(data[:wrong_byte].decode())
    # Windows-1252 is what Notepad and Excel save in Denmark; five of its bytes mean nothing
    guess = before + _unix_lines(data[wrong_byte:].decode("cp1252", "replace"))
    report.lines = guess.split("\n")
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    report.add("Y09", Span(line, column), line=report.line(line).strip())


def _unix_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _check_line(line: str, number: int, report: Report) -> None:
    if line.isascii() and "\t" not in line and line.isprintable():
        return
    if line.lstrip(" \t").startswith("#") and not CONTROL.search(line):
        return
    if found := CONTROL.search(line):
        report.add("Y02.control", Span(number, found.start() + 1), code=f"{ord(found[0]):04X}")
    elif "\t" in line:
        report.add("Y01", Span(number, line.index("\t") + 1))
    elif curly := CURLY_VALUE.search(line):
        report.add("Y03", Span(number, curly.start(1) + 1), mark=curly[1])
    elif hidden := _hidden_mark(line):
        english, danish = INVISIBLE[hidden[0]]
        entry = "Y02" if hidden[0] in SPACES else "Y02.zero"
        report.add(entry, Span(number, hidden.start() + 1), mark=english, mark_da=danish)


def _hidden_mark(line: str) -> re.Match[str] | None:
    free = FREE_TEXT.match(line)
    for found in HIDDEN.finditer(line):
        if free is None or found.start() < free.end() or found[0] not in SPACES:
            return found
    return None
