"""A real Postfix on loopback, with a configuration, a queue and mailboxes of its own.

Needs root and Debian's package `postfix`; nothing of the machine's own mail system is touched.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

import trustme

from notifications.server import MailServer, Tls
from tests.faults.serving import a_closed_port
from tests.flow.mail_server import server_at

DOMAIN = "kommune.dk"
SETTLED_TRIES = 600

HOLDING = "defer_transports = virtual\n"
"""A line of configuration with which everything that is taken stays in the queue."""

OF_POSTFIX = (b"Return-Path:", b"X-Original-To:", b"Delivered-To:", b"Received:", b"\t")
"""How the lines begin that Postfix puts before a mail."""

MAIN = """\
compatibility_level = 3.6
queue_directory = {home}/queue
data_directory = {home}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
maillog_file = {home}/log
maillog_file_prefixes = {home}
myhostname = mail.{domain}
mydestination =
inet_interfaces = loopback-only
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
alias_maps =
local_recipient_maps =
recipient_delimiter = +
virtual_mailbox_domains = {domain}
virtual_mailbox_base = {home}/boxes
virtual_mailbox_maps = texthash:{home}/mailboxes
virtual_uid_maps = static:{user}
virtual_gid_maps = static:{group}
virtual_minimum_uid = 1
transport_maps = texthash:{home}/transports
smtpd_tls_cert_file = {home}/certificate.pem
smtpd_tls_key_file = {home}/key.pem
smtpd_tls_security_level = {encryption}
smtpd_client_connection_rate_limit = 0
smtpd_delay_reject = yes
"""

MASTER = """\
127.0.0.1:{port} inet n - n - 20 smtpd
pickup    unix  n - n 60 1 pickup
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp      unix  - - n - - smtp
relay     unix  - - n - - smtp
showq     unix  n - n - - showq
error     unix  - - n - - error
retry     unix  - - n - - error
discard   unix  - - n - - discard
local     unix  - n n - - local
virtual   unix  - n n - - virtual
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """A mail system that works. `boxes` says which mailbox (a Maildir) an address leads to."""

    def __init__(self, home: Path, port: int) -> None:
        """Know where it lives; `a_postfix` starts it."""
        self.home = home
        self.port = port

    @property
    def server(self) -> MailServer:
        """Its address, in clear: it is on the same host."""
        return server_at(self.port)

    @property
    def encrypted(self) -> MailServer:
        """Its address, to be spoken to over STARTTLS only."""
        authority = (self.home / "authority.pem").read_text()
        return replace(server_at(self.port, Tls.STARTTLS), authorities=authority)

    def box(self, name: str) -> Path:
        """Return the Maildir of a mailbox."""
        return self.home / "boxes" / name

    def taken(self, *names: str) -> list[bytes]:
        """Return the mails in some mailboxes, or in all of them, without Postfix' own lines."""
        boxes = [self.box(name) for name in names] or sorted(self.home.glob("boxes/*"))
        files = (file for box in boxes for part in ("new", "cur") for file in box.glob(f"{part}/*"))
        return [_as_handed_over(file.read_bytes()) for file in sorted(files)]

    def start(self) -> None:
        """Start it, or again after `kill`."""
        self._do("start")

    def let_go(self) -> None:
        """Deliver again what the configuration held back."""
        main = self.home / "main.cf"
        main.write_text(main.read_text().replace(HOLDING, ""))

    def kill(self) -> None:
        """End every process of it at once, as a power cut does."""
        master = int((self.home / "queue" / "pid" / "master.pid").read_text())
        os.killpg(os.getpgid(master), signal.SIGKILL)
        (self.home / "queue" / "pid" / "master.pid").unlink()

    def stop(self) -> None:
        """End it in peace, if it runs."""
        subprocess.run(["postfix", "-c", str(self.home), "stop"], capture_output=True, check=False)

    def empty_queue(self) -> None:
        """Wait until it has delivered all it has taken."""
        pause = Event()
        for _ in range(SETTLED_TRIES):
            listed = subprocess.run(
                ["postqueue", "-c", str(self.home), "-j"], capture_output=True, check=True
            )
            if not listed.stdout.strip():
                return
            subprocess.run(["postqueue", "-c", str(self.home), "-f"], check=True)
            pause.wait(0.1)
        raise AssertionError(f"Postfix still has mails: {listed.stdout.decode()[:500]}")

    def log(self) -> str:
        """Return what it has written of itself."""
        return (self.home / "log").read_text(errors="replace")

    def _do(self, what: str) -> None:
        done = subprocess.run(
            ["postfix", "-c", str(self.home), what], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"postfix {what}: {done.stderr}"


@contextmanager
def a_postfix(
    boxes: Mapping[str, str],
    *,
    transports: Mapping[str, str] | None = None,
    encryption: str = "none",
    more: str = "",
) -> Iterator[Postfix]:
    """Run a Postfix with these mailboxes; `transports` sends some addresses elsewhere."""
    with TemporaryDirectory(prefix="fristvagt-postfix-") as folder:
        home, port = Path(folder), a_closed_port()
        _furnish(home, port, boxes, transports or {}, encryption, more)
        system = Postfix(home, port)
        system.start()
        try:
            yield system
        finally:
            system.stop()


def _furnish(
    home: Path,
    port: int,
    boxes: Mapping[str, str],
    transports: Mapping[str, str],
    encryption: str,
    more: str,
) -> None:
    owner = pwd.getpwnam("postfix")
    home.chmod(0o755)
    for name in ("queue", "data", "boxes"):
        (home / name).mkdir()
    for name in ("data", "boxes"):
        shutil.chown(home / name, owner.pw_uid, owner.pw_gid)
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost", "127.0.0.1")
    certificate.private_key_pem.write_to_path(home / "key.pem")
    certificate.cert_chain_pems[0].write_to_path(home / "certificate.pem")
    authority.cert_pem.write_to_path(home / "authority.pem")
    settings = {"home": home, "domain": DOMAIN, "encryption": encryption}
    settings |= {"user": owner.pw_uid, "group": owner.pw_gid}
    (home / "main.cf").write_text(MAIN.format(**settings) + more)
    (home / "master.cf").write_text(MASTER.format(port=port))
    (home / "mailboxes").write_text("".join(f"{at} {box}/\n" for at, box in boxes.items()))
    (home / "transports").write_text("".join(f"{at} {how}\n" for at, how in transports.items()))


def _as_handed_over(delivered: bytes) -> bytes:
    """Return a mail as it was handed over: Postfix puts lines before it, and ends lines with LF."""
    lines = delivered.split(b"\n")
    start = 0
    while lines[start].startswith(OF_POSTFIX):
        start += 1
    return b"\r\n".join(lines[start:])
