"""What mails cost, as ratios to a plain way of doing the same in the same run.

    python -m tests.bench.mails --mails 10000

Rendering is compared with filling in a template of one line; dispatching, with every commit on
disk, with a plain loop over one SMTP connection and with as many plain commits; claiming a mail
among a million sent ones with claiming it among none.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sqlite3
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import aiosmtplib
from jinja2 import Template
from sqlalchemy import Engine, insert, select, text, update

from flows.composing.compose import build_messages
from flows.deliver import deliver
from models.database import open_database, reading, writing
from models.outbox import MESSAGE
from models.outbox_messages import claim
from models.schema import METADATA
from rules.dates import minutes_after
from tests.faults.many_mails import many_pending_mails
from tests.faults.oracle import reckon
from tests.faults.post import MORNING, add_caseworkers
from tests.faults.scripted_server import Script, a_scripted_server
from tests.flow.mail_cases import MONDAY, SETTINGS, at, plan, settle_in, warned

RESULTS = Path(__file__).parent / "results" / "mails.json"
AT_A_TIME = 10_000
COMMITS_A_MAIL = 3
CLAIMS = 50
AFTER_THE_BRAKE_MINUTES = 62

Figure = dict[str, Any]


class Spent(NamedTuple):
    """Seconds that a piece of work took, by the clock and of a processor."""

    wall: float
    cpu: float


def main() -> None:
    """Measure, and print a line for each measurement."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--mails", type=int, default=10_000)
    asked.add_argument("--historic", type=int, default=1_000_000)
    chosen = asked.parse_args()
    with TemporaryDirectory() as folder:
        found = [
            rendering(Path(folder), chosen.mails),
            dispatching(Path(folder), chosen.mails, "dispatch"),
            dispatching(Path(folder), 2 * chosen.mails, "dispatch what waited for 30 days"),
            claiming(Path(folder), chosen.historic),
        ]
    RESULTS.write_text(json.dumps(found, indent=1) + "\n")


def rendering(folder: Path, mails: int) -> Figure:
    """Build mails from what is owed: render, check, freeze and store each."""
    engine = _database(folder / "render.db")
    cases = [str(1000 + one) for one in range(mails)]
    settle_in(engine, cases)
    add_caseworkers(engine, mails)
    for one, case in enumerate(cases):
        plan(engine, warned(case), now=at(MONDAY, 5, 30), caseworker=f"p{one}")
    plain = Template("Hej {{ name }}: sag {{ case }}, {{ due }}")
    base = _seconds(lambda: [plain.render(name="x", case=case, due=MONDAY) for case in cases])
    # so many at once are held back first, and leave an hour later
    times = (MORNING, minutes_after(MORNING, AFTER_THE_BRAKE_MINUTES))
    taken = _seconds(lambda: [build_messages(engine, SETTINGS, now) for now in times])
    with reading(engine) as connection:
        assert len(connection.execute(select(MESSAGE.c.uuid)).all()) == mails
    engine.dispose()
    return _told("render, check, freeze and store", mails, taken, "a template of one line", base)


def dispatching(folder: Path, mails: int, what: str) -> Figure:
    """Hand mails over to a server on loopback, every step on disk before the next."""
    engine = _database(folder / f"{mails}.db")
    many_pending_mails(engine, mails)
    with reading(engine) as connection:
        content: bytes = connection.execute(select(MESSAGE.c.content).limit(1)).scalar_one()
    script = Script()
    with a_scripted_server(script) as server:
        loop = _seconds(lambda: asyncio.run(_plain_loop(server.port, content, mails)))
        script.mails.clear()
        taken = _seconds(lambda: deliver(engine, SETTINGS, lambda: MORNING, server=server))
    found = reckon(engine, script.read)
    commits = _seconds(lambda: _plain_commits(folder / "plain.db", COMMITS_A_MAIL * mails))
    engine.dispose()
    _told(what, mails, taken, f"{COMMITS_A_MAIL} plain commits a mail", commits)
    figure = _told(what, mails, taken, "the same mails in a plain loop", loop)
    print(f"  lost {found.lost}, doubled {found.doubled}, held {found.held}")
    return figure | found._asdict()


def claiming(folder: Path, historic: int) -> Figure:
    """Claim a mail among sent ones, and among none."""
    engine = _database(folder / "claim.db")
    many_pending_mails(engine, CLAIMS)
    alone = _seconds(lambda: _claim_all(engine, MORNING))
    with writing(engine) as connection:
        connection.execute(update(MESSAGE).values(state="accepted"))
        row = dict(connection.execute(select(MESSAGE).limit(1)).mappings().one())
        for start in range(CLAIMS, historic, AT_A_TIME):
            numbers = range(start, min(start + AT_A_TIME, historic))
            connection.execute(insert(MESSAGE), [_sent(row, number) for number in numbers])
        names = select(MESSAGE.c.uuid).order_by(MESSAGE.c.uuid).limit(CLAIMS)
        again = update(MESSAGE).where(MESSAGE.c.uuid.in_(names))
        connection.execute(again.values(state="pending", next_at=MORNING))
        connection.execute(text("ANALYZE"))
    among = _seconds(lambda: _claim_all(engine, minutes_after(MORNING, 1)))
    engine.dispose()
    return _told(f"claim among {historic:,} sent", CLAIMS, among, "claim among none", alone)


def _sent(row: dict[str, Any], number: int) -> dict[str, Any]:
    name = f"sent-{number:027}"
    bare = {"uuid": name, "key": name, "message_id": f"<{name}@x>", "content": b""}
    return row | bare | {"state": "accepted"}


def _claim_all(engine: Engine, now: datetime) -> None:
    for _ in range(CLAIMS):
        with writing(engine) as connection:
            assert claim(connection, "bench", now, minutes_after(now, 5)) is not None


async def _plain_loop(port: int, content: bytes, mails: int) -> None:
    smtp = aiosmtplib.SMTP(hostname="localhost", port=port, start_tls=False)
    await smtp.connect()
    for _ in range(mails):
        await smtp.sendmail("frister@kommune.dk", ["mette@kommune.dk"], content)
    await smtp.quit()


def _plain_commits(path: Path, number: int) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE IF NOT EXISTS plain (number INTEGER)")
    for one in range(number):
        connection.execute("INSERT INTO plain VALUES (?)", (one,))
    connection.close()


def _database(path: Path) -> Engine:
    engine = open_database(f"sqlite:///{path}")
    METADATA.create_all(engine)
    return engine


def _seconds(work: Callable[[], object]) -> Spent:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Spent(time.perf_counter() - wall, time.process_time() - cpu)


def _told(what: str, number: int, taken: Spent, than: str, base: Spent) -> Figure:
    """Print a measurement, and return it for the page."""
    times = taken.cpu / base.cpu
    print(
        f"{what}: {number:,} in {taken.wall:.1f} s, {taken.cpu:.1f} s of processor time, "
        f"{times:.1f} times {than} ({base.cpu:.1f} s)",
        flush=True,
    )
    return {"what": what, "number": number, **taken._asdict(), "than": than, "times": times}


if __name__ == "__main__":
    main()
