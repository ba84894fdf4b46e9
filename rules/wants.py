"""What a condition asks of a fact: `youth`, `at least 16`, `before 2026-01-01`, `present`."""

from __future__ import annotations

import re
from datetime import date

from rules.book import Test, Want
from rules.dates import shift_days
from rules.problems import Report
from rules.suggestions import likely
from rules.vocabulary import FactType
from rules.written_dates import read_date_text
from rules.yaml_nodes import ListNode, MapNode, Node, TextNode

NUMBER = r"-?\d{1,9}(?:\.\d{1,6})?"
COMPARISON = re.compile(rf"(?P<word>under|at most|at least|over) +(?P<number>{NUMBER})")
RANGE = re.compile(rf"(?P<low>{NUMBER}) +to +(?P<high>{NUMBER})")
DAY = re.compile(r"(?P<word>before|on|after) +(?P<day>.+)")
SYMBOLS = re.compile(rf"(?P<symbol><=|>=|=<|=>|==?|<|>|≤|≥) *(?P<number>{NUMBER})")
SYMBOL_WORDS = {
    "<": "under ", "<=": "at most ", "=<": "at most ", "≤": "at most ", ">": "over ",
    ">=": "at least ", "=>": "at least ", "≥": "at least ", "=": "", "==": "",
}  # fmt: skip
OTHER_WORDS = {
    "below": "under", "less than": "under", "mindre end": "under", "fewer than": "under",
    "up to": "at most", "højst": "at most", "max": "at most", "maximum": "at most",
    "mindst": "at least", "min": "at least", "minimum": "at least", "more than": "over",
    "above": "over", "mere end": "over", "greater than": "over", "exactly": "", "præcis": "",
    "fra": "at least", "from": "at least", "atleast": "at least", "atmost": "at most",
}  # fmt: skip
WORDED = re.compile(rf"(?P<word>[^\W\d][^\d]*?) *(?P<number>{NUMBER}).*")
DASHED = re.compile(rf"(?P<low>{NUMBER}) *(?:-|–|til|\.\.\.?|and|og) *(?P<high>\d+)")

YES_NO = {"yes": True, "no": False}
TRUTH = {
    "true": "yes", "false": "no", "ja": "yes", "nej": "no", "sand": "yes", "falsk": "no",
    "on": "yes", "off": "no", "y": "yes", "n": "no", "1": "yes", "0": "no", "x": "yes",
}  # fmt: skip


def read_want(node: Node, name: str, fact: FactType, report: Report) -> Want | None:
    """Return what is asked of the fact called `name`, or None after noting a mistake."""
    if isinstance(node, MapNode):
        return _several(node, name, fact, report)
    if isinstance(node, ListNode):
        return _any_of_list(node, name, fact, report)
    text = " ".join(node.text.split())
    if node.is_missing:
        report.add("V16.empty", node.span, fact=name)
        return None
    if text in ("present", "missing"):
        return Want(Test.PRESENT if text == "present" else Test.MISSING, text)
    match fact.kind:
        case "number":
            return _number(node, text, report)
        case "date":
            return _day(node, text, report)
        case "yes/no" | "choice":
            return _one_choice(node, name, fact, report)
        case "many":
            report.add("V12", node.span, fact=name, value=node.text)
        case "duration" | "text":
            report.add("V16", node.span, fact=name, kind=fact.kind)
    return None


def _one_choice(node: TextNode, name: str, fact: FactType, report: Report) -> Want | None:
    value = _choice(node, name, fact, report)
    return None if value is None else Want(Test.ANY, node.text, frozenset({value}))


def read_yes_no(node: TextNode, name: str, report: Report) -> bool | None:
    """Return the answer to a question of yes or no, or None after noting that it is neither."""
    if node.text in YES_NO:
        return YES_NO[node.text]
    meant = TRUTH.get(node.text.lower(), "yes")
    report.add("V07", node.span, fact=name, value=node.text, meant=meant)
    return None


def _choice(node: TextNode, name: str, fact: FactType, report: Report) -> str | bool | None:
    if fact.kind == "yes/no":
        return read_yes_no(node, name, report)
    if node.text in fact.choices:
        return node.text
    tell_unknown_choice(node, name, fact, report)
    return None


def tell_unknown_choice(node: TextNode, name: str, fact: FactType, report: Report) -> None:
    """Note a value that is not among the choices of a fact."""
    if meant := likely(node.text, fact.choices):
        report.add("V06", node.span, value=node.text, fact=name, meant=meant)
    elif node.text in ("present", "missing"):
        report.add("V16.list", node.span, value=node.text)
    else:
        choices = ", ".join(fact.choices)
        report.add("V06.list", node.span, value=node.text, fact=name, choices=choices)


def _any_of_list(node: ListNode, name: str, fact: FactType, report: Report) -> Want | None:
    texts = [item for item in node.items if isinstance(item, TextNode)]
    if len(texts) < len(node.items) or not texts:
        report.add("V16.form", node.span, fact=name)
        return None
    if fact.kind == "many":
        values = ", ".join(item.text for item in texts)
        report.add("V12.list", node.span, fact=name, values=values)
        return None
    if fact.kind not in ("choice", "yes/no", "number"):
        report.add("V16.form", node.span, fact=name)
        return None
    found = [_list_item(item, name, fact, report) for item in texts]
    if any(value is None for value in found):
        return None
    text = ", ".join(item.text for item in texts)
    return Want(Test.ANY, text, frozenset(value for value in found if value is not None))


def _list_item(
    node: TextNode, name: str, fact: FactType, report: Report
) -> str | bool | float | None:
    if fact.kind != "number":
        return _choice(node, name, fact, report)
    if re.fullmatch(NUMBER, node.text):
        return float(node.text)
    report.add("V16.numbers", node.span, value=node.text)
    return None


def _several(node: MapNode, name: str, fact: FactType, report: Report) -> Want | None:
    key, value = node.entries[0] if len(node.entries) == 1 else (None, None)
    if key is None or key.text not in ("all_of", "any_of") or not isinstance(value, ListNode):
        report.add("V16.form", node.span, fact=name)
        return None
    texts = [item for item in value.items if isinstance(item, TextNode)]
    if fact.kind != "many":
        values = ", ".join(item.text for item in texts)
        report.add("V12.one", key.span, fact=name, values=values)
        return None
    if not texts or len(texts) < len(value.items):
        report.add("V16.form", node.span, fact=name)
        return None
    found = [_choice(item, name, fact, report) for item in texts]
    if None in found:
        return None
    test = Test.ALL_OF if key.text == "all_of" else Test.ANY_OF
    text = f"{test} {', '.join(item.text for item in texts)}"
    return Want(test, text, frozenset(value for value in found if value is not None))


def _number(node: TextNode, text: str, report: Report) -> Want | None:
    if re.fullmatch(NUMBER, text):
        return Want(Test.NUMBER, text, low=float(text), high=float(text))
    if found := RANGE.fullmatch(text):
        low, high = float(found["low"]), float(found["high"])
        if low > high:
            report.add("V08.range", node.span, value=text, low=found["high"], high=found["low"])
            return None
        return Want(Test.NUMBER, text, low=low, high=high)
    if found := COMPARISON.fullmatch(text):
        number = float(found["number"])
        strict = found["word"] in ("under", "over")
        if found["word"] in ("under", "at most"):
            return Want(Test.NUMBER, text, high=number, high_open=strict)
        return Want(Test.NUMBER, text, low=number, low_open=strict)
    _tell_number(node, text, report)
    return None


def _tell_number(node: TextNode, text: str, report: Report) -> None:
    plain = text.lower()
    if found := SYMBOLS.fullmatch(plain):
        example = SYMBOL_WORDS[found["symbol"]] + found["number"]
    elif found := DASHED.fullmatch(plain):
        example = f"{found['low']} to {found['high']}"
    elif found := re.fullmatch(r"(\d+)(?:\+| *eller (?:mere|derover|flere)| or more)", plain):
        example = f"at least {found[1]}"
    elif found := WORDED.fullmatch(plain):
        word = OTHER_WORDS.get(found["word"]) or likely(
            found["word"], ("under", "at most", "at least", "over"), OTHER_WORDS
        )
        example = f"{word if word is not None else 'at least'} {found['number']}".strip()
    elif found := re.fullmatch(r"(\d+),(\d+)", plain):
        example = f"{found[1]}.{found[2]}"
    else:
        report.add("V08.list", node.span, value=text)
        return
    report.add("V08", node.span, value=text, example=example)


def _day(node: TextNode, text: str, report: Report) -> Want | None:
    found = DAY.fullmatch(text)
    if found is None:
        at = re.search(r"\d{4}-\d{2}-\d{2}", text)
        report.add("V09", node.span, value=text, day=at[0] if at else "2026-01-31")
        return None
    start = node.text.find(found["day"])
    span = node.span if start < 0 else node.part(start, len(found["day"]))
    day = read_date_text(found["day"], span, report)
    return None if day is None else _day_want(found["word"], text, day)


def _day_want(word: str, text: str, day: date) -> Want:
    match word:
        case "before":
            return Want(Test.DAY, text, last=shift_days(day, -1))
        case "after":
            return Want(Test.DAY, text, first=shift_days(day, 1))
        case _:
            return Want(Test.DAY, text, first=day, last=day)
