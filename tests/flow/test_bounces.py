"""What comes back is told to somebody else in the same run, once, and only when it is ours."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, insert, select, update

from flows.composing.compose import build_messages
from flows.deliver import deliver
from flows.mistakes import UserMistake
from flows.sending.bounces import Looked, look_for_bounces, read_bounces
from flows.settings import Settings
from models.bounce_tables import BOUNCE
from models.bounces import return_path_secret
from models.database import reading, writing
from models.outbox import ATTEMPT, CARRIES, INTENT, MESSAGE, count_by_state
from models.outbox_messages import count_messages
from models.refusals import refusing_mailboxes
from models.runs import OPS_EVENT
from notifications.return_path import return_path
from notifications.server import MailServer
from rules.dates import minutes_after
from tests.flow.imap_server import an_imap_server
from tests.flow.mail_cases import (
    LENE,
    METTE,
    MONDAY,
    SETTINGS,
    TUESDAY,
    WARNED,
    at,
    plan,
    settle_in,
    warned,
)
from tests.flow.mail_server import Kept, a_mail_server, text_of
from tests.unit.test_bounce import sample

EARLY, MORNING, LATER = at(MONDAY, 5, 30), at(MONDAY), at(MONDAY, 8)
FAILED = {"reports failed": 1, "bounced": 1}


class Post:
    """A municipality, its mail server, and the folder that bounces are put into."""

    def __init__(self, engine: Engine, folder: Path, kept: Kept, server: MailServer) -> None:
        self.engine = engine
        self.folder = folder
        self.kept = kept
        self.server = server
        self.settings = SETTINGS.model_copy(update={"bounces": str(folder)})
        for place in ("new", "cur", "tmp"):
            (folder / place).mkdir(parents=True)

    def tell(self, now: object = MORNING) -> Counter[str]:
        """Build and deliver what is owed by now."""
        build_messages(self.engine, self.settings, now)  # type: ignore[arg-type]
        return self.deliver(now)

    def deliver(self, now: object) -> Counter[str]:
        """Deliver, as a run does."""
        return deliver(self.engine, self.settings, lambda: now, server=self.server).counts  # type: ignore[arg-type, return-value]

    def read(self) -> dict[str, int]:
        """Read the bounce box."""
        return dict(read_bounces(self.engine, self.settings, LATER))

    def arrives(self, content: bytes, name: str = "1.mail") -> Path:
        """Put a mail in the bounce box, as a mail server does."""
        path = self.folder / "new" / name
        path.write_bytes(content)
        return path

    def sent(self) -> str:
        """The number of the one mail that was sent."""
        with reading(self.engine) as connection:
            return str(connection.execute(select(MESSAGE.c.uuid)).scalar_one())

    def states(self) -> tuple[dict[str, int], dict[str, int]]:
        """How many intents and mails are in each state."""
        with reading(self.engine) as connection:
            return count_by_state(connection), count_messages(connection)

    def alarms(self) -> dict[str, bool]:
        """Every alarm, and whether it is over."""
        with reading(self.engine) as connection:
            rows = connection.execute(select(OPS_EVENT.c.kind, OPS_EVENT.c.recovered_at))
            return {kind: recovered is not None for kind, recovered in rows}


@pytest.fixture
def post(database: Engine, tmp_path: Path) -> Iterator[Post]:
    """Mette has been reminded of case 4711 this morning."""
    settle_in(database)
    plan(database, WARNED, now=EARLY)
    with a_mail_server() as (kept, server):
        house = Post(database, tmp_path / "bounces", kept, server)
        assert house.tell() == {"accepted": 1}
        yield house


def test_a_mail_that_did_not_arrive_goes_to_the_next_in_the_chain(post: Post) -> None:
    post.arrives(sample("postfix-failed", envelope_number=post.sent()))
    assert post.read() == FAILED
    assert post.states() == ({"undeliverable": 1}, {"bounced": 1})
    assert post.deliver(LATER) == {"accepted": 1, "redirected": 1}
    (mail,) = post.kept.to(LENE)
    assert "Sag 4711" in text_of(mail)
    with reading(post.engine) as connection:
        reasons = connection.execute(select(INTENT.c.state_reason).order_by(INTENT.c.id)).scalars()
        assert list(reasons) == ["bounced 5.1.1", ""]


def test_the_leader_is_told_in_the_same_run(post: Post) -> None:
    from flows.run import DELIVER, Share, run

    post.arrives(sample("postfix-failed", envelope_number=post.sent()))
    settings = post.settings.model_copy(
        update={"mail_url": f"smtp://{post.server.host}:{post.server.port}"}
    )
    ran = run(post.engine, settings, lambda: LATER, share=Share(steps=frozenset({DELIVER})))
    assert ran.counts["bounced"] == ran.counts["redirected"] == 1
    assert len(post.kept.to(LENE)) == 1


def test_exchange_is_believed_by_the_signed_address(post: Post) -> None:
    with writing(post.engine) as connection:
        secret = return_path_secret(connection)
    to = return_path("bounce@kommune.dk", post.sent(), secret)
    post.arrives(sample("exchange-failed", to))
    assert post.read() == FAILED


def test_a_report_is_put_away_and_counts_once(post: Post) -> None:
    path = post.arrives(sample("postfix-failed", envelope_number=post.sent()), "1.mail:2,S")
    assert post.read() == FAILED
    assert not path.exists()
    assert [one.name for one in (post.folder / "cur").iterdir()] == ["1.mail:2,FS"]
    assert post.read() == {}


def test_a_second_report_about_the_same_mail_changes_nothing(post: Post) -> None:
    report = sample("postfix-failed", envelope_number=post.sent())
    post.arrives(report)
    post.read()
    post.arrives(report.replace(b"07:30:12", b"07:31:12"), "2.mail")
    assert post.read() == {"reports failed": 1}
    assert post.states() == ({"undeliverable": 1}, {"bounced": 1})


def test_killed_between_storing_and_putting_away_it_is_read_again_and_counts_once(
    post: Post,
) -> None:
    post.arrives(sample("postfix-failed", envelope_number=post.sent()))
    for point in ("stored", "put away"):
        with pytest.raises(KilledError):
            read_bounces(post.engine, post.settings, LATER, at_point=killed_at(point))
    assert post.read() == {"bounced": 1}
    with reading(post.engine) as connection:
        assert len(connection.execute(select(BOUNCE)).all()) == 1


class KilledError(BaseException):
    """The process is gone."""


def killed_at(point: str) -> Callable[[str], None]:
    """Return what ends the process at a point."""

    def pass_by(where: str) -> None:
        if where == point:
            raise KilledError

    return pass_by


def test_a_report_that_comes_before_our_own_record_waits_for_it(post: Post) -> None:
    with writing(post.engine) as connection:
        connection.execute(update(MESSAGE).values(state="in_data"))
        connection.execute(update(INTENT).values(state="planned"))
    post.arrives(sample("postfix-failed", envelope_number=post.sent()))
    assert post.read() == {"reports failed": 1}
    assert post.states() == ({"planned": 1}, {"in_data": 1})
    with writing(post.engine) as connection:
        connection.execute(update(MESSAGE).values(state="accepted"))
        connection.execute(update(INTENT).values(state="sent"))
    assert post.read() == {"bounced": 1}
    assert post.states() == ({"undeliverable": 1}, {"bounced": 1})


@pytest.mark.parametrize("state", ["failed", "hold", "cancelled", "superseded"])
def test_a_report_about_a_mail_that_ended_otherwise_changes_nothing(post: Post, state: str) -> None:
    with writing(post.engine) as connection:
        connection.execute(update(MESSAGE).values(state=state))
    post.arrives(sample("postfix-failed", envelope_number=post.sent()))
    assert post.read() == {"reports failed": 1}
    assert post.states() == ({"sent": 1}, {state: 1})
    assert post.read() == {}


def test_a_report_about_a_mail_that_was_removed_is_counted_and_no_more(post: Post) -> None:
    uuid = post.sent()
    with writing(post.engine) as connection:
        for table in (CARRIES, ATTEMPT, MESSAGE):
            connection.execute(delete(table))
    post.arrives(sample("postfix-failed", envelope_number=uuid))
    assert post.read() == {"reports failed": 1}
    assert post.states() == ({"sent": 1}, {})


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("postfix-delayed", "delayed"),
        ("postfix-delivered", "delivered"),
        ("exchange-auto-reply", "auto reply"),
        ("exchange-failed", "unproven"),
        ("a-person-replies", "unknown"),
    ],
)
def test_what_is_no_failure_of_ours_is_counted_and_nothing_is_sent(
    post: Post, name: str, kind: str
) -> None:
    post.arrives(sample(name, envelope_number=post.sent()))
    assert post.read() == {f"reports {kind}": 1}
    assert post.states() == ({"sent": 1}, {"accepted": 1})
    assert post.deliver(LATER) == {}
    assert len(post.kept.taken) == 1


def test_a_delay_that_is_read_after_the_failure_does_not_undo_it(post: Post) -> None:
    uuid = post.sent()
    post.arrives(sample("postfix-failed", envelope_number=uuid), "1.mail")
    post.arrives(sample("postfix-delayed", envelope_number=uuid), "2.mail")
    assert post.read() == {"reports failed": 1, "reports delayed": 1, "bounced": 1}
    assert post.states() == ({"undeliverable": 1}, {"bounced": 1})


def test_a_bounce_of_a_storm_of_auto_replies_is_never_answered(post: Post) -> None:
    for number in range(50):
        reply = sample("exchange-auto-reply").replace(b"9a1c", b"%d" % number)
        post.arrives(reply, f"{number}.mail")
    assert post.read() == {"reports auto reply": 50}
    assert len(post.kept.taken) == 1


def test_a_mail_too_big_to_be_a_report_is_counted_unread(post: Post) -> None:
    post.arrives(sample("postfix-failed", envelope_number=post.sent()) + b"x" * 3_000_000)
    assert post.read() == {"reports too big": 1}
    assert post.states() == ({"sent": 1}, {"accepted": 1})


def test_no_way_to_the_recipients_server_is_an_alarm_until_a_day_has_passed_without(
    post: Post,
) -> None:
    post.arrives(sample("postfix-no-route", envelope_number=post.sent()))
    assert post.read() == {"reports routing": 1, "bounced": 1}
    assert post.alarms() == {"mail routing": False}
    read_bounces(post.engine, post.settings, minutes_after(LATER, 23 * 60))
    assert post.alarms() == {"mail routing": False}
    read_bounces(post.engine, post.settings, minutes_after(LATER, 25 * 60))
    assert post.alarms() == {"mail routing": True}


@pytest.mark.parametrize(("status", "refusing"), [("5.4.4", []), ("5.1.1", [METTE])])
def test_three_mails_that_found_no_way_do_not_make_a_mailbox_one_that_refuses(
    post: Post, status: str, refusing: list[str]
) -> None:
    with writing(post.engine) as connection:
        row = dict(connection.execute(select(MESSAGE)).mappings().one())
        for number in range(3):
            again = {"uuid": f"{number:032}", "key": str(number), "message_id": str(number)}
            bounced = {"state": "bounced", "error": f"bounced {status}"}
            connection.execute(insert(MESSAGE), row | again | bounced)
    with reading(post.engine) as connection:
        assert list(refusing_mailboxes(connection)) == refusing


def test_nothing_that_came_back_is_stored_or_logged(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    post.arrives(sample("postfix-failed", envelope_number=post.sent()))
    post.arrives(sample("exchange-failed").replace(b"Holm", b"ZZCANARY"), "2.mail")
    post.read()
    with reading(post.engine) as connection:
        rows = str(connection.execute(select(BOUNCE)).all())
    for said in (rows, caplog.text):
        assert METTE not in said
        assert "kommune.example" not in said
        assert "ZZCANARY" not in said


def test_the_box_is_read_every_five_minutes_and_at_once_when_the_clock_was_set_back(
    post: Post,
) -> None:
    def counted(minutes: int) -> Looked:
        return look_for_bounces(post.engine, post.settings, minutes_after(LATER, minutes))

    assert counted(0).counts == {}
    post.arrives(sample("a-person-replies"))
    assert counted(4).counts == {}
    assert counted(5).counts == {"reports unknown": 1}
    post.arrives(sample("exchange-auto-reply"), "2.mail")
    assert counted(-60).counts == {"reports auto reply": 1}


def test_a_box_that_cannot_be_read_is_told_once_and_stops_nothing(post: Post) -> None:
    (post.folder / "new").rename(post.folder / "old")
    looked = look_for_bounces(post.engine, post.settings, LATER)
    assert looked.fault is not None
    assert "FRISTVAGT_BOUNCES" in looked.fault.en
    assert "No such file" in looked.fault.en
    assert post.alarms() == {"bounces": False}
    (post.folder / "old").rename(post.folder / "new")
    assert look_for_bounces(post.engine, post.settings, at(TUESDAY)).fault is None
    assert post.alarms() == {"bounces": True}


@pytest.mark.parametrize("encrypted", [False, True])
def test_a_mailbox_on_an_imap_server_is_read_and_flagged(post: Post, encrypted: bool) -> None:
    plan(post.engine, warned("4712"), now=EARLY)
    with an_imap_server(encrypted=encrypted) as (kept, box):
        kept.add(sample("a-person-replies"))
        kept.add(sample("postfix-failed", envelope_number=post.sent()))
        kept.add(sample("exchange-auto-reply") + b"x" * 3_000_000)
        counts = read_bounces(post.engine, post.settings, LATER, box=box)
        assert counts == FAILED | {"reports unknown": 1, "reports too big": 1}
        assert kept.flagged == {1, 2, 3}
        assert read_bounces(post.engine, post.settings, LATER, box=box) == {}
    assert kept.asked.count("LOGIN") == 2


def test_killed_before_the_flag_the_mail_on_the_server_is_read_again(post: Post) -> None:
    with an_imap_server() as (kept, box):
        kept.add(sample("postfix-failed", envelope_number=post.sent()))
        with pytest.raises(KilledError):
            read_bounces(post.engine, post.settings, LATER, box=box, at_point=killed_at("stored"))
        assert kept.flagged == set()
        counts = read_bounces(post.engine, post.settings, LATER, box=box)
        assert counts == {"reports known before": 1, "bounced": 1}
        assert kept.flagged == {1}


def test_an_imap_server_with_a_certificate_for_another_name_gets_no_password(post: Post) -> None:
    with (
        an_imap_server(encrypted=True, certified_for="elsewhere.example") as (kept, box),
        pytest.raises(UserMistake, match="certificate"),
    ):
        read_bounces(post.engine, post.settings, LATER, box=box)
    assert kept.asked == []


def test_a_wrong_password_is_said_without_the_password(post: Post) -> None:
    with an_imap_server() as (_, box):
        wrong = box._replace(server=MailServer("localhost", box.server.port, box.server.tls, "x"))
        with pytest.raises(UserMistake) as told:
            read_bounces(post.engine, post.settings, LATER, box=wrong)
    assert "user name, password" in told.value.en


def test_a_mailbox_is_not_read_in_clear_over_a_network() -> None:
    with pytest.raises(ValueError, match="bounces"):
        Settings(_env_file=None, bounces="imap://bounce:secret@mail.kommune.dk/INBOX")


def test_without_a_box_nothing_is_looked_for(database: Engine) -> None:
    assert look_for_bounces(database, SETTINGS, LATER) == Looked(Counter())
