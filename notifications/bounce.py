"""What a mail in the bounce box means: whose mail it is about, and whether that one arrived.

Anybody can put a mail there. Only as much of it is looked at as a report needs, in one pass and
without unpacking anything; only what names a mail by a number that we gave it is believed.
Source: RFC 3464 (reports), RFC 3461 (the envelope's number comes back), RFC 3834 (auto-replies).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from enum import StrEnum
from typing import NamedTuple

from notifications.return_path import read_return_path

LARGEST = 1_000_000
"""Bytes. A report is small, since we ask for headers only; what is larger is not looked at."""

LONGEST_HEAD = 64_000
MOST_PARTS = 8
LONGEST_STATUS = 20_000
MOST_RECIPIENTS = 20


class Kind(StrEnum):
    """What a mail in the bounce box is."""

    FAILED = "failed"
    """The mail did not arrive, and will not."""
    ROUTING = "routing"
    """It did not arrive because no way to the recipient's server is known: our side's fault."""
    DELAYED = "delayed"
    """It has not arrived yet; the server goes on trying."""
    DELIVERED = "delivered"
    AUTO_REPLY = "auto reply"
    """An answer that no person wrote. It is counted, and never answered."""
    UNPROVEN = "unproven"
    """A report that does not show that it is about a mail of ours."""
    UNKNOWN = "unknown"
    TOO_BIG = "too big"


class Bounce(NamedTuple):
    """What came back. `message_uuid` is "" when it proves no mail of ours, `status` when unsaid."""

    kind: Kind
    message_uuid: str = ""
    status: str = ""


UUID = re.compile(r"[0-9a-f]{32}")
STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
NO_WAY_THERE = "5.4.4"
ADDRESSED_IN = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To")
WORST_FIRST = (Kind.FAILED, Kind.ROUTING, Kind.DELAYED, Kind.DELIVERED)
OF_ACTION = {
    "failed": Kind.FAILED,
    "delayed": Kind.DELAYED,
    "delivered": Kind.DELIVERED,
    "relayed": Kind.DELIVERED,
    "expanded": Kind.DELIVERED,
}


def read_bounce(content: bytes, secret: bytes) -> Bounce:
    """Return what a mail in the bounce box means. `secret` is what return paths are signed with.

    When a mailbox stands for several people, the one worst off decides.
    """
    if len(content) > LARGEST:
        return Bounce(Kind.TOO_BIG)
    head, _, body = content.replace(b"\r\n", b"\n").partition(b"\n\n")
    headers = _headers(head[:LONGEST_HEAD])
    signed = _signed_for(headers, secret)
    blocks = _status_blocks(headers, body)
    if not blocks:
        return Bounce(Kind.AUTO_REPLY if _is_auto_reply(headers) else Kind.UNKNOWN, signed)
    about_mail, *about_recipients = blocks
    message_uuid = signed or _envelope_number(about_mail)
    if not message_uuid:
        return Bounce(Kind.UNPROVEN)
    found = [one for block in about_recipients if (one := _outcome(block)) is not None]
    if not found:
        return Bounce(Kind.UNKNOWN, message_uuid)
    kind, status = min(found, key=lambda one: WORST_FIRST.index(one[0]))
    return Bounce(kind, message_uuid, status)


def _headers(head: bytes) -> Message:
    return BytesHeaderParser().parsebytes(head + b"\n\n")


def _text(headers: Message, name: str) -> str:
    # eight-bit bytes come as a header object, not as a string
    return str(headers.get(name, "")).strip()


def _signed_for(headers: Message, secret: bytes) -> str:
    """The mail whose return address this was sent to, "" when the signature is not ours."""
    written = [str(value) for name in ADDRESSED_IN for value in headers.get_all(name, [])]
    for _, address in getaddresses(written):
        if (message_uuid := read_return_path(address, secret)) is not None:
            return message_uuid
    return ""


def _status_blocks(headers: Message, body: bytes) -> list[Message]:
    """The paragraphs of a report's part for machines: about the mail, then each recipient."""
    if headers.get_content_type() != "multipart/report":
        return []
    for part_headers, text in _parts(headers, body):
        if part_headers.get_content_type().endswith("delivery-status"):
            paragraphs = re.split(rb"\n[ \t]*\n", text[:LONGEST_STATUS].strip())
            return [_headers(paragraph) for paragraph in paragraphs[: MOST_RECIPIENTS + 1]]
    return []


def _parts(headers: Message, body: bytes) -> Iterator[tuple[Message, bytes]]:
    boundary = headers.get_boundary("")
    if not boundary:
        return
    border = b"\n--" + boundary.encode("ascii", "replace")
    for part in (b"\n" + body).split(border, MOST_PARTS)[1:]:
        # the rest of the border's own line, then the part's headers, which may be none
        _, _, part = part.partition(b"\n")
        head, _, text = part.partition(b"\n\n")
        yield _headers(head[:LONGEST_HEAD]), text


def _envelope_number(about_mail: Message) -> str:
    number = _text(about_mail, "Original-Envelope-Id").strip("<>").lower()
    return number if UUID.fullmatch(number) else ""


def _outcome(about_recipient: Message) -> tuple[Kind, str] | None:
    action = _text(about_recipient, "Action").partition(" ")[0].lower()
    found = STATUS.search(_text(about_recipient, "Status"))
    status = found[1] if found else ""
    if action == "failed" and status == NO_WAY_THERE:
        return Kind.ROUTING, status
    return (OF_ACTION[action], status) if action in OF_ACTION else None


def _is_auto_reply(headers: Message) -> bool:
    submitted = _text(headers, "Auto-Submitted").lower()
    asked = _text(headers, "Precedence").lower() == "auto reply"
    return submitted.startswith("auto-") or asked or "X-Autoreply" in headers
