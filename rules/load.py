"""From the texts of a folder's files to a rule book, or to everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import NamedTuple

from rules.book import Book, Rule
from rules.load_rules import RuleFile, read_rules
from rules.load_vocabulary import LoadedVocabulary, load_vocabulary
from rules.problems import START, Problem, Report, RuleFileError
from rules.shape import check_shape
from rules.source_text import read_text
from rules.yaml_nodes import compose

VOCABULARY_FILES = ("vocabulary.yaml", "vocabulary.yml")
NOTHING_SHIPPED: Mapping[str, bytes] = MappingProxyType({})


class Loaded(NamedTuple):
    """What came of loading. `book` is None when any problem is an error; `rules` counts them."""

    book: Book | None
    problems: tuple[Problem, ...]
    rules: int


def load_book(files: Mapping[str, bytes], shipped: Mapping[str, bytes] = NOTHING_SHIPPED) -> Loaded:
    """Return the rule book that a folder's files make, and every mistake found in them.

    `files` and `shipped` hold the bytes of *.yaml files by name. From `shipped` come the
    vocabulary, when the folder has none, and the ladders whose names the folder does
    not define. Nothing is raised, whatever the bytes may be.
    """
    vocabulary, problems = _find_vocabulary(files, shipped)
    read = _read_files(files)
    ladders = _read_files({name: shipped[name] for name in shipped if name not in files})
    rules: Mapping[str, Rule] = {}
    if vocabulary is not None:
        rules = read_rules(read, ladders, vocabulary)
    for file in read:
        problems += tuple(sorted(file.report.problems, key=lambda at: (at.line, at.column)))
    count = sum(len(file.entries("rules")) for file in read)
    if count == 0 and not problems:
        report = Report("")
        report.add("S01.folder", START)
        problems = tuple(report.problems)
    if vocabulary is None or any(problem.severity == "error" for problem in problems):
        return Loaded(None, problems, count)
    return Loaded(Book(rules, vocabulary, _hash(files, shipped)), problems, count)


def _find_vocabulary(files: Mapping[str, bytes], shipped: Mapping[str, bytes]) -> LoadedVocabulary:
    for source in (files, shipped):
        for name in VOCABULARY_FILES:
            if name in source:
                return load_vocabulary(name, source[name])
    report = Report(VOCABULARY_FILES[0])
    report.add("V20.absent", START)
    return LoadedVocabulary(None, tuple(report.problems))


def _read_files(files: Mapping[str, bytes]) -> list[RuleFile]:
    return [_read_file(name, files[name]) for name in sorted(files) if name not in VOCABULARY_FILES]


def _read_file(name: str, data: bytes) -> RuleFile:
    report = Report(name)
    try:
        text = read_text(data, report)
        root = None if text is None else compose(text, report)
        shaped = None if report.failed else check_shape(root, report)
    except RuleFileError:
        shaped = None
    return RuleFile(report, shaped)


def _hash(files: Mapping[str, bytes], shipped: Mapping[str, bytes]) -> str:
    digest = sha256()
    for source in (files, shipped):
        for name in sorted(source):
            # lengths keep two files from being mistaken for one with a longer name
            digest.update(f"{len(name)} {name} {len(source[name])} ".encode())
            digest.update(source[name])
    return digest.hexdigest()
