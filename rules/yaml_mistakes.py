"""What a YAML parser's complaint means to the person who typed the line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rules.key_shapes import RULE_KEYS
from rules.problems import START, Report, Span

if TYPE_CHECKING:
    from ruamel.yaml.error import MarkedYAMLError

MEANINGS = {
    "*": ("a reference", "en henvisning"),
    "&": ("an anchor", "et anker"),
    "!": ("a tag", "et mærke"),
    "|": ("a text of several lines", "en tekst på flere linjer"),
    ">": ("a text of several lines", "en tekst på flere linjer"),
    "-": ("a list item", "et listepunkt"),
}
RESERVED = ("something reserved", "noget reserveret")

SPECIAL_START = re.compile(r"(?:^\s*(?:- +)*|[^:]*?: +|^\s*- +)([*&!@%`|>])(.*)$")
DASHED_VALUE = re.compile(r"[^:]*?: +(-) ")
KEY_SAFE = re.compile(r"[\w .,§-]+")
KEY = re.compile(r"( *(?:- +)*)([^\s:#][^:#]*?):(?: |$)")
OPEN_VALUE = re.compile(r"(?:^\s*|: +|- +|[\[{,] *)[\[{](?=[^\[\]{}]*$)")
QUOTED_START = re.compile(r"""(?:^\s*|: +|- +|[\[{,] *)(["'])""")


def tell_yaml_mistake(error: MarkedYAMLError, report: Report) -> None:
    """Note what is wrong at the place where the parser gave up."""
    at, opened = error.problem_mark or error.context_mark, error.context_mark
    found = Span(at.line + 1, at.column + 1) if at else START
    began = Span(opened.line + 1, opened.column + 1) if opened else None
    problem, context = error.problem or "", error.context or ""
    if began and "quoted scalar" in context and "escape" not in problem:
        _tell_quote(began, report)
    elif _tell_special_start(found.line, report):
        return
    elif "escape" in problem:
        report.add("Y06.escape", Span(found.line, max(found.column - 1, 1), 2))
    elif began and "could not find expected ':'" in problem:
        _tell_no_key(began.line, report)
    elif began and "flow" in context and "node" not in context:
        _tell_bracket(began, report)
    else:
        _tell_line(problem, found, report)


def _tell_line(problem: str, at: Span, report: Report) -> None:
    mark = report.line(at.line)[at.column - 1 : at.column]
    if "mapping values are not allowed" in problem:
        _tell_colon(at.line, at.column, report)
    elif "<scalar>" in problem and _tell_after_quote(at.line, at.column, report):
        return
    elif "expected <block end>" in problem:
        _tell_indent(at.line, report)
    elif "<stream end>" in problem and (unclosed := _unclosed_bracket(report)):
        _tell_bracket(unclosed, report)
    elif mark in ("]", "}"):
        report.add("Y07.extra", at, mark=mark)
    else:
        report.add("Y00", Span(min(at.line, len(report.lines)), at.column))


def quoted(text: str) -> str:
    """Return a text in quotes, so that YAML takes it as it stands.

    >>> print(quoted("a: b"), quoted('"a" b'))
    "a: b" '"a" b'
    """
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def tell_special(number: int, column: int, report: Report) -> None:
    """Note a value that begins with a character which means something else in YAML."""
    text = report.line(number)[column - 1 :].rstrip()
    meaning, danish = MEANINGS.get(text[:1], RESERVED)
    values = {"mark": text[:1], "meaning": meaning, "meaning_da": danish, "value": quoted(text)}
    report.add("Y11", Span(number, column), **values)


def _tell_quote(span: Span, report: Report) -> None:
    report.add("Y06", span, mark=report.line(span.line)[span.column - 1 : span.column])


def _tell_special_start(number: int, report: Report) -> bool:
    line = report.line(number)
    found = SPECIAL_START.match(line) or DASHED_VALUE.match(line)
    if found is None:
        return False
    tell_special(number, found.start(1) + 1, report)
    return True


def _tell_colon(number: int, column: int, report: Report) -> None:
    line = report.line(number)
    key = KEY.match(line)
    if key is not None and key.end(2) + 1 == column:
        # the first colon of the line: the line above it was taken to go on here
        _tell_indent(number, report)
        return
    if key is None:
        report.add("Y08", Span(number, column), value=quoted(line.strip()))
        return
    start = key.end()
    value = line[start:].strip()
    begin = line.index(value, start)
    report.add(
        "Y08",
        Span(number, begin + 1, len(value)),
        value=f"{key[2]}: {quoted(value)}",
    )


def _tell_no_key(number: int, report: Report) -> None:
    line = report.line(number).rstrip()
    words = line.strip()
    span = Span(number, len(line) - len(words) + 1, max(len(words), 1))
    key, colon, value = words.partition(":")
    if colon and value and " " not in key:
        report.add("Y12", span, line=f"{key}: {value.strip()}")
    elif (first := words.split(" ")[0].rstrip(";=,")) in RULE_KEYS and first != words:
        rest = words[len(words.split(" ")[0]) :].strip(" =")
        report.add("Y12.colon", span, line=f"{first}: {rest}")
    else:
        report.add("Y12.text", span, text=words if KEY_SAFE.fullmatch(words) else quoted(words))


def _tell_bracket(span: Span, report: Report) -> None:
    mark = report.line(span.line)[span.column - 1 : span.column]
    report.add("Y07", span, mark=mark, closing={"[": "]", "{": "}"}.get(mark, "]"))


def _unclosed_bracket(report: Report) -> Span | None:
    """Return the innermost bracket that is still open at the end of the file."""
    opened = [
        Span(number, found.end())
        for number, line in enumerate(report.lines, 1)
        for found in OPEN_VALUE.finditer(line)
    ]
    return opened[-1] if opened else None


def _tell_after_quote(number: int, column: int, report: Report) -> bool:
    line = report.line(number)
    before = QUOTED_START.search(line[: column - 1])
    if before is not None:
        rest = line[column - 1 :].rstrip()
        whole = line[before.start(1) :].strip()
        inner = whole[1:-1] if whole[:1] == whole[-1:] else whole
        report.add("Y06.after", Span(number, column, max(len(rest), 1)), value=quoted(inner))
        return True
    return _tell_odd_quote(number, report)


def _tell_odd_quote(number: int, report: Report) -> bool:
    for above in range(number, max(number - 40, 0), -1):
        found = QUOTED_START.search(report.line(above))
        if found is not None and report.line(above).count(found[1]) % 2:
            _tell_quote(Span(above, found.start(1) + 1), report)
            return True
    return False


def _tell_indent(number: int, report: Report) -> None:
    line = report.line(number)
    indent = len(line) - len(line.lstrip(" "))
    levels = _levels_above(number, line.lstrip().startswith("- "), report)
    if indent in levels and (above := _line_without_colon(number, report)):
        _tell_no_key(above, report)
        return
    if indent in levels or not levels:
        report.add("Y12.mixed", Span(number, indent + 1, max(len(line.strip()), 1)))
        return
    wanted = min(levels, key=lambda level: (abs(level - indent), -level))
    report.add("Y04", Span(number, indent + 1), indent=indent, wanted=wanted, column=wanted + 1)


def _line_without_colon(number: int, report: Report) -> int | None:
    """Return the line above, when it is neither a key, a list item nor a remark."""
    words = report.line(number - 1).strip()
    is_loose = words and ":" not in words and not words.startswith(("- ", "#"))
    return number - 1 if is_loose else None


def _levels_above(number: int, is_item: bool, report: Report) -> list[int]:
    """The columns at which this line could have begun, innermost first."""
    levels: list[int] = []
    limit = 10_000
    for above in range(number - 1, 0, -1):
        words = report.line(above).lstrip(" ")
        if not words or words.startswith("#"):
            continue
        indent = len(report.line(above)) - len(words)
        if indent >= limit:
            continue
        if words.startswith("- ") and not is_item:
            levels.append(indent + len(words) - len(words[2:].lstrip(" ")))
        else:
            levels.append(indent)
        limit = indent
    return levels
