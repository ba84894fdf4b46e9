"""The port of the service: taken at start, told in words when it is not to be had, served aside."""

from __future__ import annotations

import errno
import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from flows.mistakes import UserMistake
from flows.setting_forms import OFF, host_and_port
from flows.settings import Settings

log = logging.getLogger(__name__)

STOP_SECONDS = 5


def take_port(settings: Settings) -> socket.socket | None:
    """Return the socket that the pages are served on; None when they are switched off.

    Raises: UserMistake when another program has the port, or the address is not this machine's.
    """
    if settings.http == OFF:
        return None
    host, port = host_and_port(settings.http)
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        taken = socket.create_server((host, port), family=family)
    except OSError as error:
        raise _not_to_be_had(settings.http, error) from None
    return taken


@contextmanager
def served(app: Any, taken: socket.socket | None) -> Iterator[None]:
    """Serve the pages in a thread of their own until the end; nothing when there is no socket."""
    if taken is None:
        yield
        return
    import uvicorn

    # our own log, and our own signals: uvicorn would take both over
    configuration = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off")
    server = uvicorn.Server(configuration)
    thread = Thread(target=server.run, args=([taken],), name="pages", daemon=True)
    thread.start()
    log.info("answering at %s port %s", *taken.getsockname()[:2])
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(STOP_SECONDS)
        taken.close()


def _not_to_be_had(address: str, error: OSError) -> UserMistake:
    if error.errno == errno.EADDRINUSE:
        return UserMistake(
            da=f"Porten i FRISTVAGT_HTTP ({address}) er optaget af et andet program, måske af en "
            "Fristvagt, der allerede kører. Vælg en anden port, eller skriv off.",
            en=f"The port in FRISTVAGT_HTTP ({address}) is taken by another program, perhaps by a "
            "Fristvagt that already runs. Choose another port, or write off.",
        )
    if error.errno == errno.EACCES:
        return UserMistake(
            da=f"Brugeren må ikke åbne porten i FRISTVAGT_HTTP ({address}). Vælg en port over "
            "1023, f.eks. 127.0.0.1:8080.",
            en=f"The user may not open the port in FRISTVAGT_HTTP ({address}). Choose a port above "
            "1023, for example 127.0.0.1:8080.",
        )
    return UserMistake(
        da=f"Adressen i FRISTVAGT_HTTP ({address}) kan ikke bruges: {error.strerror}. Skriv en af "
        "denne maskines adresser, f.eks. 127.0.0.1:8080, eller off.",
        en=f"The address in FRISTVAGT_HTTP ({address}) cannot be used: {error.strerror}. Write one "
        "of this machine's addresses, for example 127.0.0.1:8080, or off.",
    )
