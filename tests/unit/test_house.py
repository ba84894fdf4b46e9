"""The house: our names are ours alone, and each outside thing is touched in one place."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = ("rules", "models", "notifications", "flows", "fristvagt")
CODE = sorted(
    [ROOT / "fristvagt.py", *(path for name in OURS for path in (ROOT / name).rglob("*.py"))]
)


def where(pattern: str) -> set[str]:
    """The files of the house whose code matches."""
    return {
        path.relative_to(ROOT).as_posix()
        for path in CODE
        if re.search(pattern, path.read_text("utf-8"))
    }


@pytest.mark.parametrize("name", [*OURS, "tests"])
def test_no_other_installed_distribution_owns_our_names(name: str) -> None:
    assert set(packages_distributions().get(name, [])) <= {"fristvagt"}


def test_one_module_reads_the_clock() -> None:
    assert where(r"\.now\(|utcnow\(|date\.today\(|time\.time\(") == {"flows/clock.py"}


def test_one_module_reads_the_environment() -> None:
    assert where(r"os\.environ|getenv\(") == {"flows/environment.py"}


def test_one_module_speaks_to_the_mail_server() -> None:
    assert where(r"(import|from) (aiosmtplib|smtplib)") == {"notifications/smtp.py"}


def test_one_place_only_may_catch_everything() -> None:
    assert where(r"except (Exception|BaseException)|except:") <= {"flows/deciding/assess.py"}


def test_nothing_is_left_for_later() -> None:
    assert where(r"#.*\b(TODO|FIXME|XXX|HACK)\b") == set()


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a file."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_the_halves_of_make_test_are_all_the_tests() -> None:
    pytest_s_own = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["pytest"]
    makefile = (ROOT / "Makefile").read_text("utf-8")
    halves = re.findall(r"^test-(?:flows|others): .*\n.*-m pytest (.*)$", makefile, re.MULTILINE)
    paths = [path for half in halves for path in half.split()]
    assert sorted(paths) == sorted(pytest_s_own["ini_options"]["testpaths"])


def test_no_function_is_longer_than_a_screen() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in CODE
        for node in functions(path)
        if (node.end_lineno or node.lineno) - node.lineno + 1 > 50
    }
    assert long == set()


def test_no_file_has_more_than_one_subject_worth_of_lines() -> None:
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text("utf-8").splitlines())
        for path in CODE
    }
    assert {name: lines for name, lines in lengths.items() if lines > 400} == {}
