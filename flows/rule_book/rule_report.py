"""What `rules check` and `rules test` answer, for machines and for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flows.mistakes import Language
from flows.words import say
from rules.load import Loaded
from rules.problems import as_json, render
from rules.trial import Failure, Trial


def has_errors(loaded: Loaded) -> bool:
    """Say whether anything found keeps the folder from being used."""
    return any(problem.severity == "error" for problem in loaded.problems)


def check_json(loaded: Loaded, language: Language) -> dict[str, Any]:
    """Return the answer of `rules check --json`."""
    problems = [as_json(problem, language) for problem in loaded.problems]
    return {"rules": loaded.rules, "problems": problems}


def check_text(loaded: Loaded, language: Language) -> str:
    """Return each mistake with its line underlined, and a last line that counts."""
    errors = sum(problem.severity == "error" for problem in loaded.problems)
    counted = say(
        "{rules} rules read, {errors} errors, {warnings} warnings",
        language,
        rules=loaded.rules,
        errors=errors,
        warnings=len(loaded.problems) - errors,
    )
    return "\n\n".join([*(render(problem, language) for problem in loaded.problems), counted])


def trial_json(trial: Trial) -> dict[str, Any]:
    """Return the answer of `rules test --json`."""
    return {
        "rules": trial.rules,
        "expectations": trial.expectations,
        "failed": len(trial.failures),
        "failures": [_failure_json(failure) for failure in trial.failures],
    }


def trial_text(trial: Trial, files: Mapping[str, bytes], language: Language) -> str:
    """Return each failed test with its line and derivation, and a last line that counts."""
    counted = say(
        "{rules} rules, {expectations} expectations, {failed} failed",
        language,
        rules=trial.rules,
        expectations=trial.expectations,
        failed=len(trial.failures),
    )
    return "\n\n".join([*trial_lines(trial.failures, files, language), counted])


def trial_lines(
    failures: Iterable[Failure], files: Mapping[str, bytes], language: Language
) -> list[str]:
    """Return each failed test with its line and derivation."""
    return [_failure_text(failure, files, language) for failure in failures]


def _failure_json(failure: Failure) -> dict[str, Any]:
    return {
        "file": failure.place.file,
        "line": failure.place.line,
        "rule": failure.rule,
        "test": failure.test,
        "at": failure.at,
        "expected": "; ".join(failure.expected),
        "got": "; ".join(failure.got),
        "because": list(failure.because),
    }


def _failure_text(failure: Failure, files: Mapping[str, bytes], language: Language) -> str:
    file, line, column = failure.place
    source = files[file].decode("utf-8").splitlines()[line - 1]
    headings = [say(word, language) for word in ("expected", "got", "because")]
    width = max(map(len, headings))
    parts = zip(headings, (failure.expected, failure.got, failure.because), strict=True)
    said = [f"       {word:{width}} {text}" for word, texts in parts for text in texts]
    first = say("test failed: {rule} / {test}", language, rule=failure.rule, test=failure.test)
    return "\n".join([f"{file}:{line}:{column}: {first}", f"{line:6d} | {source}", *said])
