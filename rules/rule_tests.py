"""Reads the tests written in rule files: a made-up case, and how a rule must stand on some days."""

from __future__ import annotations

from rules.book import Rule, RuleTest
from rules.problems import Report
from rules.rule_test_expect import read_expectations
from rules.rule_test_given import GivenReader
from rules.terms_reader import Surroundings
from rules.yaml_nodes import ListNode, MapNode


def read_tests(
    node: ListNode, rule: Rule, around: Surroundings, report: Report
) -> tuple[RuleTest, ...]:
    """Return the tests of a rule; what is wrong with one is noted, and it is left out."""
    tests = (
        _read_test(item, rule, around, report) for item in node.items if isinstance(item, MapNode)
    )
    return tuple(test for test in tests if test is not None)


def _read_test(node: MapNode, rule: Rule, around: Surroundings, report: Report) -> RuleTest | None:
    first = node.entries[0][0].part(0, 1)
    name, given, expect = node.text("name"), node.get("given"), node.get("expect")
    if isinstance(expect, ListNode) and expect.items:
        report.add("P13.list", expect.span)
        return None
    if not isinstance(expect, MapNode) or not expect.entries:
        report.add("P01", first)
        return None
    before = len(report.problems)
    example = GivenReader(rule, around, report).read(given, first)
    expectations = read_expectations(expect, example, around.vocabulary, report)
    if example is None or len(report.problems) > before:
        return None
    title = name.text if name else ""
    return RuleTest(title, example.case, example.ref, expectations, report.place(first))
