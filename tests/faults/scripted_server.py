"""A mail server on loopback that follows a script to the letter, however odd the script is.

What it does at each phase is a text, or several: one for each time the phase is reached, the last
one for all that follow. A text is one or more acts, with a semicolon between:

    250 2.1.0 OK       say this line; "|" within it begins another line of the same answer
    close, reset       end the conversation with FIN, or with RST
    hang               say nothing more, until the other side gives up
    take, drop         (after the last dot) keep the mail, or do not; without either, a mail is
                       kept when the first answer to it begins with 2
    raw ...            say these very characters, no line end added; \\r \\n \\xe6 are understood
    slowly 250 OK      say a line one character at a time
    read 100           (after 354) read so many bytes of the mail and go on with the next act
"""

from __future__ import annotations

import asyncio
import random
import ssl
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from notifications.server import MailServer, Tls
from tests.faults.serving import serving
from tests.flow.mail_server import parsed, server_at, server_terms

Turns = str | Iterable[str]

SECONDS_A_CHARACTER = 0.02


class Mail(NamedTuple):
    """A mail whose last dot was read: its envelope, its bytes, and whether the server kept it."""

    sender: str
    recipient: str
    content: bytes
    kept: bool

    @property
    def message_id(self) -> str:
        """Its Message-ID."""
        return str(parsed(self.content)["Message-ID"])


@dataclass
class Script:
    """What a server does at each phase; see above. What it saw is kept in `mails` and `heard`."""

    greeting: Turns = "220 ready"
    hello: Turns = "250 ready"
    helo: Turns = "250 ready"
    offers: tuple[str, ...] = ()
    starttls: Turns = "220 go ahead"
    login: Turns = "235 2.7.0 welcome"
    mail: Turns = "250 2.1.0 OK"
    rcpt: Turns = "250 2.1.5 OK"
    data: Turns = "354 go ahead"
    data_ends: Turns = "250 2.0.0 Ok: queued as SCRIPT1"
    rset: Turns = "250 2.0.0 OK"
    quit: Turns = "221 2.0.0 bye; close"
    rcpt_of: dict[str, str] = field(default_factory=dict)
    """Answers to single recipients, before those of `rcpt`."""
    mails: list[Mail] = field(default_factory=list)
    heard: list[bytes] = field(default_factory=list)
    """Every command, and "(TLS)" where the conversation went on encrypted."""
    callers: int = 0

    @property
    def read(self) -> list[bytes]:
        """The bytes of every mail whose last dot was read, whatever was answered."""
        return [mail.content for mail in self.mails]

    @property
    def kept(self) -> list[Mail]:
        """The mails that the server took responsibility for, said so or not."""
        return [mail for mail in self.mails if mail.kept]

    def heard_verbs(self) -> list[bytes]:
        """The first word of every command."""
        return [line.split(b" ")[0].upper() for line in self.heard]


def by_chance(luck: random.Random, shares: Mapping[str, float], otherwise: str) -> Iterator[str]:
    """Give texts for ever: each of `shares` as often as its share says, else `otherwise`."""
    texts = [*shares, otherwise]
    weights = [*shares.values(), 1 - sum(shares.values())]
    while True:
        yield luck.choices(texts, weights)[0]


@contextmanager
def a_scripted_server(
    script: Script, *, encrypted: bool = False, user: str = "", port: int = 0
) -> Iterator[MailServer]:
    """Run a server that follows the script. `encrypted` offers STARTTLS and wants it used."""
    play = _Play(script, server_terms() if encrypted else None)
    with serving(play.converse, port) as chosen:
        at = server_at(chosen, Tls.STARTTLS if encrypted else Tls.NONE)
        yield replace(at, user=user, password="s3cret" if user else "")


class _Over(Exception):
    """The script says that this conversation is over."""


class _Play:
    """A script being played to any number of callers."""

    def __init__(self, script: Script, context: ssl.SSLContext | None) -> None:
        self.script = script
        self.context = context
        self.turns: dict[str, Iterator[str]] = {}

    def turn(self, phase: str) -> str:
        """Return what is to be done, now that the phase is reached once more."""
        if phase not in self.turns:
            self.turns[phase] = _in_turn(getattr(self.script, phase))
        return next(self.turns[phase])

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.script.callers += 1
        call = _Call(self, reader, writer)
        try:
            await call.converse()
        except (_Over, ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass
        finally:
            writer.close()


def _in_turn(turns: Turns) -> Iterator[str]:
    text = ""
    for text in (turns,) if isinstance(turns, str) else turns:
        yield text
    while True:
        yield text


class _Call:
    """One conversation."""

    def __init__(
        self, play: _Play, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.play = play
        self.script = play.script
        self.reader = reader
        self.writer = writer
        self.encrypted = False
        self.sender = self.recipient = ""

    async def converse(self) -> None:
        await self.act(self.play.turn("greeting"))
        while line := await self.reader.readline():
            self.script.heard.append(line.strip())
            verb = line.split(b" ")[0].strip().upper().decode("latin-1")
            match verb:
                case "EHLO":
                    await self.act(self.offering(self.play.turn("hello")))
                case "STARTTLS" if self.play.context is not None:
                    await self.encrypt(self.play.context)
                case "DATA":
                    await self.take_mail()
                case "MAIL":
                    self.sender = _path(line)
                    await self.act(self.play.turn("mail"))
                case "RCPT":
                    self.recipient = _path(line)
                    own = self.script.rcpt_of.get(self.recipient)
                    await self.act(self.play.turn("rcpt") if own is None else own)
                case _:
                    phase = {"AUTH": "login"}.get(verb, verb.lower())
                    known = phase in {"helo", "login", "rset", "quit"}
                    await self.act(self.play.turn(phase) if known else "502 5.5.1 what?")

    def offering(self, answer: str) -> str:
        offers = list(self.script.offers)
        if self.play.context is not None and not self.encrypted:
            offers.append("STARTTLS")
        # extensions belong to a good answer alone
        return "|".join([answer, *offers]) if answer.startswith("250") and offers else answer

    async def encrypt(self, context: ssl.SSLContext) -> None:
        answer = self.play.turn("starttls")
        await self.act(answer)
        if _code(answer) == "220":
            await self.writer.start_tls(context)
            self.encrypted = True
            self.script.heard.append(b"(TLS)")

    async def take_mail(self) -> None:
        first, *rest = _acts(self.play.turn("data"))
        await self.act(first)
        for act in rest:
            await self.act(act)
        if _code(first) != "354":
            return
        said = await self.reader.readuntil(b"\r\n.\r\n")
        content = said[:-3].replace(b"\r\n..", b"\r\n.")
        end = _acts(self.play.turn("data_ends"))
        kept = end[0] == "take" or _code(end[0]).startswith("2")
        self.script.mails.append(Mail(self.sender, self.recipient, content, kept))
        for act in end:
            await self.act(act)

    async def act(self, text: str) -> None:
        for act in _acts(text):
            await self.do(act)

    async def do(self, act: str) -> None:
        word, _, rest = act.partition(" ")
        match word:
            case "take" | "drop":
                return
            case "close":
                raise _Over
            case "reset":
                self.writer.transport.abort()
                raise _Over
            case "hang":
                while await self.reader.read(4096):
                    pass
                raise _Over
            case "read":
                await self.reader.readexactly(int(rest))
            case "raw":
                self.writer.write(rest.encode("latin-1").decode("unicode_escape").encode("latin-1"))
            case "slowly":
                for character in rest + "\r\n":
                    self.writer.write(character.encode())
                    await self.writer.drain()
                    await asyncio.sleep(SECONDS_A_CHARACTER)
            case _:
                self.writer.write(_answer(act))
        await self.writer.drain()


def _acts(text: str) -> list[str]:
    return [act.strip() for act in text.split(";")] if not text.startswith("raw ") else [text]


def _code(act: str) -> str:
    return act.removeprefix("raw ").removeprefix("slowly ")[:3]


def _answer(text: str) -> bytes:
    """An answer as it goes over the line: all but its last line have a hyphen after the code."""
    code, lines = text[:3], text.split("|")
    lines = [lines[0], *(f"{code} {line}" for line in lines[1:])]
    parts = [f"{line[:3]}-{line[4:]}" for line in lines[:-1]] + lines[-1:]
    return "".join(f"{part}\r\n" for part in parts).encode("latin-1")


def _path(line: bytes) -> str:
    return line.partition(b"<")[2].partition(b">")[0].decode("latin-1")
