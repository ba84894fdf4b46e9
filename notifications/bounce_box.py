"""The box that bounces come to: a Maildir folder, or a mailbox on an IMAP server.

A mail that has been dealt with is flagged, not removed, and what has a flag is not read again.
That it was opened by a person means nothing: people may look.
"""

from __future__ import annotations

import imaplib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple, Protocol
from urllib.parse import unquote, urlsplit

from notifications.bounce import LARGEST
from notifications.server import MailServer, Tls

TIMEOUT_SECONDS = 20
FLAG = "F"
"""How Maildir writes the flag that IMAP calls \\Flagged."""


class Found(NamedTuple):
    """A mail in the box: its name there, and its bytes, no more of them than one over LARGEST."""

    name: str
    content: bytes


class BounceBox(Protocol):
    """A box of mails, some of which have been dealt with."""

    def waiting(self) -> Iterator[Found]:
        """Give the mails that have not been dealt with, oldest first."""

    def put_away(self, name: str) -> None:
        """Flag a mail as dealt with."""


class ImapBox(NamedTuple):
    """A mailbox on an IMAP server, and how to get there."""

    server: MailServer
    mailbox: str


def bounce_box(setting: str) -> Path | ImapBox:
    """Return the box that a setting names: a folder, or imaps://user:password@host/mailbox.

    imap:// is clear text, and for the same host alone.
    Raises: ValueError when it is neither, or would be read in clear over a network.

    >>> bounce_box("imaps://bounce:secret@mail.kommune.dk").mailbox
    'INBOX'
    >>> bounce_box("/var/mail/bounce").name
    'bounce'
    """
    parts = urlsplit(setting)
    if "://" not in setting:
        return Path(setting)
    if parts.scheme not in {"imap", "imaps"} or not parts.hostname or parts.query:
        raise ValueError("a bounce box is a folder, or begins with imaps:// and a host")
    tls, port = (Tls.FROM_THE_START, 993) if parts.scheme == "imaps" else (Tls.NONE, 143)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    server = MailServer(parts.hostname, parts.port or port, tls, user, password)
    return ImapBox(server, unquote(parts.path.strip("/")) or "INBOX")


@contextmanager
def opened(box: Path | ImapBox) -> Iterator[BounceBox]:
    """Give the open box.

    Raises: OSError or imaplib.IMAP4.error when it cannot be read.
    """
    if isinstance(box, Path):
        yield _Maildir(box)
        return
    with _connected(box.server) as imap:
        _said(imap.login(box.server.user, box.server.password))
        _said(imap.select(_quoted(box.mailbox)))
        yield _Mailbox(imap)


class _Maildir:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def waiting(self) -> Iterator[Found]:
        for place in ("new", "cur"):
            for path in sorted((self._folder / place).iterdir()):
                if FLAG in _flags(path) or not path.is_file():
                    continue
                # another process may have put it away in the meantime
                with suppress(FileNotFoundError):
                    with path.open("rb") as file:
                        content = file.read(LARGEST + 1)
                    yield Found(f"{place}/{path.name}", content)

    def put_away(self, name: str) -> None:
        path = self._folder / name
        unique = path.name.partition(":2,")[0]
        flags = "".join(sorted({*_flags(path), FLAG}))
        with suppress(FileNotFoundError):
            path.rename(self._folder / "cur" / f"{unique}:2,{flags}")


class _Mailbox:
    def __init__(self, imap: imaplib.IMAP4) -> None:
        self._imap = imap

    def waiting(self) -> Iterator[Found]:
        (numbers,) = _said(self._imap.uid("SEARCH", "UNFLAGGED"))
        for number in (numbers or b"").decode().split():
            # PEEK: a mail that the program has read does not look as if a person had
            answer = _said(self._imap.uid("FETCH", number, f"(BODY.PEEK[]<0.{LARGEST + 1}>)"))
            for part in answer:
                if isinstance(part, tuple):
                    yield Found(number, part[1])

    def put_away(self, name: str) -> None:
        _said(self._imap.uid("STORE", name, "+FLAGS.SILENT", r"(\Flagged)"))


def _connected(server: MailServer) -> imaplib.IMAP4:
    if server.tls is Tls.NONE:
        return imaplib.IMAP4(server.host, server.port, TIMEOUT_SECONDS)
    context = server.context()
    return imaplib.IMAP4_SSL(server.host, server.port, ssl_context=context, timeout=TIMEOUT_SECONDS)


def _said(answer: tuple[str, Any]) -> list[Any]:
    verdict, data = answer
    if verdict != "OK":
        raise imaplib.IMAP4.error(f"the mailbox answered {verdict}")
    return list(data)


def _quoted(mailbox: str) -> str:
    escaped = mailbox.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _flags(path: Path) -> str:
    return path.name.partition(":2,")[2]
