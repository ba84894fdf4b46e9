"""Nothing leaves in clear text over a network, whatever the server does with its encryption."""

from __future__ import annotations

import ssl
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
import trustme
from sqlalchemy import Engine, select

from flows.mistakes import UserMistake
from models.database import reading
from models.deadline_tables import OpsEventRow
from models.outbox import MESSAGE
from notifications.outcome import LINE_FAULTS, Verdict
from notifications.server import MailServer, Tls
from tests.faults.post import a_pending_mail, send
from tests.faults.scripted_server import Script, _Play, a_scripted_server
from tests.faults.serving import serving
from tests.flow.mail_server import PATIENCE, AnyPort, Kept, server_at

AUTHORITY = trustme.CA()
TRUSTED = AUTHORITY.cert_pem.bytes().decode()
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def certified(name: str = "localhost", not_after: datetime | None = None) -> ssl.SSLContext:
    """The server's side of TLS, with a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    AUTHORITY.issue_cert(name, not_after=not_after).configure_cert(context)
    return context


@contextmanager
def a_server_with(
    context: ssl.SSLContext, script: Script, tls: Tls = Tls.STARTTLS
) -> Iterator[MailServer]:
    """Run a scripted server with these terms of encryption."""
    play = _Play(script, context)
    with serving(play.converse) as port:
        yield MailServer("localhost", port, tls, authorities=TRUSTED, patience=PATIENCE)


def nothing_leaves(database: Engine, server: MailServer, script: Script) -> UserMistake:
    """Try to send, and return what the operator is told at once."""
    a_pending_mail(database)
    found = send(database, server)
    assert found.counts == {"line down": 1}
    assert {b"MAIL", b"AUTH", b"DATA"}.isdisjoint(script.heard_verbs())
    assert script.mails == []
    with reading(database) as connection:
        assert connection.execute(select(MESSAGE.c.state, MESSAGE.c.attempts)).one() == (
            "pending",
            0,
        )
        (event,) = connection.execute(select(OpsEventRow.kind, OpsEventRow.message)).all()
    assert event.kind == "mail server"
    assert found.fault is not None
    assert event.message == found.fault.en
    return found.fault


def old(version: ssl.TLSVersion) -> ssl.SSLContext:
    """A server that speaks nothing newer than this."""
    context = certified()
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = version
        context.maximum_version = version
    return context


def test_a_good_certificate_is_good_enough(database: Engine) -> None:
    a_pending_mail(database)
    script = Script()
    with a_server_with(certified(), script) as server:
        assert send(database, server).counts == {"accepted": 1}
    assert script.heard_verbs().index(b"(TLS)") < script.heard_verbs().index(b"MAIL")


@pytest.mark.parametrize(
    ("context", "said"),
    [
        (certified(not_after=LONG_AGO), "expired"),
        (certified("elsewhere.dk"), "localhost"),
        (old(ssl.TLSVersion.TLSv1_1), "could not be encrypted"),
    ],
    ids=["expired", "for another name", "TLS 1.1 only"],
)
def test_a_line_that_cannot_be_private_is_not_used(
    database: Engine, context: ssl.SSLContext, said: str
) -> None:
    script = Script()
    with a_server_with(context, script) as server:
        assert said in nothing_leaves(database, server, script).en


def test_a_certificate_of_nobody_we_trust_is_refused(database: Engine) -> None:
    script, stranger = Script(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(stranger)
    with a_server_with(stranger, script) as server:
        assert "certificate" in nothing_leaves(database, server, script).en


def test_a_server_whose_offer_of_encryption_was_taken_away_is_not_used(database: Engine) -> None:
    """Fault S5."""
    script = Script()
    with a_scripted_server(script) as clear:
        said = nothing_leaves(database, server_at(clear.port, Tls.STARTTLS), script)
    assert "tilbyder ikke kryptering" in said.da
    assert "offers no encryption" in said.en


@pytest.mark.parametrize("answer", ["454 4.7.0 not now", "502 5.5.1 no", "close"])
def test_a_server_that_offers_encryption_and_does_not_give_it_is_not_used(
    database: Engine, answer: str
) -> None:
    script = Script(starttls=answer)
    with a_server_with(certified(), script) as server:
        nothing_leaves(database, server, script)


def test_what_somebody_slips_in_before_the_encryption_begins_is_not_believed(
    database: Engine,
) -> None:
    """Fault S7: answers put after the 220 in clear text must not count as the server's own."""
    a_pending_mail(database)
    script = Script(starttls=r"raw 220 go ahead\r\n250 injected\r\n250 injected\r\n")
    with a_server_with(certified(), script) as server:
        assert send(database, server).counts == {"accepted": 1}
    assert script.heard_verbs().index(b"(TLS)") < script.heard_verbs().index(b"MAIL")
    # believed, they would have stood for the answers that follow, and shifted every one of them
    with reading(database) as connection:
        assert connection.execute(select(MESSAGE.c.queue_id)).scalar_one() == "SCRIPT1"


@pytest.mark.parametrize(
    ("name", "counts"), [("localhost", {"accepted": 1}), ("elsewhere.dk", {"line down": 1})]
)
def test_tls_from_the_first_byte_is_held_to_the_same(
    database: Engine, name: str, counts: dict[str, int]
) -> None:
    a_pending_mail(database)
    controller = AnyPort(Kept(), hostname="127.0.0.1", port=0, ssl_context=certified(name))
    controller.start()
    try:
        server = MailServer(
            "localhost",
            controller.chosen,
            Tls.FROM_THE_START,
            authorities=TRUSTED,
            patience=PATIENCE,
        )
        found = send(database, server)
    finally:
        controller.stop()
    assert found.counts == counts
    assert found.fault is None or "could not be encrypted" in found.fault.en


def test_whatever_is_wrong_with_the_encryption_no_mail_is_to_blame() -> None:
    assert Verdict.NOT_ENCRYPTED in LINE_FAULTS
