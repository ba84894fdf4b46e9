"""How a setting must be written: each of these returns the value as it is used.

Raises: ValueError, each of them, for anything else; flows.settings says what was expected.
"""

from __future__ import annotations

from datetime import time
from email.utils import parseaddr
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import ValidationInfo

from rules.dates import MORNING

DATABASE_SERVERS = frozenset({"postgresql", "postgresql+psycopg", "postgres"})

OFF = "off"
"""What switches a part of the service off that is on without it."""


def not_in_the_odd_hour(at: time) -> time:
    """Return a time that every Danish day shows once."""
    # local times from 02:00 to 02:59 are missing one night a year and come twice another
    if at.hour == 2 or at.tzinfo is not None:
        raise ValueError
    return at


def not_before_the_morning(at: time) -> time:
    """Return a time at which the mails of the morning are owed."""
    # the mails of a day are owed from 07:30: an earlier morning mail would find none of them
    if at < MORNING:
        raise ValueError
    return at


def after_the_mails(at: time, info: ValidationInfo) -> time:
    """Return a time at which hours that begin with the mails can end."""
    # hours that end before they begin would let nothing leave, ever
    if at <= info.data.get("mails_at", MORNING):
        raise ValueError
    return at


def database(url: str) -> str:
    """Return the address of a PostgreSQL database, or of SQLite in a file.

    In memory everything would be forgotten at the end, and what was sent would be sent again.
    """
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite":
        file = rest.removeprefix("/")
        if not rest.startswith("/") or not file.strip("/") or file == ":memory:" or "?" in file:
            raise ValueError
    elif scheme not in DATABASE_SERVERS:
        raise ValueError
    # asked for, a port that is no number is an error; a password may hold anything
    _ = urlsplit(f"//{rest.rpartition('@')[2]}").port
    return url


def folder(path: Path) -> Path:
    """Return a folder that exists."""
    if not path.is_dir():
        raise ValueError
    return path


def folder_if_set(path: Path | None) -> Path | None:
    """Return a folder that exists, or None."""
    return folder(path) if path is not None else None


def mail_server(url: str) -> str:
    """Return the address of a mail server."""
    from notifications.server import mail_server as read

    if url:
        read(url)
        # what would be ignored is not accepted: somebody may believe that it turns TLS off
        if urlsplit(url).query or urlsplit(url).path.strip("/"):
            raise ValueError
    return url


def address(text: str) -> str:
    """Return one mail address, with or without a name, or ""."""
    from email_validator import validate_email  # heavy, and most commands check no address

    if text:
        validate_email(parseaddr(text)[1] or text, check_deliverability=False, allow_smtputf8=False)
    return text


def bounce_box(setting: str) -> str:
    """Return where mails that come back are read from."""
    from notifications.bounce_box import bounce_box as read

    if setting:
        read(setting)
    return setting


def bounce_address(text: str) -> str:
    """Return an address that a signed return path can be made of."""
    from notifications.return_path import return_path

    if text:
        return_path(address(text), "0" * 32, b"")
    return text


def mail_rate(text: str) -> str:
    """Return how many mails may leave, as a number or a known word."""
    from notifications.limits import mail_limits

    mail_limits(text)
    return text


def web_address(url: str) -> str:
    """Return the address of a web page without a slash at its end."""
    if url and (urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname):
        raise ValueError
    return url.rstrip("/")


def page_address(text: str) -> str:
    """Return HOST:PORT, or what switches the pages off."""
    if text != OFF:
        host_and_port(text)
    return text


def ping_address(url: str) -> str:
    """Return the address of a watcher that is called encrypted, or on this machine."""
    # whoever hears the ping, or its absence, knows how the house is: it goes encrypted
    parts = urlsplit(url)
    encrypted = parts.scheme == "https" and parts.hostname
    if url and not encrypted and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
        raise ValueError
    return url.rstrip("/")


def dask_scheduler(url: str) -> str:
    """Return the address of a Dask scheduler."""
    if url and (urlsplit(url).scheme not in {"tcp", "tls"} or not urlsplit(url).hostname):
        raise ValueError
    return url


def host_and_port(text: str) -> tuple[str, int]:
    """Return the two parts of "HOST:PORT"; an IPv6 host stands in brackets.

    Raises: ValueError when it is not so written.

    >>> host_and_port("127.0.0.1:8080"), host_and_port("[::1]:0")
    (('127.0.0.1', 8080), ('::1', 0))
    """
    parts = urlsplit(f"//{text}")
    if not parts.hostname or parts.port is None or parts.netloc != text or parts.username:
        raise ValueError(text)
    return parts.hostname, parts.port


def is_loopback(host: str) -> bool:
    """Say whether a host is this machine itself.

    >>> is_loopback("localhost"), is_loopback("::1"), is_loopback("mail.kommune.example")
    (True, True, False)
    """
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
