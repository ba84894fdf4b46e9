"""The handbook for rule files is true: every rule in it loads, every command runs as it is shown.

A document is walked from top to bottom, as a reader would. A comment before a block says what is
done with it. `write: NAME` saves it in the reader's folder. `in: WHERE` puts it into a frame: the
`changes` of a file of the municipality, or the keys of the first rule. `mistake: RIGHT -> WRONG` is
a slip of the reader's, mended after the commands. `remove: NAME` takes a file away before them.

A line `…` stands for any lines that are printed. What changes with the invented municipality or
with the shipped standards is not compared: how many rules there are, and the numbers of plans and
of the history.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import NamedTuple

import pytest
import time_machine
from typer.main import get_command

from fristvagt import app, main
from rules.key_shapes import BASIS_KEYS, CHANGE_KEYS, FILE_KEYS, RULE_KEYS, TEST_KEYS
from rules.load import load_book
from rules.trial import run_tests
from tests.unit.rule_file_samples import ROOT, STANDARDS

HANDBOOKS = {"da": "docs/rule-files.md", "en": "docs/rule-files.en.md"}
KEYS_PAGE = "docs/rule-keys.md"
NOW = "2026-11-20 09:00:00+01:00"
COUNTED = ("plan", "activate", "history", "rollback")
"""Commands whose numbers are those of the invented municipality, or hashes of the whole folder."""
TALLY = re.compile(r"\d+ (regler|rules|forventninger|expectations)\b")

BLOCK = re.compile(r"(?:<!-- (?P<how>[^\n]*?) -->\n)?```(?P<kind>\w*)\n(?P<text>.*?)```", re.DOTALL)
KEY_LINE = re.compile(r"^    (\w+):", re.MULTILINE)
HEADER = 'language: 1\nlayer: "municipality: eksempel"\n'


class Block(NamedTuple):
    """A block of a document: what the comment before it says, its kind, and its text."""

    how: str
    kind: str
    text: str


def blocks_of(document: str) -> list[Block]:
    """Every block of a document, from top to bottom."""
    text = (ROOT / document).read_text("utf-8")
    found = BLOCK.finditer(text)
    return [Block(block["how"] or "", block["kind"], block["text"]) for block in found]


def rule_files() -> dict[str, bytes]:
    """The shipped files, by name."""
    return {path.name: path.read_bytes() for path in sorted(STANDARDS.glob("*.yaml"))}


def framed(block: Block, first: str) -> dict[str, str]:
    """The files of the municipality when the block stands where the document says."""
    how, _, where = block.how.partition(": ")
    if how == "write":
        return {"90-first.yaml": first, **({} if block.text == first else {where: block.text})}
    if where == "changes":
        return {"90-first.yaml": first, "95-block.yaml": f"{HEADER}{where}:\n{block.text}"}
    assert where == "school-meeting", f"no frame is called {where!r}"
    return {"90-first.yaml": with_keys(first, block.text)}


def with_keys(rule: str, keys: str) -> str:
    """The first rule with other keys; its tests are left out when the block brings none."""
    head, title, rest = rule.partition("    title:")
    kept = {key: lines for key, lines in chunks(title + rest).items() if key != "tests"}
    return head + "".join({**kept, **chunks(keys)}.values())


def chunks(text: str) -> dict[str, str]:
    """The keys of a rule, each with its lines."""
    starts = [found.start() for found in KEY_LINE.finditer(text)]
    parts = [text[a:b] for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]
    return {part.split(":")[0].strip(): part for part in parts}


def assert_good(files: dict[str, str]) -> None:
    """The files load without a mistake, beside those they change, and every test in them passes."""
    shipped = rule_files()
    changing = any("\nchanges:\n" in text for text in files.values())
    texts = {name: text.encode() for name, text in files.items()}
    loaded = load_book({**shipped, **texts} if changing else texts, shipped)
    assert loaded.book is not None, loaded.problems
    assert [problem for problem in loaded.problems if problem.file in files] == []
    assert run_tests(loaded.book).failures == ()


@pytest.mark.parametrize("language", HANDBOOKS)
def test_every_rule_in_the_handbook_loads_and_its_tests_pass(language: str) -> None:
    yaml = [block for block in blocks_of(HANDBOOKS[language]) if block.kind == "yaml"]
    first = yaml[0].text
    for block in yaml:
        assert_good(framed(block, first))


def commands_in(text: str) -> list[tuple[list[str], list[str]]]:
    """The commands of a block: the words of each, and the lines it is shown to print."""
    found: list[tuple[list[str], list[str]]] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append((shlex.split(line)[2:], []))
        else:
            found[-1][1].append(line)
    return found


class Reader:
    """Somebody who follows the handbook in a folder of their own, with an invented municipality."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.rules = folder / "rules"
        self.rules.mkdir()
        for name, data in rule_files().items():
            (self.rules / name).write_bytes(data)
        self.capsys = capsys
        self.last = self.first = self.rules / "90-eksempel.yaml"

    def save(self, block: Block) -> None:
        """Write a block as the file it is said to be."""
        self.last = self.rules / block.how.removeprefix("write: ")
        self.last.write_text(block.text, "utf-8")

    def run(self, *words: str) -> tuple[int, str]:
        """Return the exit code of a command and all it printed."""
        with pytest.raises(SystemExit) as left:
            main(words)
        printed = self.capsys.readouterr()
        return int(left.value.code or 0), printed.out + printed.err

    def follow(self, block: Block) -> None:
        """Run the commands of a block; what they print must be what is shown."""
        if block.how.startswith("remove: "):
            (self.rules / block.how.removeprefix("remove: ")).unlink()
            self.last = self.first
        right = self.last.read_text("utf-8")
        if block.how.startswith("mistake: "):
            good, _, bad = block.how.removeprefix("mistake: ").partition(" -> ")
            assert good in right
            self.last.write_text(right.replace(good, bad, 1), "utf-8")
        for words, shown in commands_in(block.text):
            code, printed = self.run(*words)
            assert code in (0, 2) or shown, printed
            assert_shown(shown, printed, counted=words[1] in COUNTED)
        self.last.write_text(right, "utf-8")


def assert_shown(shown: list[str], printed: str, *, counted: bool) -> None:
    """The lines shown are the lines printed, in one piece between any two `…`."""
    wanted = [plain(line, counted=counted) for line in shown]
    text = "\n".join(plain(line, counted=counted) for line in printed.splitlines())
    at = 0
    for piece in re.split(r"^…$", "\n".join(wanted), flags=re.MULTILINE):
        found = text.find(piece.strip("\n"), at)
        assert found >= 0, f"not printed:\n{piece}\n\nprinted:\n{printed}"
        at = found + len(piece.strip("\n"))


def plain(line: str, *, counted: bool) -> str:
    """A line as it is compared: one space between words, and no numbers that may change."""
    line = TALLY.sub(r"# \1", line)
    if counted:
        line = re.sub(r"\b[0-9a-f]{12}\b|[+]?\d+", "#", line)
    return " ".join(line.split())


@pytest.mark.parametrize("language", HANDBOOKS)
def test_a_reader_who_follows_the_handbook_sees_what_it_shows(
    language: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    reader = Reader(tmp_path, capsys)
    monkeypatch.setenv("FRISTVAGT_RULES", str(reader.rules))
    monkeypatch.setenv("FRISTVAGT_DATABASE_URL", f"sqlite:///{tmp_path / 'fristvagt.db'}")
    monkeypatch.setenv("FRISTVAGT_LANGUAGE", language)
    with time_machine.travel(NOW, tick=False):
        for number, block in enumerate(blocks_of(HANDBOOKS[language])):
            if block.how.startswith("write: "):
                reader.save(block)
            elif block.kind != "yaml":
                reader.follow(block)
            if number == 0:
                live_in_an_invented_municipality(reader)


def live_in_an_invented_municipality(reader: Reader) -> None:
    """Give the reader cases, decided by the rules there are at first."""
    for words in (
        ["sample", "extract", "--cases", "60", "--seed", "1", "--at", "2026-11-19"],
        ["migrate"],
        ["import", "extract"],
        ["evaluate", "--all"],
    ):
        code, printed = reader.run(*words)
        assert code == 0, printed


@pytest.mark.parametrize("document", HANDBOOKS.values())
def test_every_chapter_is_found_from_the_table_at_the_top(document: str) -> None:
    text = (ROOT / document).read_text("utf-8")
    chapters = re.findall(r"^## (\d.*)$", text, re.MULTILINE)
    anchors = [re.sub(r"[^\w\- ]", "", title).lower().replace(" ", "-") for title in chapters]
    assert re.findall(r"\]\(#([^)]+)\)", text) == anchors


def inline_commands(document: str) -> list[str]:
    """The commands a document mentions within its sentences."""
    text = BLOCK.sub("", (ROOT / document).read_text("utf-8"))
    return re.findall(r"`fristvagt (rules [^`]+)`", text)


@pytest.mark.parametrize("document", HANDBOOKS.values())
def test_every_command_mentioned_is_one_the_command_line_understands(document: str) -> None:
    group = get_command(app)
    for mentioned in inline_commands(document):
        _, name, *words = shlex.split(mentioned)
        command = group.commands["rules"].commands[name]
        command.make_context(name, words)


def shown_in(document: str) -> list[object]:
    """What does not depend on the language: comments, rules, and the words of commands."""
    return [
        (block.how, block.text if block.kind else [words for words, _ in commands_in(block.text)])
        for block in blocks_of(document)
    ]


def test_both_languages_show_the_same_rules_and_commands() -> None:
    shown = {language: shown_in(document) for language, document in HANDBOOKS.items()}
    assert shown["da"] == shown["en"]
    assert inline_commands(HANDBOOKS["da"]) == inline_commands(HANDBOOKS["en"])


def rows_of_keys() -> list[list[str]]:
    """The cells of each row of the page of keys: key, Danish, English, example."""
    lines = (ROOT / KEYS_PAGE).read_text("utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return [row for row in rows if row[0].strip("*").startswith("`")]


def test_the_page_of_keys_has_every_key_and_no_other() -> None:
    keys = {row[0].strip("*`") for row in rows_of_keys()}
    assert keys == {*FILE_KEYS, *RULE_KEYS, *CHANGE_KEYS, *BASIS_KEYS, *TEST_KEYS}


OTHERS = {"must_contain": "decision", "must_have": "placement", "must_not_exceed": "caseworker"}
"""The record for which each kind of obligation is tried."""


def tried(key: str, example: str) -> str:
    """A file of the municipality in which an example of the page of keys stands."""
    first = blocks_of(HANDBOOKS["da"])[0].text
    if key in FILE_KEYS and key != "about":
        kept = [line for line in first.splitlines(keepends=True) if not line.startswith(key)]
        return f"{example}\n{''.join(kept)}"
    if key in BASIS_KEYS:
        return with_keys(first, item("basis", {"source": "source: Byrådet", key: example}))
    if key in TEST_KEYS:
        return with_keys(first, item("tests", {**a_test(key), key: example}))
    if key in {"from", "why", "running", "off"}:
        return with_keys(first, item("changes", {**a_change(key), key: example}))
    if key in OTHERS:
        first = re.sub(r"    (when|must_happen|counts_when|then): .*\n", "", first)
        return with_keys(first, f"    for: {OTHERS[key]}\n    {example}\n")
    if key == "at_least":
        first = re.sub(r"    (due|then): .*\n", "", first)
    return with_keys(first, f"    {example}\n")


def item(key: str, lines: dict[str, str]) -> str:
    """A key of a rule that holds a list, with one entry."""
    return f"    {key}:\n      - " + "\n        ".join(lines.values()) + "\n"


def a_test(around: str) -> dict[str, str]:
    """The keys of a test; which answer is right depends on the example that is tried."""
    right = "not applicable" if around == "given" else "overdue"
    return {
        "name": "name: en sag",
        "given": "given: {case: {began: 2027-01-04, school_absence_percent: 35}}",
        "expect": f"expect: {{2027-02-02: {right}}}",
    }


def a_change(around: str) -> dict[str, str]:
    """The keys of a change; one that switches a rule off changes nothing else."""
    change = {"from": "from: 2028-01-01", "why": "why: Byrådet"}
    return change if around == "off" else {**change, "then": "then: 3 weeks after done"}


@pytest.mark.parametrize(
    ("key", "example"),
    [(row[0].strip("*`"), row[3].strip("`")) for row in rows_of_keys() if "..." not in row[3]],
)
def test_the_example_of_a_key_can_stand_in_a_rule(key: str, example: str) -> None:
    assert example.startswith(f"{key}: ")
    assert_good({"90-first.yaml": tried(key, example)})
