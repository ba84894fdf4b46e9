"""The demo's mail server: a real one, on this machine only, that keeps what it is given."""

from __future__ import annotations

import smtplib
from pathlib import Path

from flows.demo.mailbox import Mailbox

MAIL = (
    b"Date: Sun, 25 Oct 2026 23:30:00 +0000\r\n"
    b"From: Frister <frister@kommune.example>\r\n"
    b"Subject: =?utf-8?q?Frist_om_3_dage=3A_2_sager_=C3=A5?=\r\n"
    b"\r\n"
    b"..en linje med to punktummer\r\n"
    b"slut\r\n"
)


def send(mailbox: Mailbox, *recipients: str) -> None:
    with smtplib.SMTP("127.0.0.1", mailbox.port) as server:
        server.sendmail("frister@kommune.example", list(recipients), MAIL)


def test_a_mail_is_kept_byte_for_byte_under_its_danish_day(tmp_path: Path) -> None:
    with Mailbox(tmp_path) as mailbox:
        send(mailbox, "ane.eksempelsen.sb001-1@kommune.example")
    (kept,) = mailbox.received
    assert kept.file == tmp_path / "2026-10-26" / "0030-0001-sb001-1.eml"
    assert kept.file.read_bytes() == MAIL
    assert kept.content["Subject"] == "Frist om 3 dage: 2 sager å"


def test_each_recipient_of_a_mail_has_a_file(tmp_path: Path) -> None:
    with Mailbox(tmp_path) as mailbox:
        send(mailbox, "ane@kommune.example", "bo@kommune.example")
    assert [mail.recipient for mail in mailbox.received] == [
        "ane@kommune.example",
        "bo@kommune.example",
    ]
    assert len(list(tmp_path.rglob("*.eml"))) == 2


def test_two_mailboxes_do_not_disturb_each_other(tmp_path: Path) -> None:
    with Mailbox(tmp_path / "one") as one, Mailbox(tmp_path / "other") as other:
        send(one, "ane@kommune.example")
    assert (len(one.received), len(other.received)) == (1, 0)
    assert one.port != other.port


def test_it_listens_on_this_machine_only(tmp_path: Path) -> None:
    with Mailbox(tmp_path) as mailbox:
        assert mailbox.url == f"smtp://127.0.0.1:{mailbox.port}"
