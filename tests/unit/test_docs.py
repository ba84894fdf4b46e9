"""The handbook keeps up with the code: every setting, key, table and command is in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from flows.environment import setting_name
from flows.settings import EXPECTED
from models import case_tables, deadline_tables, outbox_tables
from rules.key_shapes import BASIS_KEYS, CHANGE_KEYS, FILE_KEYS, RULE_KEYS, TEST_KEYS

ROOT = Path(__file__).parents[2]
TABLES = (case_tables, deadline_tables, outbox_tables)


def read(name: str) -> str:
    """The text of a document of the project."""
    return (ROOT / name).read_text("utf-8")


@pytest.mark.parametrize("field", sorted(EXPECTED))
@pytest.mark.parametrize("document", ["docs/operations.md", "deploy/env.example"])
def test_every_setting_is_explained(document: str, field: str) -> None:
    assert setting_name(field) in read(document)


@pytest.mark.parametrize(
    "key", sorted({*FILE_KEYS, *RULE_KEYS, *CHANGE_KEYS, *BASIS_KEYS, *TEST_KEYS})
)
def test_every_key_of_a_rule_file_is_explained(key: str) -> None:
    assert re.search(rf"`{key}[:`]", read("docs/rule-files.md"))


@pytest.mark.parametrize("table", sorted(SQLModel.metadata.tables))
def test_every_table_is_in_the_glossary(table: str) -> None:
    assert f"`{table}`" in read("docs/glossary.md")


def test_the_readme_opens_with_the_two_commands() -> None:
    opening = read("README.md")[:1200]
    assert opening.index("make demo") < opening.index("make test")


@pytest.mark.parametrize(
    "document",
    sorted(
        path.relative_to(ROOT).as_posix()
        for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    ),
)
def test_every_link_between_documents_leads_somewhere(document: str) -> None:
    here = (ROOT / document).parent
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", read(document))
    assert [link for link in links if not (here / link).exists()] == []


def test_the_example_in_the_handbook_loads_and_its_tests_pass() -> None:
    from flows.rule_book.rule_folder import read_folder
    from flows.settings import SHIPPED_RULES
    from rules.load import load_book
    from rules.trial import run_tests

    found = re.search(r"```yaml\n(.*?)```", read("docs/rule-files.md"), re.DOTALL)
    assert found is not None
    loaded = load_book({"example.yaml": found[1].encode()}, read_folder(SHIPPED_RULES))
    assert loaded.book is not None, loaded.problems
    assert run_tests(loaded.book).failures == ()
