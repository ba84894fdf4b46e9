"""Whatever bytes stand in a rule file: an answer, never an exception, and soon."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.load import load_book
from rules.load_vocabulary import load_vocabulary
from rules.problems import MOST_PROBLEMS, as_json, render
from rules.source_text import MOST_BYTES
from tests.examples import examples
from tests.unit.rule_file_samples import NETWORK_MEETING, SAMPLES, SHIPPED

EXAMPLES = (SAMPLES / "example-rules" / "10-examples.yaml").read_text(encoding="utf-8")
SNIPPETS = st.sampled_from(
    [":", ": ", "- ", "\n", "  ", "\t", "{", "}", "[", "]", '"', "'", "#", "*", "&", "!", "|", "=",
     "?", "~", "null", "<<", "---", "…", "0", "-1", "99999999999", "2026-02-30", "every", "rule.",
     "case.", "yes", "not_before: on age 18\n", "changes:", "\u00a0", "\ufeff", "æ", "\x00"]
)  # fmt: skip


def answer(data: bytes) -> None:
    """Load the bytes as a rule file; every problem must be tellable in both languages."""
    loaded = load_book({"local.yaml": data}, SHIPPED)
    assert (loaded.book is None) == any(found.severity == "error" for found in loaded.problems)
    assert len(loaded.problems) <= MOST_PROBLEMS + 1
    for problem in loaded.problems:
        assert render(problem, "en") != render(problem, "da")
        assert problem.line >= 1
        assert problem.column >= 1
        assert as_json(problem, "da")["hint"]


@given(st.binary(max_size=400))
@settings(max_examples=examples(150))
def test_random_bytes_are_answered(data: bytes) -> None:
    answer(data)


@given(st.text(max_size=300))
@settings(max_examples=examples(150))
def test_random_text_is_answered(text: str) -> None:
    answer(text.encode("utf-8", "replace"))


@given(st.integers(0, len(NETWORK_MEETING)), st.integers(0, 12), SNIPPETS, SNIPPETS)
@settings(max_examples=examples(400))
def test_a_good_file_with_something_typed_over_it_is_answered(
    place: int, length: int, first: str, second: str
) -> None:
    text = NETWORK_MEETING[:place] + first + second + NETWORK_MEETING[place + length :]
    answer(text.encode())


@given(st.lists(st.integers(0, EXAMPLES.count("\n")), min_size=1, max_size=4))
@settings(max_examples=examples(60))
def test_a_good_file_with_lines_lost_is_answered(lost: list[int]) -> None:
    lines = EXAMPLES.split("\n")
    answer("\n".join(line for number, line in enumerate(lines) if number not in lost).encode())


@given(st.integers(0, len(SHIPPED["vocabulary.yaml"])), SNIPPETS)
@settings(max_examples=examples(60))
def test_a_spoilt_vocabulary_is_answered(place: int, snippet: str) -> None:
    data = SHIPPED["vocabulary.yaml"]
    found = load_vocabulary("vocabulary.yaml", data[:place] + snippet.encode() + data[place:])
    for problem in found.problems:
        assert render(problem, "en") != render(problem, "da")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"a: b\n" * 10_000_000, "Y05"),
        (b"a: " + b"[" * 10_000, "Y05"),
        ("".join("  " * level + "a:\n" for level in range(400)).encode(), "Y05"),
        (b"- " * 5_000, "Y05"),
        (b'a: "' + b"x\n" * 10_000, "Y06"),
        (b"a: {" + b"b, " * 5_000, "Y07"),
        ("rules:\n".encode("utf-16"), "Y09"),
        (b"PK\x03\x04" + b"\x00" * 100, "Y09"),
        (b"", "S01"),
        (b"\xef\xbb\xbf# only a remark\n", "S01"),
    ],
    ids=[
        "50 MB", "10,000 brackets", "400 levels", "5,000 dashes", "an endless quote",
        "an endless bracket", "UTF-16", "Excel", "nothing", "a remark",
    ],
)  # fmt: skip
def test_what_is_no_rule_file_is_refused_with_one_message(data: bytes, code: str) -> None:
    (problem,) = load_book({"local.yaml": data}, SHIPPED).problems
    assert problem.code == code


@pytest.mark.parametrize(
    "text",
    [
        "language: 1\nladders:\n  long:\n" + "".join(f"    x{n}: caseworker\n" for n in range(500)),
        "language: 1\nrules:\n" + "".join(f"  r{n}: {{title: x}}\n" for n in range(500)),
        NETWORK_MEETING + "".join(f"          2026-13-{n}: due\n" for n in range(500)),
        "".join(f"key-{n}: x\n" for n in range(500)),
    ],
    ids=["steps", "rules", "expectations", "keys"],
)
def test_hundreds_of_mistakes_end_with_a_word_about_the_rest(text: str) -> None:
    problems = load_book({"local.yaml": text.encode()}, SHIPPED).problems
    assert len(problems) == MOST_PROBLEMS + 1
    assert (
        sum("the rest of the file is not shown" in found.message("en") for found in problems) == 1
    )


def test_warnings_are_never_too_many() -> None:
    law = NETWORK_MEETING.replace("binding: standard", "binding: law")
    head, rule = law.split("rules:\n")
    many = "".join(rule.replace("network-meeting:", f"rule-{n}:", 1) for n in range(250))
    loaded = load_book({"local.yaml": (head + "rules:\n" + many).encode()}, SHIPPED)
    assert loaded.rules == len(loaded.problems) == 250
    assert loaded.book is not None


def test_the_largest_file_allowed_is_read() -> None:
    filler = b"# " + b"x" * 97 + b"\n"
    data = NETWORK_MEETING.encode()
    data += filler * ((MOST_BYTES - len(data)) // len(filler))
    assert load_book({"local.yaml": data}, SHIPPED).problems == ()
