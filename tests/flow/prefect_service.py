"""A real Prefect server and a real worker for tests, each a process of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import httpx

ROOT = Path(__file__).parents[2]
LONG_ENOUGH = 120.0
POOL = "fristvagt"


def prefect_environment(home: Path, port: int) -> dict[str, str]:
    """What a Prefect process is told: nothing of this machine's Prefect, and nobody to tell."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT", "FRISTVAGT"))}
    return inherited | {
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        # the schedules are looked at, not lived: the tests say when each flow runs
        "PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED": "false",
        "PREFECT_WORKER_QUERY_SECONDS": "0.5",
    }


def free_port() -> int:
    """Return a port of this machine that nobody uses."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        return int(server.getsockname()[1])


class PrefectService:
    """A running server, asked as any program asks it."""

    def __init__(self, home: Path, port: int) -> None:
        self.home = home
        self.environment = prefect_environment(home, port)
        self.api = httpx.Client(base_url=self.environment["PREFECT_API_URL"], timeout=60)

    def prefect(self, *arguments: str) -> str:
        """Run a command of Prefect's own command line in the project's folder."""
        done = subprocess.run(
            [sys.executable, "-m", "prefect", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=LONG_ENOUGH,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """Ask the server; as Prefect's own client does, again when its database is busy."""

        def answer() -> httpx.Response | None:
            found = self.api.request(method, path, json=body)
            return None if found.status_code == httpx.codes.SERVICE_UNAVAILABLE else found

        return wait_for(answer).raise_for_status().json()

    def deploy(self) -> None:
        """Make the work pool and apply deploy/prefect.yaml as the handbook says."""
        self.ask("POST", "/work_pools/", {"name": POOL, "type": "process"})
        self.prefect("--no-prompt", "deploy", "--all", "--prefect-file", "deploy/prefect.yaml")

    def run(self, deployment: str, at: str) -> dict[str, Any]:
        """Run a deployment as of a moment, wait for its end, and return how it ended."""
        found = self.ask("GET", f"/deployments/name/fristvagt-{deployment}/{deployment}")
        asked = {
            "parameters": {"at": at},
            "state": {"type": "SCHEDULED"},
            "idempotency_key": f"{deployment} {at}",
        }
        run = self.ask("POST", f"/deployments/{found['id']}/create_flow_run", asked)

        def ended() -> dict[str, Any] | None:
            state: dict[str, Any] = self.ask("GET", f"/flow_runs/{run['id']}")["state"]
            over = state["type"] in {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}
            return state if over else None

        state: dict[str, Any] = wait_for(ended)
        return state


def wait_for(found: Any) -> Any:
    """Ask until there is an answer, and return it."""
    for _ in range(int(LONG_ENOUGH / 0.1)):
        answer = found()
        if answer:
            return answer
        Event().wait(0.1)
    raise AssertionError("nothing came of it in time")


@contextmanager
def a_prefect_server(home: Path) -> Iterator[PrefectService]:
    """Run a server that keeps all it knows in a folder."""
    port = free_port()
    service = PrefectService(home, port)
    arguments = ("server", "start", "--host", "127.0.0.1", "--port", str(port))
    with _process(*arguments, environment=service.environment, log=home / "server.log"):
        wait_for(lambda: _is_up(service.api))
        yield service
    service.api.close()


@contextmanager
def a_worker(service: PrefectService, settings: Mapping[str, str]) -> Iterator[Path]:
    """Run a worker of the pool with the settings of an installation; gives the file of its log."""
    log = service.home / "worker.log"
    arguments = ("worker", "start", "--pool", POOL)
    with _process(*arguments, environment={**service.environment, **settings}, log=log):
        yield log


def _is_up(api: httpx.Client) -> bool:
    try:
        return api.get("/health").is_success
    except httpx.TransportError:
        return False


@contextmanager
def _process(*arguments: str, environment: Mapping[str, str], log: Path) -> Iterator[None]:
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "prefect", *arguments],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
