"""Where mails are handed over, and how the way there is kept closed to others."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit


class Tls(StrEnum):
    """How the connection is encrypted. `NONE` is for the same host alone."""

    FROM_THE_START = "smtps"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds each part of the conversation may take, as RFC 5321 4.5.3.2 has it."""

    connecting: float = 30
    greeting: float = 60
    envelope: float = 300
    data: float = 600


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server. Anything but the same host is spoken to over TLS 1.2 or newer, or not at all.

    Raises: ValueError when it would be spoken to in clear over a network, or no name is as its.
    """

    host: str
    port: int
    tls: Tls
    user: str = ""
    password: str = field(default="", repr=False)
    authorities: str = ""
    """Certificates of authorities to trust beside the system's, in PEM."""
    patience: Patience = Patience()

    def __post_init__(self) -> None:
        """Refuse clear text over a network, and a name that could not even be asked for."""
        if any(not 0 < len(part) < 64 for part in self.host.rstrip(".").split(".")):
            raise ValueError(f"{self.host} is no name of a machine")
        if self.tls is Tls.NONE and not is_same_host(self.host):
            raise ValueError(f"{self.host} is another machine: it is not spoken to in clear text")

    @property
    def name(self) -> str:
        """What sets this server apart from others: host and port."""
        return f"{self.host}:{self.port}"

    def context(self) -> ssl.SSLContext:
        """Return the terms of encryption: the certificate must be valid and for this host."""
        context = ssl.create_default_context(cadata=self.authorities or None)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context


def mail_server(url: str) -> MailServer:
    """Return the server that an address such as smtp://user:password@host:587 names.

    smtps:// is TLS from the first byte; smtp:// turns to TLS before anything is said, except
    on the same host.
    Raises: ValueError for an address of another kind.

    >>> mail_server("smtp://mail.kommune.dk").tls, mail_server("smtp://127.0.0.1:2525").tls
    (<Tls.STARTTLS: 'starttls'>, <Tls.NONE: 'none'>)
    """
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ValueError("a mail server's address begins with smtp:// or smtps:// and a host")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if parts.scheme == "smtps":
        return MailServer(parts.hostname, parts.port or 465, Tls.FROM_THE_START, user, password)
    tls = Tls.NONE if is_same_host(parts.hostname) else Tls.STARTTLS
    return MailServer(parts.hostname, parts.port or (587 if user else 25), tls, user, password)


def is_same_host(host: str) -> bool:
    """Say whether a host is this machine by its very name, without asking the network.

    >>> is_same_host("localhost"), is_same_host("127.0.0.2"), is_same_host("::1")
    (True, True, True)
    >>> is_same_host("localhost.kommune.dk"), is_same_host("10.0.0.1")
    (False, False)
    """
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
