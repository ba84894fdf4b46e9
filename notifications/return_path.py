"""The address that a mail's bounces come back to: it names the mail, and only we can write it.

Anybody can send a mail that looks like a bounce. One that comes to an address with the right
signature is about a mail that we sent.
"""

from __future__ import annotations

import hmac
from base64 import b32encode

SIGNATURE_BYTES = 8
"""64 bits, written with 13 letters: each guess costs the guesser a mail."""

LONGEST_LOCAL_PART = 64
"""What mail servers must take before the at sign (RFC 5321 4.5.3.1.1)."""


def return_path(base: str, message_uuid: str, secret: bytes) -> str:
    """Return the address for the bounces of one mail, from the address for all of them.

    Raises: ValueError when `base` has more than 17 characters before the at sign.

    >>> return_path("bounce@kommune.dk", "0f" * 16, b"secret")
    'bounce+0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f.lcxwwjirmsite@kommune.dk'
    """
    local_part, _, domain = base.rpartition("@")
    signed = f"{local_part}+{message_uuid}.{_signature(message_uuid, secret)}"
    if len(signed) > LONGEST_LOCAL_PART:
        raise ValueError(f"{local_part} is too long to have a mail's number put after it")
    return f"{signed}@{domain}"


def read_return_path(address: str, secret: bytes) -> str | None:
    """Return the mail that an address stands for; None when we did not write that address.

    >>> read_return_path(return_path("bounce@kommune.dk", "0f" * 16, b"secret"), b"secret")
    '0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f'
    >>> read_return_path("bounce+0f0f.forged@kommune.dk", b"secret") is None
    True
    """
    # a relay may have written it in capitals
    local_part = address.rpartition("@")[0].lower()
    message_uuid, _, signature = local_part.rpartition("+")[2].partition(".")
    good = _signature(message_uuid, secret)
    return message_uuid if hmac.compare_digest(signature.encode(), good.encode()) else None


def _signature(message_uuid: str, secret: bytes) -> str:
    digest = hmac.digest(secret, message_uuid.encode(), "sha256")
    return b32encode(digest[:SIGNATURE_BYTES]).decode().rstrip("=").lower()
