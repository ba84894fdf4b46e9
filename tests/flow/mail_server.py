"""A real mail server on loopback that keeps what it takes. One that fails: scripted_server.py."""

from __future__ import annotations

import asyncio
import email
import email.policy
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from functools import cache
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from notifications.server import MailServer, Patience, Tls

PATIENCE = Patience(connecting=60, greeting=60, envelope=60, data=60)
"""More than a server that answers ever needs, however slow the machine is."""


@dataclass
class Kept:
    """Mails as they were taken: sender, recipients, and the very bytes."""

    taken: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient, unless the test said that the mailbox does not exist."""
        if address in self.refuses:
            return f"550 5.1.1 <{address}>: no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep the mail and answer with a queue number."""
        assert isinstance(envelope.content, bytes)
        self.taken.append((envelope.mail_from or "", list(envelope.rcpt_tos), envelope.content))
        return f"250 2.0.0 Ok: queued as Q{len(self.taken):05}"

    def mails(self) -> list[EmailMessage]:
        """Return the mails as people's programs read them."""
        return [parsed(content) for _, _, content in self.taken]

    def to(self, address: str) -> list[EmailMessage]:
        """Return the mails that one mailbox got."""
        return [parsed(content) for _, to, content in self.taken if to == [address]]


def parsed(content: bytes) -> EmailMessage:
    """Return bytes as a mail."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(message: EmailMessage) -> str:
    """Return the text part of a mail."""
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def html_of(message: EmailMessage) -> str:
    """Return the HTML part of a mail."""
    part = message.get_body(("html",))
    assert part is not None
    return str(part.get_content())


class AnyPort(Controller):
    """A controller that lets the system choose the port."""

    @property
    def chosen(self) -> int:
        """The port that the system chose."""
        assert self.server is not None
        return int(self.server.sockets[0].getsockname()[1])

    def _trigger_server(self) -> None:
        socket.create_connection(("127.0.0.1", self.chosen), 5).close()


@contextmanager
def a_mail_server(
    *, encrypted: bool = False, certified_for: str = "localhost"
) -> Iterator[tuple[Kept, MailServer]]:
    """Run a real mail server on loopback; `encrypted` demands STARTTLS before anything is said."""
    kept = Kept()
    options: dict[str, Any] = {}
    if encrypted:
        options = {"tls_context": server_terms(certified_for), "require_starttls": True}
    controller = AnyPort(kept, hostname="127.0.0.1", port=0, **options)
    controller.start()
    try:
        yield kept, server_at(controller.chosen, Tls.STARTTLS if encrypted else Tls.NONE)
    finally:
        asyncio.run_coroutine_threadsafe(_let_callers_leave(), controller.loop).result()
        controller.stop()


def server_at(port: int, tls: Tls = Tls.NONE) -> MailServer:
    """Return a server on loopback; encrypted ones are trusted when the tests' authority says so."""
    pem = "" if tls is Tls.NONE else _authority().cert_pem.bytes().decode()
    return MailServer("localhost", port, tls, authorities=pem, patience=PATIENCE)


def soon_given_up(server: MailServer, *phases: str) -> MailServer:
    """Return the server, given up half a second into these phases, of `Patience`; in no other."""
    return replace(server, patience=replace(PATIENCE, **dict.fromkeys(phases, 0.5)))


def server_terms(certified_for: str = "localhost") -> ssl.SSLContext:
    """Return the encryption of a server, with a certificate of the tests' own authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    _authority().issue_cert(certified_for).configure_cert(context)
    return context


@cache
def _authority() -> trustme.CA:
    return trustme.CA()


async def _let_callers_leave() -> None:
    """Wait, a second at most, until every conversation is over and its socket closed."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    if others:
        await asyncio.wait(others, timeout=1)
    await let_sockets_close()


async def let_sockets_close() -> None:
    """Let the loop close what has been asked to close, before it is closed itself."""
    for _ in range(5):
        await asyncio.sleep(0)
