"""One connection to the mail server, spoken phase by phase. The only module that knows aiosmtplib.

The library's own `send_message` is not used: it hides the phase in which a thing went wrong,
takes a partly refused mail for a sent one, and makes new bytes for every try.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Awaitable
from datetime import UTC, datetime
from typing import NamedTuple

import aiosmtplib

from notifications.addresses import mailbox
from notifications.outcome import Ending, Phase, Verdict, ending
from notifications.server import MailServer, Tls

LEADING_PERIOD = re.compile(rb"^\.", re.MULTILINE)
SIZE = re.compile("[0-9]{1,18}")
"""Of a longer number Python may refuse to make one, and no mail is that large."""

NOT_ENCRYPTED = "the mail server offers no encryption (STARTTLS)"


class Parcel(NamedTuple):
    """One mail for one recipient, as it is handed over.

    `return_path` is where its bounces go; `uuid` is our name for it, which they repeat.
    """

    uuid: str
    recipient: str
    return_path: str
    content: bytes


class ServerSeen(NamedTuple):
    """What a mail server is like. `fault` is what keeps it from taking mails; nothing was sent.

    `tls` is the version spoken ("" for none) and `certificate_until` when it runs out. `longest` is
    how many bytes a mail may have, 0 when that is not said. `reports` says that it can be asked to
    tell what becomes of a mail (DSN).
    """

    fault: Ending | None
    tls: str = ""
    certificate_until: datetime | None = None
    longest: int = 0
    reports: bool = False


class MailLine:
    """A connection that is opened when first needed and kept for the mails that follow."""

    def __init__(self, server: MailServer, our_name: str) -> None:
        """Prepare to speak to a server, saying that we are `our_name`; nothing is sent yet."""
        self._server = server
        self._our_name = our_name
        self._smtp: aiosmtplib.SMTP | None = None

    @property
    def longest(self) -> int:
        """How many bytes a mail may have, as the server has announced; 0 when it has not."""
        announced = self._smtp.esmtp_extensions.get("size", "") if self._smtp is not None else ""
        return int(announced) if SIZE.fullmatch(announced) else 0

    async def address(self, parcel: Parcel) -> Ending | None:
        """Name sender and recipient. None: the server takes both, and waits for the mail."""
        if not mailbox(parcel.recipient):
            # a server might make something of it: an empty address is taken for a bounce
            return Ending(Verdict.REFUSED, Phase.RCPT, text="this is not one mail address")
        fresh = self._smtp is None
        found = await self._address(parcel)
        if found is not None and found.verdict in _CUT and found.code in {None, 421} and not fresh:
            # the server ended the connection while we had nothing to say, or after so and so many
            # mails: that is no failure, unless it says the same to a new connection
            await self._hang_up()
            found = await self._address(parcel)
        if found is not None:
            await self._rest_after(found)
        return found

    async def hand_over(self, parcel: Parcel) -> Ending:
        """Send the mail itself. Whatever happens from here on, it may have arrived."""
        smtp = self._smtp
        assert smtp is not None, "address() comes first"
        timeout = self._server.patience.data
        found = await _said(Phase.DATA, _send_content(smtp, parcel.content, timeout))
        if found.verdict is not Verdict.ACCEPTED:
            await self._rest_after(found)
        return found

    async def look(self, sender: str) -> ServerSeen:
        """Return what the server is like and whether it takes our sender; nothing is sent."""
        fault = await self._open()
        smtp = self._smtp
        if fault is not None or smtp is None:
            await self._hang_up()
            return ServerSeen(fault)
        timeout = self._server.patience.envelope
        found = await _said(Phase.MAIL, smtp.mail(sender, timeout=timeout))
        seen = ServerSeen(
            None if _fine(found) else found,
            *_encryption(smtp.get_transport_info("ssl_object")),
            self.longest,
            smtp.supports_extension("dsn"),
        )
        await _said(Phase.MAIL, smtp.rset(timeout=timeout))
        await self.close()
        return seen

    async def close(self) -> None:
        """End the conversation, politely if the server still listens."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None and smtp.is_connected:
            await _said(Phase.CONNECT, smtp.quit(timeout=self._server.patience.connecting))
            smtp.close()

    async def _hang_up(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            smtp.close()

    async def _address(self, parcel: Parcel) -> Ending | None:
        if self._smtp is None and (fault := await self._open()) is not None:
            return fault
        smtp, timeout = self._smtp, self._server.patience.envelope
        assert smtp is not None
        size = len(parcel.content)
        if 0 < self.longest < size:
            text = f"the mail has {size} bytes, and the server takes {self.longest}"
            return Ending(Verdict.TOO_BIG, Phase.MAIL, text=text)
        options, asked = _options(smtp, parcel)
        mail = smtp.mail(parcel.return_path, options=options, timeout=timeout)
        found = await _said(Phase.MAIL, mail)
        if _fine(found):
            rcpt = smtp.rcpt(parcel.recipient, options=asked, timeout=timeout)
            found = await _said(Phase.RCPT, rcpt)
        return None if _fine(found) else found

    async def _open(self) -> Ending | None:
        server = self._server
        smtp = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            local_hostname=self._our_name,
            use_tls=server.tls is Tls.FROM_THE_START,
            start_tls=False,  # we do that ourselves below, to know whose fault a failure is
            tls_context=server.context() if server.tls is not Tls.NONE else None,
            timeout=server.patience.connecting,
        )
        found = await _said(Phase.CONNECT, smtp.connect())
        if not _fine(found):
            return found
        self._smtp = smtp
        return await self._greet(smtp) or await self._log_in(smtp)

    async def _greet(self, smtp: aiosmtplib.SMTP) -> Ending | None:
        timeout = self._server.patience.greeting
        found = await _said(Phase.CONNECT, smtp.ehlo(timeout=timeout))
        if not _fine(found):
            return found
        if self._server.tls is not Tls.STARTTLS:
            return None
        if not smtp.supports_extension("starttls"):
            return Ending(Verdict.NOT_ENCRYPTED, Phase.TLS, text=NOT_ENCRYPTED)
        found = await _said(
            Phase.TLS, smtp.starttls(tls_context=self._server.context(), timeout=timeout)
        )
        return None if _fine(found) else found

    async def _log_in(self, smtp: aiosmtplib.SMTP) -> Ending | None:
        server = self._server
        if not server.user:
            return None
        timeout = server.patience.greeting
        found = await _said(Phase.AUTH, smtp.login(server.user, server.password, timeout=timeout))
        return None if _fine(found) else found

    async def _rest_after(self, found: Ending) -> None:
        # a definite no leaves the line usable after RSET; anything else leaves it in doubt
        smtp = self._smtp
        if found.verdict is Verdict.TOO_BIG and found.code is None:
            return  # that was our own arithmetic, and the server has heard nothing
        definite = found.code is not None and found.code != 421 and found.phase in _PER_MAIL
        if smtp is not None and definite:
            found = await _said(Phase.MAIL, smtp.rset(timeout=self._server.patience.envelope))
            if _fine(found):
                return
        await self._hang_up()


_CUT = frozenset({Verdict.LINE_DOWN, Verdict.THROTTLED})
_PER_MAIL = frozenset({Phase.MAIL, Phase.RCPT, Phase.DATA})


def _options(smtp: aiosmtplib.SMTP, parcel: Parcel) -> tuple[list[str], list[str]]:
    """What to say beside sender and recipient, of what the server understands.

    A bounce shall give back our name for the mail, and no more of it than its headers.
    """
    size = [f"SIZE={len(parcel.content)}"] if smtp.supports_extension("size") else []
    if not smtp.supports_extension("dsn"):
        return size, []
    return [*size, "RET=HDRS", f"ENVID={parcel.uuid}"], ["NOTIFY=FAILURE,DELAY"]


def _encryption(connection: ssl.SSLObject | None) -> tuple[str, datetime | None]:
    """The TLS version spoken, and when the server's certificate runs out."""
    certificate = connection.getpeercert() if connection is not None else None
    if connection is None or not certificate:
        return "", None
    until = ssl.cert_time_to_seconds(str(certificate["notAfter"]))
    return connection.version() or "", datetime.fromtimestamp(until, UTC)


def _fine(found: Ending) -> bool:
    return found.code is not None and 200 <= found.code < 300


async def _send_content(smtp: aiosmtplib.SMTP, content: bytes, timeout: float) -> object:
    """Ask to send the mail, send it, and return the answer to the mail itself.

    The library's own `data` raises a good answer in the same way whether it came after the mail
    or instead of the 354 that asks for it, when nothing had been sent.
    """
    asked = await smtp.execute_command(b"DATA", timeout=timeout)
    if asked.code != aiosmtplib.SMTPStatus.start_input or smtp.protocol is None:
        raise aiosmtplib.SMTPDataError(asked.code if asked.code >= 400 else -1, asked.message)
    if smtp.protocol._buffer:
        # it has said more than it was asked, and that would be taken for the answer to the mail
        raise aiosmtplib.SMTPDataError(-1, "an answer came before the mail was sent")
    lines = content if content.endswith(b"\r\n") else content + b"\r\n"
    smtp.protocol.write(LEADING_PERIOD.sub(b"..", lines) + b".\r\n")
    answer = await smtp.protocol.read_response(timeout=timeout)
    if not 200 <= answer.code < 300:
        raise aiosmtplib.SMTPDataError(answer.code, answer.message)
    return answer


async def _said(phase: Phase, command: Awaitable[object]) -> Ending:
    """Return what the server said to a command, whether the library returns or raises it."""
    try:
        answer = await command
    except aiosmtplib.SMTPRecipientsRefused as error:
        refusal = error.recipients[0]
        return ending(phase, refusal.code, refusal.message)
    except aiosmtplib.SMTPResponseException as error:
        code = error.code if 200 <= error.code < 600 else None
        return ending(phase, code, str(error.message))
    except (aiosmtplib.SMTPException, OSError) as error:
        # TLS from the first byte fails inside the connecting
        is_tls = isinstance(error.__cause__, ssl.SSLError)
        return ending(Phase.TLS if is_tls else phase, None, str(error))
    code, text = (
        (answer.code, answer.message)
        if isinstance(answer, aiosmtplib.SMTPResponse)
        else (
            250,
            "",
        )
    )
    return ending(phase, code, text)
