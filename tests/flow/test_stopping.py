"""A command that sends and is told to stop finishes the mail at hand, and leaves the others."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from flows.service.stopping import stop_on_signals
from models.database import open_database, reading
from models.outbox_messages import count_messages
from models.schema import migrate
from tests.faults.post import pending_mails
from tests.faults.scripted_server import Script, a_scripted_server
from tests.flow.service import until

ACCEPTED_SLOWLY = "slowly 250 2.0.0 Ok: queued as A, after it was looked at from all sides"
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@pytest.mark.parametrize(
    ("command", "number"), [("run", signal.SIGTERM), *(("deliver", number) for number in SIGNALS)]
)
def test_a_sender_told_to_stop_while_a_mail_is_handed_over_writes_down_that_it_was_taken(
    tmp_path: Path, command: str, number: signal.Signals
) -> None:
    """Else it would be taken for lost, and go a second time."""
    url = f"sqlite:///{tmp_path / 'fristvagt.db'}"
    engine = open_database(url)
    migrate(engine)
    pending_mails(engine, 2)
    script = Script(data_ends=ACCEPTED_SLOWLY)
    with a_scripted_server(script) as server:
        settings = {
            "FRISTVAGT_DATABASE_URL": url,
            "FRISTVAGT_MAIL_URL": f"smtp://{server.host}:{server.port}",
            "FRISTVAGT_MAIL_CONNECTIONS": "1",
            "FRISTVAGT_MAIL_FROM": "frister@kommune.example",
            "FRISTVAGT_FALLBACK_MAILBOX": "vagt@kommune.example",
            "FRISTVAGT_PUBLIC_URL": "https://frister.kommune.example",
        }
        sender = subprocess.Popen(
            [Path(sys.executable).parent / "fristvagt", command, "--at", "2026-11-23 07:31"],
            cwd=tmp_path,
            env={**os.environ, **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=partial(signal.signal, signal.SIGHUP, signal.SIG_DFL),
        )
        until(lambda: bool(script.mails))
        sender.send_signal(number)
        _, said = sender.communicate(timeout=60)
    assert (sender.returncode, said) == (0, "")
    with reading(engine) as connection:
        mails = count_messages(connection)
    assert mails["accepted"] == len(script.mails) == 1
    assert not {"claimed", "in_data"} & set(mails)
    engine.dispose()


def test_afterwards_signals_mean_what_they_meant() -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    with stop_on_signals() as stop:
        assert not stop.is_set()
        assert [signal.getsignal(number) for number in SIGNALS] != before
        signal.raise_signal(signal.SIGTERM)
        assert stop.is_set()
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    assert [signal.getsignal(number) for number in SIGNALS] == before
