"""What comes to the bounce box is believed when it is about a mail of ours, and not otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.bounce import LARGEST, Bounce, Kind, read_bounce
from notifications.return_path import read_return_path, return_path

SAMPLES = Path(__file__).parents[1] / "samples" / "bounces"
SECRET = b"the secret of this installation"
MAIL, OTHER_MAIL = "0f" * 16, "1e" * 16
SENDER = "frister@kommune.example"
SIGNED = return_path("bounce@kommune.example", MAIL, SECRET)


def sample(name: str, to: str = SENDER, envelope_number: str = MAIL) -> bytes:
    """Return a sample as it came to an address."""
    text = (SAMPLES / f"{name}.eml").read_text("utf-8")
    return text.replace("@TO@", to).replace("@ENVID@", envelope_number).encode()


def read(name: str, to: str = SENDER, envelope_number: str = MAIL) -> Bounce:
    """Return what a sample means."""
    return read_bounce(sample(name, to, envelope_number), SECRET)


@pytest.mark.parametrize(
    ("name", "kind", "status"),
    [
        ("postfix-failed", Kind.FAILED, "5.1.1"),
        ("postfix-delayed", Kind.DELAYED, "4.4.1"),
        ("postfix-expired", Kind.FAILED, "4.4.1"),
        ("postfix-no-route", Kind.ROUTING, "5.4.4"),
        ("postfix-delivered", Kind.DELIVERED, "2.0.0"),
    ],
)
def test_postfix_tells_what_became_of_the_mail_with_our_number(
    name: str, kind: Kind, status: str
) -> None:
    assert read(name) == Bounce(kind, MAIL, status)


def test_exchange_gives_no_number_back_so_the_signed_address_says_which_mail() -> None:
    assert read("exchange-failed", SIGNED) == Bounce(Kind.FAILED, MAIL, "5.1.10")


def test_the_signed_address_is_believed_before_the_number() -> None:
    assert read("postfix-failed", SIGNED, OTHER_MAIL).message_uuid == MAIL


def test_a_relay_that_writes_addresses_in_capitals_does_not_break_the_signature() -> None:
    assert read("exchange-failed", SIGNED.upper()).message_uuid == MAIL


@pytest.mark.parametrize(
    "to",
    [
        SENDER,
        return_path("bounce@kommune.example", MAIL, b"another secret"),
        SIGNED.replace(MAIL, OTHER_MAIL),
        f"bounce+{MAIL}@kommune.example",
        f"bounce+{MAIL}.@kommune.example",
        "bounce+søren.æøå@kommune.example",
    ],
)
def test_a_report_without_number_and_signature_is_not_believed(to: str) -> None:
    assert read("exchange-failed", to) == Bounce(Kind.UNPROVEN)


@pytest.mark.parametrize("number", ["", "1", "0f" * 15, "zz" * 16, "' OR 1=1", "0f" * 17])
def test_what_is_no_number_of_ours_is_not_believed(number: str) -> None:
    assert read("postfix-failed", envelope_number=number) == Bounce(Kind.UNPROVEN)


def test_an_absent_persons_auto_reply_is_known_for_what_it_is() -> None:
    assert read("exchange-auto-reply", SIGNED) == Bounce(Kind.AUTO_REPLY, MAIL)
    assert read("exchange-auto-reply") == Bounce(Kind.AUTO_REPLY)


def test_what_a_person_writes_is_not_taken_for_a_report() -> None:
    assert read("a-person-replies") == Bounce(Kind.UNKNOWN)


def test_one_of_several_people_behind_a_mailbox_who_got_nothing_counts() -> None:
    block = b"Final-Recipient: rfc822; jonas@kommune.example\nAction: delivered\nStatus: 2.0.0\n\n"
    both = sample("postfix-failed").replace(b"Final-Recipient", block + b"Final-Recipient", 1)
    assert read_bounce(both, SECRET) == Bounce(Kind.FAILED, MAIL, "5.1.1")


def test_lines_may_end_either_way() -> None:
    crlf = sample("postfix-failed").replace(b"\n", b"\r\n")
    assert read_bounce(crlf, SECRET) == Bounce(Kind.FAILED, MAIL, "5.1.1")


def test_a_report_whose_action_we_do_not_know_is_about_the_mail_but_changes_nothing() -> None:
    odd = sample("postfix-failed").replace(b"Action: failed", b"Action: exploded")
    assert read_bounce(odd, SECRET) == Bounce(Kind.UNKNOWN, MAIL)


def test_an_attachment_bomb_is_not_opened() -> None:
    head = b"Content-Type: multipart/report; boundary=b\n\n"
    too_big = sample("postfix-failed") + b"x" * LARGEST
    assert read_bounce(too_big, SECRET) == Bounce(Kind.TOO_BIG)
    parts = head + b"--b\n\n" * 150_000
    assert read_bounce(parts, SECRET) == Bounce(Kind.UNKNOWN)
    layers = b"".join(
        b"Content-Type: multipart/report; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(16_000)
    )
    assert read_bounce(layers, SECRET) == Bounce(Kind.UNKNOWN)
    paragraphs = head + b"--b\nContent-Type: message/delivery-status\n\n" + b"a: b\n\n" * 150_000
    assert read_bounce(paragraphs, SECRET) == Bounce(Kind.UNPROVEN)


@given(st.binary(max_size=400), st.integers(0, 2000))
def test_no_bytes_at_all_break_the_reading(junk: bytes, at: int) -> None:
    report = sample("postfix-failed")
    for content in (junk, report[:at] + junk, report[:at] + junk + report[at:]):
        assert isinstance(read_bounce(content, SECRET), Bounce)


@given(st.uuids(), st.binary(min_size=1, max_size=40))
def test_every_signed_address_is_read_back_and_only_with_its_secret(
    uuid: object, secret: bytes
) -> None:
    number = getattr(uuid, "hex", "")
    address = return_path("bounce@kommune.example", number, secret)
    assert read_return_path(address, secret) == number
    assert read_return_path(address, secret + b"!") is None
    assert len(address.partition("@")[0]) <= 64


def test_a_base_that_leaves_no_room_for_the_number_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        return_path("fristvagt-returpost@kommune.example", MAIL, SECRET)
