"""Starts what was installed both ways: as the service, and as a flow on a Prefect server.

Run by the Python of a clean environment that holds the wheel and what it needs, and nothing else.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import create_server
from tempfile import TemporaryDirectory
from threading import Event
from urllib.error import URLError
from urllib.request import urlopen

FRISTVAGT = Path(sys.executable).with_name("fristvagt")
FLOW = """
from flows.prefect_flows import evaluate_in_slices_flow
state = evaluate_in_slices_flow(return_state=True)
assert state.is_completed(), state
"""
LOOKS = 600


def free_port() -> int:
    """Return a port that nobody uses."""
    with closing(create_server(("127.0.0.1", 0))) as server:
        return int(server.getsockname()[1])


def environment(folder: Path, port: int) -> dict[str, str]:
    """An installation of its own, with an invented municipality's extract."""
    return os.environ | {
        "FRISTVAGT_DATABASE_URL": f"sqlite:///{folder}/fristvagt.db",
        "FRISTVAGT_EXTRACT": f"{folder}/extract",
        "FRISTVAGT_MAIL_URL": f"smtp://127.0.0.1:{free_port()}",
        "FRISTVAGT_MAIL_FROM": "frister@kommune.example",
        "FRISTVAGT_FALLBACK_MAILBOX": "vagt@kommune.example",
        "FRISTVAGT_PUBLIC_URL": "https://frister.kommune.example",
        "FRISTVAGT_HTTP": f"127.0.0.1:{port}",
        "PREFECT_HOME": f"{folder}/prefect",
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
    }


def is_well(port: int) -> bool:
    """Say whether the service answers that it lives."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def main() -> None:
    """Start the service, stop it, and run a flow.

    Raises: SystemExit with what failed.
    """
    with TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        chosen = environment(folder, port)
        yesterday = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
        sample = [FRISTVAGT, "sample", folder / "extract", "--cases", "30", "--at", yesterday]
        subprocess.run(sample, env=chosen, check=True, stdout=subprocess.DEVNULL)
        with subprocess.Popen([FRISTVAGT, "serve"], env=chosen, cwd=folder) as serving:
            well = any(is_well(port) or Event().wait(0.1) for _ in range(LOOKS))
            serving.send_signal(signal.SIGTERM)
        if not well or serving.returncode != 0:
            sys.exit(f"serve: answered {well}, ended with {serving.returncode}")
        subprocess.run([sys.executable, "-c", FLOW], env=chosen, cwd=folder, check=True)
        sys.stdout.write("serve and a Prefect flow both start\n")


if __name__ == "__main__":
    main()
