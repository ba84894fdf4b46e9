"""PgBouncer in transaction mode before a PostgreSQL: each transaction may get another session."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

from sqlalchemy import make_url

from tests.faults.serving import a_closed_port

CONFIGURATION = """\
[databases]
* = host={host} port={port} user={user}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen}
auth_type = any
pool_mode = transaction
default_pool_size = 3
max_client_conn = 100
ignore_startup_parameters = extra_float_digits
unix_socket_dir =
logfile = {folder}/log
pidfile = {folder}/pid
"""
TRIES = 100


@contextmanager
def a_bouncer(url: str) -> Iterator[str]:
    """Run one before the database of an address; give the address through it."""
    at, listen = make_url(url), a_closed_port()
    with TemporaryDirectory(prefix="fristvagt-pgbouncer-") as folder:
        host = at.query.get("host") or at.host
        written = CONFIGURATION.format(
            host=host, port=at.port or 5432, user=at.username, listen=listen, folder=folder
        )
        configuration = Path(folder) / "pgbouncer.ini"
        configuration.write_text(written)
        Path(folder).chmod(0o755)
        # as whom the server runs: its socket is for that user
        owner = Path(str(host)).owner()
        shutil.chown(folder, owner)
        bouncer = subprocess.Popen(
            ["pgbouncer", "-u", owner, str(configuration)], stderr=subprocess.DEVNULL
        )
        try:
            _wait_for(listen)
            through = at.set(host="127.0.0.1", port=listen, query={})
            yield through.render_as_string(hide_password=False)
        finally:
            bouncer.terminate()
            bouncer.wait()


def _wait_for(port: int) -> None:
    pause = Event()
    for _ in range(TRIES):
        with socket.socket() as caller:
            if caller.connect_ex(("127.0.0.1", port)) == 0:
                return
        pause.wait(0.1)
    raise AssertionError("PgBouncer does not answer")
