"""The `expect` of a test: on this day the rule must stand like this."""

from __future__ import annotations

from rules.book import ANY_DUE, Expectation
from rules.dates import Moment, day_of
from rules.deadline import Status
from rules.ladder_steps import read_roles
from rules.problems import Report
from rules.rule_test_given import Example
from rules.suggestions import KEY_WORDS, likely
from rules.vocabulary import Vocabulary
from rules.written_dates import read_moment
from rules.yaml_nodes import ListNode, MapNode, Node, TextNode

EXPECT_KEYS = ("status", "due", "mails")
NO_DATE = frozenset({"–", "-", "—", "none"})


def read_expectations(
    node: MapNode, example: Example | None, vocabulary: Vocabulary, report: Report
) -> tuple[Expectation, ...]:
    """Return what a test expects, in the order written."""
    found = (_expectation(key, value, vocabulary, report) for key, value in node.entries)
    expectations = tuple(expectation for expectation in found if expectation is not None)
    if example is not None and example.began is not None:
        for expectation in expectations:
            _check_not_before(expectation, example.began, report)
    return expectations


def _expectation(
    key: TextNode, value: Node, vocabulary: Vocabulary, report: Report
) -> Expectation | None:
    at = read_moment(key.text, key.span, report)
    if at is None:
        return None
    place = report.place(key.span)
    if isinstance(value, TextNode):
        status = _status(value, report)
        return Expectation(at, key.text, status, place=place) if status else None
    if not isinstance(value, MapNode) or not value.entries:
        report.add("P13", value.span)
        return None
    for name, _ in value.entries:
        if name.text not in EXPECT_KEYS:
            meant = likely(name.text, EXPECT_KEYS, KEY_WORDS) or ", ".join(EXPECT_KEYS)
            report.add("P14", name.span, key=name.text, meant=meant)
    status_node = value.text("status")
    due = value.text("due")
    return Expectation(
        at,
        key.text,
        _status(status_node, report) if status_node else None,
        _due(due, report) if due else ANY_DUE,
        _mails(value.get("mails"), vocabulary, report),
        place,
    )


def _status(node: TextNode, report: Report) -> Status | None:
    if node.text in frozenset(Status):
        return Status(node.text)
    if meant := likely(node.text, [status.value for status in Status]):
        report.add("V15", node.span, value=node.text, meant=meant)
    else:
        report.add("V15.list", node.span, value=node.text, statuses=", ".join(Status))
    return None


def _due(node: TextNode, report: Report) -> Moment | None:
    return None if node.text in NO_DATE else read_moment(node.text, node.span, report)


def _mails(node: Node | None, vocabulary: Vocabulary, report: Report) -> frozenset[str] | None:
    if node is None:
        return None
    if (isinstance(node, TextNode) and node.text == "none") or (
        isinstance(node, ListNode) and not (node.items)
    ):
        return frozenset()
    roles = read_roles(node, vocabulary, report)
    return None if roles is None else frozenset(roles)


def _check_not_before(expectation: Expectation, began: Moment, report: Report) -> None:
    early = day_of(expectation.at) < day_of(began)
    if early and expectation.status not in (None, Status.NOT_APPLICABLE):
        at = report.at(expectation.place)
        report.add("P15", at, at=expectation.text, began=day_of(began), status=expectation.status)
