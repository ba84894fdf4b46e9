"""What must hold after any fault: the oracle that every dispatch test asks, (a) to (g).

(a) every debt was told, to its recipient or to somebody in their place, or the operator knows;
(b) no mail was taken that the outbox does not know; (c) none came more than twice, and twice only
where a try is on record whose answer was lost; (d) all copies are the same bytes, those that were
frozen; (e) what the outbox calls accepted was taken; (f) nothing is left half done, and nothing
is in two mails; (g) no canary is in any mail.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import Engine, func, select

from models.database import reading
from models.deadline_tables import OpsEventRow
from models.outbox import ATTEMPT, CARRIES, INTENT, MESSAGE, PLANNED, SENT, UNDELIVERABLE

OPS_EVENT = OpsEventRow.__table__  # type: ignore[attr-defined]

MESSAGE_ID = re.compile(rb"^Message-ID:\s*(<[^>]+>)", re.IGNORECASE | re.MULTILINE)
"""Thousands of mails are not parsed whole for one line."""

UNDERWAY = {"pending", "claimed", "in_data"}
LOST_ANSWER = {"uncertain", "abandoned"}
"""How a try ends of which nobody knows whether the mail arrived."""


class Reckoning(NamedTuple):
    """What a fault cost: mails taken, debts lost, mails that came twice, mails held."""

    mails: int
    lost: int
    doubled: int
    held: int


def reckon(engine: Engine, taken: Iterable[bytes], *, settled: bool = True) -> Reckoning:
    """Compare what the mail server took with what the outbox says of it, and assert (a) to (g).

    `settled=False` while mails may still wait for their time: nothing is lost yet then.
    """
    taken = list(taken)
    books = _read_books(engine)
    copies = Counter(_name(content) for content in taken)
    _none_unknown(books, copies)
    _none_too_often(books, copies)
    _all_copies_alike(books, taken)
    _accepted_means_taken(books, copies)
    _nothing_in_two_mails(engine)
    lost = _not_told(books, copies, settled)
    if settled:
        _nothing_half_done(books)
        assert lost == [], f"(a) nobody was told of {lost}"
    assert not any(b"ZZCANARY" in content for content in taken), "(g) a canary is in a mail"
    held = sum(message.state == "hold" for message in books.messages.values())
    return Reckoning(len(copies), len(lost), sum(n > 1 for n in copies.values()), held)


class _Books(NamedTuple):
    messages: dict[str, Any]
    attempts: dict[str, list[Any]]
    intents: list[Any]
    carried: dict[int, list[str]]
    operator_knows: set[str]


def _read_books(engine: Engine) -> _Books:
    with reading(engine) as connection:
        messages = {row.message_id: row for row in connection.execute(select(MESSAGE))}
        name_of = {row.uuid: name for name, row in messages.items()}
        attempts: defaultdict[str, list[Any]] = defaultdict(list)
        for row in connection.execute(select(ATTEMPT)):
            attempts[name_of[row.message_uuid]].append(row)
        carried: defaultdict[int, list[str]] = defaultdict(list)
        for row in connection.execute(select(CARRIES)):
            carried[row.intent_id].append(name_of[row.message_uuid])
        intents = list(connection.execute(select(INTENT)))
        knows = set(connection.execute(select(OPS_EVENT.c.subject)).scalars())
    return _Books(messages, attempts, intents, carried, knows)


def _name(content: bytes) -> str:
    found = MESSAGE_ID.search(content)
    assert found is not None, "a mail without a Message-ID"
    return found[1].decode("ascii")


def _none_unknown(books: _Books, copies: Counter[str]) -> None:
    unknown = set(copies) - set(books.messages)
    assert not unknown, f"(b) the outbox knows nothing of {unknown}"


def _none_too_often(books: _Books, copies: Counter[str]) -> None:
    for name, number in copies.items():
        assert number <= 2, f"(c) {name} came {number} times"
        outcomes = {attempt.outcome for attempt in books.attempts[name]}
        assert number == 1 or outcomes & LOST_ANSWER, f"(c) {name} came twice without cause"


def _all_copies_alike(books: _Books, taken: list[bytes]) -> None:
    for content in taken:
        frozen = books.messages[_name(content)].content
        if frozen:  # housekeeping takes the bytes of old mails
            # a mail server ends the last line of a mail, whether or not we did
            assert content.rstrip(b"\r\n") == frozen.rstrip(b"\r\n"), "(d) other bytes"


def _accepted_means_taken(books: _Books, copies: Counter[str]) -> None:
    accepted = {name for name, row in books.messages.items() if row.state == "accepted"}
    assert accepted <= set(copies), f"(e) never arrived: {accepted - set(copies)}"


def _nothing_in_two_mails(engine: Engine) -> None:
    twice = select(CARRIES.c.intent_id).where(CARRIES.c.live).group_by(CARRIES.c.intent_id)
    with reading(engine) as connection:
        found = connection.execute(twice.having(func.count() > 1)).scalars().all()
    assert found == [], f"(f) in two mails at once: {found}"


def _nothing_half_done(books: _Books) -> None:
    underway = {row.state for row in books.messages.values()} & UNDERWAY
    assert not underway, f"(f) mails are still {underway}"
    tries = [attempt for attempts in books.attempts.values() for attempt in attempts]
    assert all(attempt.ended_at for attempt in tries), "(f) a try was never closed"


def _not_told(books: _Books, copies: Counter[str], settled: bool) -> list[str]:
    """The cases of debts that end without anybody having been told."""
    told = {_about(intent) for intent in books.intents if intent.state == SENT}
    lost = []
    for intent in books.intents:
        if intent.state == SENT:
            arrived = any(copies[name] for name in books.carried[intent.id])
            assert arrived, f"(e) case {intent.case_ref} is called told, and no mail arrived"
        elif intent.state == UNDELIVERABLE:
            if _about(intent) not in told and intent.case_ref not in books.operator_knows:
                lost.append(intent.case_ref)
        elif intent.state == PLANNED and settled:
            lost.append(intent.case_ref)
    return lost


def _about(intent: Any) -> tuple[str, str, str, int]:
    return intent.deadline_key, intent.due_text, intent.step, intent.occurrence
