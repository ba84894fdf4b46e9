"""Telling systemd how the service is: ready, alive, stopping. Without systemd nobody is told."""

from __future__ import annotations

import socket

from flows.environment import notify_socket

READY, ALIVE, STOPPING = "READY=1", "WATCHDOG=1", "STOPPING=1"


def notify(state: str) -> bool:
    """Send one state to the service manager, and say whether there was one to hear it.

    Source: the protocol of sd_notify(3); a name that begins with @ is an abstract one.
    """
    name = notify_socket()
    if not name:
        return False
    address = "\0" + name[1:] if name.startswith("@") else name
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        try:
            line.sendto(state.encode(), address)
        except OSError:
            return False  # it has gone: whoever watches the watcher is no reason to stop
    return True
