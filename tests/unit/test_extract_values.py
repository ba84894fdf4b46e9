"""What a cell says, and what is refused: dates, moments, references, messages."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.extract.columns import tables_of
from flows.extract.mistakes import BadCell, Mistake, has_cpr, sentence, showable
from flows.extract.values import (
    Forms,
    read_address,
    read_date,
    read_number,
    read_reference,
    read_stamp,
)
from flows.extract.words import SENTENCES
from rules.vocabulary import EventKind, FactType, RecordKind, Vocabulary


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-02-29", date(2024, 2, 29)),
        ("2026-01-31 00:00:00", date(2026, 1, 31)),
        ("2026-01-31T00:00:00.000", date(2026, 1, 31)),
    ],
)
def test_dates(text: str, day: date) -> None:
    assert read_date(text) == day


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-02-29", "no-such-date"),
        ("2026-13-01", "no-such-date"),
        ("31-01-2026", "no-date"),
        ("20260131", "no-date"),
        ("2026-W05-6", "no-date"),
        ("2026-01-31 09:00", "no-date"),
        ("0001-01-01", "odd-year"),
        ("9999-12-31", "odd-year"),
        ("i går", "no-date"),
    ],
)
def test_what_is_no_date(text: str, code: str) -> None:
    with pytest.raises(BadCell) as bad:
        read_date(text)
    assert bad.value.code == code


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-01-31 14:30", datetime(2026, 1, 31, 13, 30, tzinfo=UTC)),
        ("2026-07-01T14:30:15", datetime(2026, 7, 1, 12, 30, 15, tzinfo=UTC)),
        ("2026-07-01T14:30Z", datetime(2026, 7, 1, 14, 30, tzinfo=UTC)),
        ("2026-07-01T14:30+02:00", datetime(2026, 7, 1, 12, 30, tzinfo=UTC)),
        ("2026-10-25 02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_moment_without_offset_is_danish(text: str, instant: datetime) -> None:
    assert read_stamp(text).at == instant


def test_an_instant_belongs_to_its_danish_day() -> None:
    assert read_stamp("2026-06-30T22:30Z").on == date(2026, 7, 1)


def test_a_day_is_no_instant() -> None:
    assert read_stamp("2026-07-01") == (date(2026, 7, 1), None)


@pytest.mark.parametrize("text", ["2026-01-31 25:00", "2026-01-31 14", "halv tre", "14:30"])
def test_what_is_no_moment(text: str) -> None:
    with pytest.raises(BadCell):
        read_stamp(text)


def test_a_file_may_write_moments_in_its_own_form() -> None:
    forms = Forms("%d.%m.%y", "%d.%m.%y %H.%M")
    assert read_stamp("31.01.26 14.30", forms).at == datetime(2026, 1, 31, 13, 30, tzinfo=UTC)
    assert read_stamp("31.01.26", forms) == (date(2026, 1, 31), None)


@given(st.text(max_size=40))
def test_any_cell_is_read_or_refused(text: str) -> None:
    for read in (read_date, read_stamp, read_number, read_reference, read_address):
        with contextlib.suppress(BadCell):
            read(text)


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_every_day_is_read_as_it_is_written(day: date) -> None:
    assert read_date(day.isoformat()) == day


@given(
    st.dates(date(1900, 1, 1), date(2000, 1, 1)),
    st.integers(0, 9999),
    st.sampled_from(["{}-{}", "{}{}", "SAG {} {}", "x{}-{}y"]),
)
def test_a_cpr_number_is_seen_and_never_shown(day: date, serial: int, form: str) -> None:
    text = form.format(day.strftime("%d%m%y"), f"{serial:04}")
    assert has_cpr(text)
    assert not showable(text)


@pytest.mark.parametrize("text", ["SAG-2026-000123", "27.24.00-G01-123-26", "2026000412"])
def test_an_ordinary_case_number_is_no_cpr_number(text: str) -> None:
    assert read_reference(text) == text


@pytest.mark.parametrize("code", SENTENCES)
def test_every_sentence_has_the_same_blanks_in_both_languages(code: str) -> None:
    class Anything(dict[str, str]):
        def __missing__(self, name: str) -> str:
            self[name] = name
            return name

    blanks = []
    for language in ("da", "en"):
        seen = Anything()
        SENTENCES[code][language].format_map(seen)
        blanks.append(set(seen))
    assert blanks[0] == blanks[1]
    assert SENTENCES[code]["da"] != SENTENCES[code]["en"]


def test_a_sentence_names_the_place_and_suggests() -> None:
    values = {"near": "began"}
    mistake = Mistake("unknown-column", "cases.csv", 1, "begann", values=values)
    assert sentence(mistake, "en") == (
        "cases.csv, line 1, column begann: the vocabulary does not know the column. Did you mean "
        '"began"? Correct the name, or put it under ignore in mapping.yaml.'
    )


def test_a_column_whose_name_is_taken_is_written_with_its_owner() -> None:
    words = Vocabulary(
        ("caseworker",),
        {
            "case": RecordKind("case", {"status": FactType("number")}),
            "child": RecordKind("child", {"status": FactType("number"), "age": FactType("number")}),
            "plan": RecordKind("plan", {"goal": FactType("date")}, ("goal", "began")),
        },
        {"visit": EventKind("visit", ("case",), {"heard": FactType("yes/no")})},
    )
    tables = tables_of(words)
    assert tables["cases"].columns[6:] == ("status", "child.status")
    assert tables["plans"].columns[4:] == ("goal", "contents.goal", "contents.began")
    assert tables["events"].columns[4:] == ("heard",)
