"""How fast mails may leave: so many a minute and a day, however many send and however often."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from itertools import pairwise
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, select

from flows.deliver import deliver
from flows.sending.deliver_database import Timer
from flows.settings import Settings
from models.database import open_database, reading
from models.outbox import ATTEMPT
from notifications.limits import PRESETS, Limits
from notifications.server import MailServer
from rules.dates import minutes_after
from tests.faults.post import MORNING, pending_mails, quick_timer
from tests.faults.scripted_server import Script, a_scripted_server
from tests.flow.mail_cases import SETTINGS
from tests.flow.test_deliver_line import alarms

TOMORROW = minutes_after(MORNING, 24 * 60)


class AnHour:
    """Monday's hour from 07:30, which passes only when a sender waits, or when it is told to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def clock(self) -> datetime:
        """Return what a clock on the wall shows."""
        return MORNING + timedelta(seconds=self.seconds)

    async def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.seconds += seconds

    @property
    def timer(self) -> Timer:
        """This time, as a sender asks for it."""
        sleep: Callable[[float], Awaitable[None]] = self.sleep
        return Timer(lambda: self.seconds, sleep)


def at_most(mails_a_minute: int) -> Settings:
    """Return the settings of an installation whose mails may leave no faster."""
    return SETTINGS.model_copy(update={"mail_rate": str(mails_a_minute)})


def another_process(database: Engine) -> Engine:
    """Open the database anew, as another process does, or this one after a restart."""
    return open_database(database.url.render_as_string(hide_password=False))


def send_anew(database: Engine, settings: Settings, hour: AnHour, server: MailServer) -> None:
    """Let a sender that knows nothing of the one before come by."""
    process = another_process(database)
    try:
        deliver(process, settings, hour.clock, server=server, timer=hour.timer)
    finally:
        process.dispose()


def gaps(database: Engine) -> list[float]:
    """The seconds between each try and the next."""
    with reading(database) as connection:
        asked = select(ATTEMPT.c.started_at).order_by(ATTEMPT.c.id)
        moments = list(connection.execute(asked).scalars())
    return [(later - moment).total_seconds() for moment, later in pairwise(moments)]


def test_no_more_mails_leave_in_a_minute_than_the_setting_says(database: Engine) -> None:
    pending_mails(database, 40)
    hour, script = AnHour(), Script()
    with a_scripted_server(script) as server:
        sent = []
        for _ in range(4):
            deliver(database, at_most(30), hour.clock, server=server, timer=hour.timer)
            sent.append(len(script.kept))
    # a round waits for 25 seconds at the most
    assert sent == [13, 25, 37, 40]
    assert set(gaps(database)) == {2.0}


def test_one_mail_a_minute_is_one_a_minute_over_many_deliveries_and_restarts(
    database: Engine,
) -> None:
    pending_mails(database, 3)
    hour, script = AnHour(), Script()
    with a_scripted_server(script) as server:
        for second in range(0, 240, 30):
            hour.seconds = max(hour.seconds, second)
            send_anew(database, at_most(1), hour, server)
    assert len(script.kept) == 3
    assert min(gaps(database)) >= 60


def test_processes_that_send_at_once_share_one_rate(database: Engine) -> None:
    """Time stands still for them: whoever is first sends, and it is nobody else's turn."""
    pending_mails(database, 6)
    script, together = Script(), Barrier(3)

    def another() -> None:
        process = another_process(database)
        together.wait()
        deliver(process, at_most(30), lambda: MORNING, server=server, timer=quick_timer())
        process.dispose()

    with a_scripted_server(script) as server:
        senders = [Thread(target=another) for _ in range(together.parties)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
    assert len(script.kept) == 1


def test_a_clock_that_was_set_back_keeps_no_mail_waiting_for_its_turn(database: Engine) -> None:
    pending_mails(database, 2)
    with a_scripted_server(Script()) as server:
        for moment in (minutes_after(MORNING, 60), MORNING):
            found = deliver(
                database, at_most(1), lambda at=moment: at, server=server, timer=quick_timer()
            )
            assert found.counts == {"accepted": 1}


def test_the_day_s_limit_of_a_preset_is_held_and_told(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    pending_mails(database, 5)
    monkeypatch.setitem(PRESETS, "tiny", Limits(connections=3, mails_a_day=3))
    limited = SETTINGS.model_copy(update={"mail_rate": "tiny"})
    with a_scripted_server(Script()) as server:
        assert deliver(database, limited, lambda: MORNING, server=server).counts == {"accepted": 3}
        assert deliver(database, limited, lambda: MORNING, server=server).counts == {}
        assert alarms(database) == [("mail limit", MORNING, None)]
        assert deliver(database, limited, lambda: TOMORROW, server=server).counts == {"accepted": 2}
    assert alarms(database) == [("mail limit", MORNING, TOMORROW)]
