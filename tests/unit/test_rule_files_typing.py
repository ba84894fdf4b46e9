"""Mistakes in the text of a rule file: quotes, colons, indentation, what Word leaves behind."""

from __future__ import annotations

import pytest

from tests.unit.rule_file_samples import Row, assert_told

MISTYPED: list[Row] = [
    (
        "title: Netværksmøde",
        "title: \u201cNetværksmøde\u201d",
        "Y03",
        "\u201c",
        'type a straight quote instead: "',
    ),
    (
        "title: Netværksmøde",
        "title: Møde: hver 8. uge",
        "Y08",
        "Møde: hver 8. uge",
        'put the text in quotes:  title: "Møde: hver 8. uge"',
    ),
    (
        "title: Netværksmøde",
        'title: "Møde" hver 8. uge',
        "Y06",
        "hver 8. uge",
        "put quotes around all of it:  '\"Møde\" hver 8. uge'",
    ),
    (
        "title: Netværksmøde",
        "title: 'Møde på 'Villaen'",
        "Y06",
        "Villaen'",
        'put quotes around all of it:  "Møde på \'Villaen"',
    ),
    ("title: Netværksmøde", "title: @møde", "Y11", "@", 'put the text in quotes:  "@møde"'),
    (
        "title: Netværksmøde",
        'title: "C:\\sager"',
        "Y06",
        "\\s",
        "use single quotes around the text:  'C:\\sager'",
    ),
    (
        "    title: Netværksmøde",
        "\ttitle: Netværksmøde",
        "Y01",
        "\t",
        "delete it and type ordinary spaces.",
    ),
    (
        "when: {target_group: youth}",
        "when:\n      - target_group: youth\n      target_group: child",
        "Y04",
        "t",
        "move it so that it starts in column 9.",
    ),
    (
        "counts_when: {participants: {all_of: [child, parents]}}",
        "counts_when: {participants: {all_of: [child, parents}}",
        "Y07",
        "[",
        "add the closing ] where it ends.",
    ),
    (
        "language: 1",
        "language: 1\nlayer: municipality: koebenhavn",
        "Y08",
        "municipality: koebenhavn",
        'put the text in quotes:  layer: "municipality: koebenhavn"',
    ),
    (
        "language: 1",
        "---\nlanguage: 1\n---",
        "Y10",
        "---",
        "delete the line  ---  or move what follows to a file of its own.",
    ),
    (
        "  network-meeting:\n    title",
        "  network-meeting: &a\n    title",
        "Y13",
        "&a",
        "delete it, and write the keys and values out.",
    ),
    (
        "participants: [child, parents]}\n        ",
        "participants: [child]}\n            extra\n        ",
        "Y12",
        "extra",
        "write a key before it, for example:  about: extra",
    ),
    ("title: Netværksmøde", "title: |x", "Y11", "|", 'put the text in quotes:  "|x"'),
    ("title: Netværksmøde", "title: {a: b", "Y07", "{", "add the closing } where it ends."),
    (
        "due: 8 weeks after start",
        "due: {first_of: [8 weeks after start, ",
        "Y07",
        "[",
        "add the closing ] where it ends.",
    ),
    (
        "due: 8 weeks after start",
        "due:8 weeks after start",
        "Y12",
        "due:8 weeks after start",
        "there must be a space after the colon:  due: 8 weeks after start",
    ),
    (
        "due: 8 weeks after start",
        "due: 8\u00a0weeks after start",
        "Y02",
        "\u00a0",
        "delete it and type an ordinary space.",
    ),
    (
        "due: 8 weeks after start",
        "due: 8 weeks\u200b after start",
        "Y02",
        "\u200b",
        "delete it: place the cursor here and press Delete, or type the line again.",
    ),
    ("due: 8 weeks after start", "due: *frist", "Y11", "*", 'put the text in quotes:  "*frist"'),
    (
        "due: 8 weeks after start",
        "due: !!str 8 weeks after start",
        "Y11",
        "!",
        'put the text in quotes:  "!!str 8 weeks after start"',
    ),
    (
        "due: 8 weeks after start",
        "<<: {due: 8 weeks after start}",
        "Y13",
        "<<",
        "write the keys out, one a line:  key: value",
    ),
    (
        "due: 8 weeks after start",
        "due: 8 weeks after start\n    due: 9 weeks after start",
        "Y14",
        "due",
        "delete one of them.",
    ),
    ("title: Netværksmøde", "title: - møde", "Y11", "-", 'put the text in quotes:  "- møde"'),
    (
        "    title: Netværksmøde\n",
        "    title Netværksmøde\n",
        "Y12",
        "title Netværksmøde",
        "there must be a colon after the key:  title: Netværksmøde",
    ),
]


@pytest.mark.parametrize("row", MISTYPED, ids=lambda row: row[1])
def test_a_mistyped_text_gets_one_message_at_its_place(row: Row) -> None:
    assert_told(row)
