"""Canaries in everything an extract says of children, and none of them in anything that leaves.

All that a service does in a fortnight runs for real: imports, refused rows, reminders, digests,
refused mails, bounces, broken templates and lines, on both databases; and once through Prefect.
"""

from __future__ import annotations

import base64
import csv
import logging
import os
import quopri
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from flows.commands.moments import read_moment
from flows.examining.metrics import metrics_text
from flows.examining.standing import standing
from flows.extract.new_extract import Watch
from flows.rule_book.rule_folder import good_book
from flows.run import run
from flows.sample.municipality import write_sample
from flows.settings import SHIPPED_RULES, Settings
from models.database import reading
from models.schema import METADATA
from rules.dates import days_from
from tests.faults.canaries import CANARY_TEXT, CPR_NUMBERS, in_files, planted, search
from tests.faults.scripted_server import Script, a_scripted_server

FIRST, LAST = date(2026, 11, 23), date(2026, 12, 4)
GOOD = "250 2.0.0 Ok: queued as OK"
OF_THE_EXTRACT = {"case", "record", "event", "import_reject"}
"""What the tables of the extract hold of children is what the extract said: it stays there."""

BOUNCE = """\
From: MAILER-DAEMON@mail.kommune.example
To: bounce@kommune.example
Subject: Undelivered: {canary}
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

{canary}
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.kommune.example
Original-Envelope-Id: {envelope}

Final-Recipient: rfc822; somebody@kommune.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 {canary}
--b
Content-Type: text/rfc822-headers

Subject: {canary}
--b--
"""


def extract_with_canaries(folder: Path, at: str) -> Path:
    """Write the extract of forty invented cases, marked all over, with two rows that are wrong."""
    words = good_book(SHIPPED_RULES).vocabulary
    write_sample(folder, cases=40, seed=1, at=read_moment(at), vocabulary=words)
    assert planted(folder) > 100
    path = folder / "cases.csv"
    with path.open(newline="", encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    for row in rows[-2:]:
        row[head.index("began")] = CANARY_TEXT
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([head, *rows])
    return folder


def what_the_tables_hold(engine: Engine) -> Iterator[tuple[str, str]]:
    """Give every table but those of the extract, as text."""
    with reading(engine) as connection:
        for table in METADATA.sorted_tables:
            if table.name not in OF_THE_EXTRACT:
                rows = [str(tuple(row)) for row in connection.execute(select(table))]
                yield f"table {table.name}", "\n".join(rows)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Callable[[int], Settings]:
    """The settings of a service that watches a folder, reads bounces and speaks to a port."""
    bounces = tmp_path / "bounces"
    for part in ("cur", "new", "tmp"):
        (bounces / part).mkdir(parents=True)

    def at_port(port: int) -> Settings:
        return Settings(
            database_url=database_url,
            extract=tmp_path / "extract",
            bounces=str(bounces),
            mail_url=f"smtp://127.0.0.1:{port}",
            mail_from="Fristovervågning <frister@kommune.example>",
            fallback_mailbox="vagt@kommune.example",
            public_url="https://frister.kommune.example",
        )

    return at_port


def test_nothing_that_leaves_in_a_fortnight_of_faults_tells_of_a_child(
    database: Engine,
    settings: Callable[[int], Settings],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    extract, watch = tmp_path / "extract", Watch()
    # a mail server knows no child: all it could repeat is a number or an address
    rude = f"{CPR_NUMBERS[0]}, {CPR_NUMBERS[1]}: <ida.testesen@kommune.example>"
    script = Script(
        offers=("DSN", "SIZE 20000"),
        rcpt=[f"550 5.1.1 {rude}", GOOD, f"450 4.7.1 {rude}", GOOD, f"raw {rude}\\r\\n", GOOD],
        data_ends=[
            GOOD,
            f"554 5.7.1 {rude}",
            "take; close",
            f"take; 999 {rude}",
            GOOD,
        ],
    )
    notices, seen = [], {}
    with a_scripted_server(script) as server:
        chosen = settings(server.port)
        for day in days_from(FIRST, LAST):
            extract_with_canaries(extract, f"{day} 05:00")
            for clock in ("05:10", "05:30", "07:30", "08:00", "12:00", "16:00"):
                moment = read_moment(f"{day} {clock}")
                ran = run(database, chosen, lambda moment=moment: moment, watch=watch)  # type: ignore[misc]
                notices += [text for notice in ran.notices for text in (notice.da, notice.en)]
            _bounce(tmp_path / "bounces", script)
            seen |= {f"metrics {day}": metrics_text(standing(database, chosen, moment))}
    assert len(script.kept) > 20
    # the notices say which rows were refused and why; the values stay in rejected.csv
    seen |= {f"notice {number}": text for number, text in enumerate(notices)}
    seen |= {f"mail {number}": mail.content for number, mail in enumerate(script.mails)}
    seen |= {f"command {number}": said for number, said in enumerate(script.heard)}
    seen |= {f"log {n}": logging.Formatter().format(r) for n, r in enumerate(caplog.records)}
    seen |= dict(zip(("output", "errors"), capfd.readouterr(), strict=True))
    seen |= dict(what_the_tables_hold(database))
    assert search(seen) == []
    assert search({"the extract": (extract / "cases.csv").read_bytes()}) != []


def _bounce(box: Path, script: Script) -> None:
    """Let a mail come back that quotes more than it should."""
    newest = script.kept[-1].content
    name = newest.split(b"X-Reminder-Id: ")[1].split(b"\r\n")[0].decode()
    text = BOUNCE.format(canary=CANARY_TEXT, envelope=name)
    (box / "new" / f"{len(script.kept)}.mail").write_text(text)


COMMANDS = (
    ("run", "--at", "2026-11-23 07:30"),
    ("evaluate", "--all", "--at", "2026-11-23 08:00"),
    ("deadlines", "--at", "2026-11-23 08:00"),
    ("deadlines", "--json", "--at", "2026-11-23 08:00"),
    ("status",),
    ("status", "--json"),
    ("doctor",),
    ("outbox", "list"),
    ("outbox", "count"),
    ("deliver",),
)


def test_no_command_shows_or_logs_what_it_need_not_even_when_the_line_is_down(
    settings: Callable[[int], Settings], tmp_path: Path
) -> None:
    """Real processes, whose whole output is searched."""
    extract_with_canaries(tmp_path / "extract", "2026-11-23 05:00")
    chosen = settings(1)
    environment = {
        **os.environ,
        "FRISTVAGT_DATABASE_URL": chosen.database_url,
        "FRISTVAGT_EXTRACT": str(chosen.extract),
        "FRISTVAGT_MAIL_URL": chosen.mail_url,
        "FRISTVAGT_MAIL_FROM": "frister@kommune.example",
        "FRISTVAGT_FALLBACK_MAILBOX": chosen.fallback_mailbox,
        "FRISTVAGT_PUBLIC_URL": chosen.public_url,
        "FRISTVAGT_LANGUAGE": "en",
    }
    said = {}
    for command in (("migrate",), *COMMANDS):
        done = subprocess.run(
            [Path(sys.executable).parent / "fristvagt", *command],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
        )
        name = " ".join(command)
        said |= {f"{name} output": done.stdout, f"{name} errors": done.stderr}
    assert any(b"DEMO-" in text for text in said.values())
    assert search(said) == []


@pytest.mark.filterwarnings("ignore")  # Prefect's own
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_p24_prefect_s_database_holds_no_canary_and_no_case(
    settings: Callable[[int], Settings],
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    extract_with_canaries(tmp_path / "extract", "2026-11-23 05:00")
    script = Script(rcpt=[f"550 5.1.1 {CPR_NUMBERS[0]}", GOOD])
    with a_scripted_server(script) as server:
        chosen = settings(server.port)
        for name in ("database_url", "extract", "bounces", "mail_url", "mail_from"):
            monkeypatch.setenv(f"FRISTVAGT_{name.upper()}", str(getattr(chosen, name)))
        monkeypatch.setenv("FRISTVAGT_FALLBACK_MAILBOX", chosen.fallback_mailbox)
        monkeypatch.setenv("FRISTVAGT_PUBLIC_URL", chosen.public_url)
        found = _run_all_flows(tmp_path)
    assert len(script.kept) > 5
    assert b"fristvagt-run" in b"".join(found.values())
    assert search(found) == []
    assert b"DEMO-" not in b"".join(found.values())


def _run_all_flows(tmp_path: Path) -> dict[str, bytes]:
    """Run every flow, also one that fails, and return the bytes of Prefect's database."""
    from prefect.settings import PREFECT_API_DATABASE_CONNECTION_URL
    from prefect.testing.utilities import prefect_test_harness

    from flows import prefect_flows as ours

    at = read_moment("2026-11-23 08:30")
    with prefect_test_harness(server_startup_timeout=120):
        for flow in (
            ours.import_flow,
            ours.evaluate_flow,
            ours.run_flow,
            ours.digest_flow,
            ours.deliver_flow,
        ):
            flow(at=at, return_state=True)
        (tmp_path / "extract" / "cases.csv").write_text(f"case,{CANARY_TEXT}\n{CANARY_TEXT},1\n")
        ours.import_flow(at=read_moment("2026-11-23 09:00"), return_state=True)
        url = PREFECT_API_DATABASE_CONNECTION_URL.value()
        database = Path(str(url).partition(":///")[2])
        return in_files(database.parent, f"{database.name}*")


@pytest.mark.parametrize(
    "content",
    [
        f"Hej {CANARY_TEXT}".encode(),
        f"Hej {CANARY_TEXT}".upper().encode(),
        *(number.encode() for number in CPR_NUMBERS),
        quopri.encodestring(f"Kære Ida, zzcanary æøå {CANARY_TEXT}".encode()),
        b"Subject: =?utf-8?b?" + base64.b64encode(f"Om {CANARY_TEXT}".encode()) + b"?=",
        base64.encodebytes(("lang tekst " * 9 + CANARY_TEXT).encode()),
        b"Sag &#90;&#90;CANARY",
        b'{"note": "\\u005a\\u005aCANARY"}',
        CANARY_TEXT.encode("utf-16-le"),
        b"\x00\xff" + CANARY_TEXT.encode() + b"\x00",
    ],
)
def test_the_search_finds_a_planted_canary_however_it_is_written(content: bytes) -> None:
    assert search({"planted": content, "clean": b"Sag 4711: onsdag 4. marts 2026"}) == ["planted"]
