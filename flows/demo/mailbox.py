"""A real mail server on this machine only, which keeps every mail it is given as a file."""

from __future__ import annotations

import asyncio
import socket
import threading
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from pathlib import Path
from types import TracebackType

from aiosmtpd.smtp import SMTP, Envelope, Session

from rules.dates import DENMARK, day_of

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class ReceivedMail:
    """A mail as it arrived: the address it was delivered to, and the file that holds its bytes."""

    recipient: str
    file: Path
    content: EmailMessage


@dataclass(slots=True)
class Mailbox:
    """A mail server that lives as long as the `with` block, on a free port of the loopback.

    Mails lie in a folder per day, named by their local time, a number and the recipient:
    `2026-09-28/0730-012-sb004-1.eml`. The bytes are those the sender sent, unchanged.
    """

    folder: Path
    received: list[ReceivedMail] = field(default_factory=list)
    port: int = 0
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """The server's address, as the setting for the mail server wants it."""
        return f"smtp://{LOOPBACK}:{self.port}"

    def __enter__(self) -> Mailbox:
        listening = socket.create_server((LOOPBACK, 0))
        self.port = listening.getsockname()[1]
        server = self._loop.run_until_complete(
            self._loop.create_server(self._conversation, sock=listening)
        )
        self._thread = threading.Thread(target=self._serve, args=(server,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        if self._thread is not None:
            self._thread.join()
        self._loop.close()

    def _conversation(self) -> SMTP:
        # the greeting names no machine, and the look-up of its name would take seconds on some
        return SMTP(self, hostname="demo.kommune.example", ident="demo", loop=self._loop)

    def _serve(self, server: asyncio.Server) -> None:
        self._loop.run_forever()
        server.close()
        for conversation in asyncio.all_tasks(self._loop):
            conversation.cancel()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep a mail, then say that it is taken. The server library calls it by this name."""
        raw = envelope.original_content or b""
        content = BytesParser(policy=policy.default).parsebytes(raw)
        for recipient in envelope.rcpt_tos:
            file = self._file_for(recipient, content)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(raw)
            self.received.append(ReceivedMail(recipient, file, content))
        return f"250 2.0.0 kept as {len(self.received)}"

    def _file_for(self, recipient: str, content: EmailMessage) -> Path:
        sent_at = parsedate_to_datetime(content["Date"])
        local = sent_at.astimezone(DENMARK)
        person = recipient.split("@")[0].rsplit(".", 1)[-1]
        name = f"{local:%H%M}-{len(self.received) + 1:04}-{person}.eml"
        return self.folder / day_of(sent_at).isoformat() / name
