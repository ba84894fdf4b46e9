"""A small name server for tests: it answers what it was told, over UDP on loopback."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset

Records = Mapping[tuple[str, str], str]
"""(name, kind) -> what stands there. A name without any record does not exist."""


@contextmanager
def a_name_server(records: Records) -> Iterator[dns.resolver.Resolver]:
    """Run the server, and give what asks it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=_serve, args=(listening, records), daemon=True)
        thread.start()
        yield asking(listening.getsockname()[1])
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", listening.getsockname())
        thread.join()


def asking(port: int) -> dns.resolver.Resolver:
    """Return what asks the name server on a port of this machine, and no other."""
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers = ["127.0.0.1"]
    resolver.port = port
    return resolver


def _serve(listening: socket.socket, records: Records) -> None:
    while True:
        asked, address = listening.recvfrom(4096)
        if not asked:
            return
        listening.sendto(_answer(dns.message.from_wire(asked), records).to_wire(), address)


def _answer(asked: dns.message.Message, records: Records) -> dns.message.Message:
    answer = dns.message.make_response(asked)
    question = asked.question[0]
    name, kind = question.name.to_text(omit_final_dot=True), question.rdtype.name
    if found := records.get((name, kind)):
        answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, found))
    elif name not in {known for known, _ in records}:
        answer.set_rcode(dns.rcode.NXDOMAIN)
    return answer
