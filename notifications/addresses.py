"""Mail addresses: one written form each, so that one mailbox gets one mail."""

from __future__ import annotations

from email.utils import parseaddr
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email


@lru_cache(maxsize=4096)
def mailbox(address: str) -> str:
    """Return the one form of an address that goes into envelopes; "" when it is not one address.

    The domain is in lower case and ASCII. An address whose first part needs SMTPUTF8 is none:
    few servers take it. A municipality's internal domains are fine.

    >>> mailbox("Mette@Blåvig.dk"), mailbox("a@x.dk, b@x.dk"), mailbox("søren@x.dk")
    ('Mette@xn--blvig-nra.dk', '', '')
    """
    try:
        found = validate_email(address, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError:
        return ""
    return found.ascii_email or ""


def sender(setting: str) -> tuple[str, str]:
    """Return the name and the mailbox that mails come from.

    >>> sender("Fristovervågning <frister@kommune.dk>")
    ('Fristovervågning', 'frister@kommune.dk')
    >>> sender("frister@kommune.dk")
    ('Fristvagt', 'frister@kommune.dk')
    """
    name, address = parseaddr(setting)
    return name or "Fristvagt", mailbox(address)


def domain(address: str) -> str:
    """Return the part after the at sign."""
    return address.rpartition("@")[2]
