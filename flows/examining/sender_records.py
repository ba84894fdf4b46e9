"""What the DNS says of the domain that our mails come from, as receivers ask it."""

from __future__ import annotations

from typing import NamedTuple

import dns.exception
import dns.resolver

PATIENCE_SECONDS = 5.0


class SenderRecords(NamedTuple):
    """The records of a domain. Each is empty when there is none, None when it could not be asked.

    `servers` take its mail (MX), `spf` says who may send for it, `dmarc` what receivers do with
    mail that is neither signed nor sent so.
    """

    servers: tuple[str, ...] | None
    spf: str | None
    dmarc: str | None


def sender_records(domain: str, resolver: dns.resolver.Resolver | None = None) -> SenderRecords:
    """Return what the DNS says of a domain. `resolver` replaces the machine's own."""
    if resolver is None:
        try:
            resolver = dns.resolver.Resolver()
        except dns.resolver.NoResolverConfiguration:
            return SenderRecords(None, None, None)
    return SenderRecords(
        _ask(resolver, domain, "MX"),
        _one(_ask(resolver, domain, "TXT"), "v=spf1"),
        _one(_ask(resolver, f"_dmarc.{domain}", "TXT"), "v=DMARC1"),
    )


def _ask(resolver: dns.resolver.Resolver, name: str, kind: str) -> tuple[str, ...] | None:
    """The records of a name; () when it has none, None when nobody answered."""
    try:
        answer = resolver.resolve(name, kind, lifetime=PATIENCE_SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return ()
    except dns.exception.DNSException:
        return None
    # a long text is written in several pieces
    return tuple(record.to_text().replace('" "', "").strip('"') for record in answer)


def _one(records: tuple[str, ...] | None, beginning: str) -> str | None:
    if records is None:
        return None
    return next((one for one in records if one.lower().startswith(beginning.lower())), "")
