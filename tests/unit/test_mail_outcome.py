"""What a mail server's answers mean: the table of docs/decisions/0009-the-line.md, case by case."""

from __future__ import annotations

import pytest

from notifications.outcome import (
    ANSWERS,
    LINE_FAULTS,
    Phase,
    Verdict,
    ending,
    fitting_row,
    judge,
    scrubbed,
)

OUR_BOX = "5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException"
THEIR_BOX = "5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException"

CASES = {
    # the line itself
    "nobody answers": (Phase.CONNECT, None, "refused", Verdict.LINE_DOWN),
    "the greeting says not now": (Phase.CONNECT, 421, "4.3.2 not now", Verdict.LINE_DOWN),
    "the greeting says never": (Phase.CONNECT, 554, "no service", Verdict.LINE_DOWN),
    "the certificate has expired": (Phase.TLS, None, "has expired", Verdict.NOT_ENCRYPTED),
    "encryption is promised and not given": (Phase.TLS, 454, "no TLS", Verdict.NOT_ENCRYPTED),
    "the password is wrong": (Phase.AUTH, 535, "5.7.8 bad", Verdict.NOT_LET_IN),
    "the password must be changed": (Phase.AUTH, 534, "5.7.9 weak", Verdict.NOT_LET_IN),
    "passwords are asked for elsewhere": (Phase.AUTH, 530, "5.7.0 no", Verdict.NOT_LET_IN),
    "the server knows no way to log in": (
        Phase.AUTH,
        None,
        "No suitable authentication method found",
        Verdict.NOT_LET_IN,
    ),
    "the password cannot be checked now": (Phase.AUTH, 454, "4.7.0 no", Verdict.LINE_DOWN),
    "cut while logging in": (Phase.AUTH, None, "connection lost", Verdict.LINE_DOWN),
    "log in first": (Phase.MAIL, 530, "5.7.0 authenticate", Verdict.NOT_LET_IN),
    "log in first, said late": (Phase.RCPT, 530, "5.7.0 authenticate", Verdict.NOT_LET_IN),
    "cut before the recipient": (Phase.MAIL, None, "", Verdict.LINE_DOWN),
    "cut after the recipient": (Phase.RCPT, None, "", Verdict.LINE_DOWN),
    "closing before the mail": (Phase.MAIL, 421, "4.3.2 closing", Verdict.LINE_DOWN),
    "closing after the recipient": (Phase.RCPT, 421, "closing", Verdict.LINE_DOWN),
    "an answer nobody knows": (Phase.RCPT, 354, "go ahead", Verdict.LINE_DOWN),
    # what the server thinks of us
    "we may not send": (Phase.MAIL, 550, "5.7.1 sender not allowed", Verdict.SENDER_REFUSED),
    "our address is unknown": (Phase.MAIL, 553, "5.1.8 unknown", Verdict.SENDER_REFUSED),
    "the sender cannot be looked up now": (Phase.MAIL, 451, "4.3.0 later", Verdict.RETRY),
    "our mailbox is over its limit": (Phase.DATA, 554, OUR_BOX, Verdict.SENDER_REFUSED),
    "our mailbox is over its limit, early": (Phase.RCPT, 554, OUR_BOX, Verdict.SENDER_REFUSED),
    # too fast
    "too many at once": (Phase.MAIL, 432, "4.3.2 concurrent limit", Verdict.THROTTLED),
    "too many connections": (Phase.MAIL, 421, "4.7.0 too many", Verdict.THROTTLED),
    "too many from here": (Phase.RCPT, 450, "4.7.26 slow down", Verdict.THROTTLED),
    "too many mails": (Phase.DATA, 450, "4.7.0 rate", Verdict.THROTTLED),
    "the server is busy": (Phase.MAIL, 451, "4.7.500 Server busy", Verdict.THROTTLED),
    # the recipient
    "greylisted": (Phase.RCPT, 450, "4.7.1 greylisted", Verdict.RETRY),
    "the mailbox is busy": (Phase.RCPT, 450, "4.2.1 busy", Verdict.RETRY),
    "the mailbox is full for now": (Phase.RCPT, 452, "4.2.2 full", Verdict.MAILBOX_FULL),
    "the mailbox is full": (Phase.RCPT, 552, "full", Verdict.MAILBOX_FULL),
    "the mailbox is full, as Exchange says it": (Phase.DATA, 554, THEIR_BOX, Verdict.MAILBOX_FULL),
    "full, in the words of others": (Phase.RCPT, 550, "5.2.2 Quota exceeded", Verdict.MAILBOX_FULL),
    "no such person": (Phase.RCPT, 550, "5.1.1 unknown", Verdict.REFUSED),
    "not an address": (Phase.RCPT, 553, "5.1.3 bad syntax", Verdict.REFUSED),
    "gone away": (Phase.RCPT, 551, "not local", Verdict.REFUSED),
    "the mailbox is closed": (Phase.RCPT, 550, "5.2.1 disabled", Verdict.REFUSED),
    "not relayed": (Phase.RCPT, 554, "5.7.1 Relay access denied", Verdict.TURNED_AWAY),
    # the mail itself
    "taken": (Phase.DATA, 250, "2.0.0 queued", Verdict.ACCEPTED),
    "taken, to be passed on": (Phase.DATA, 251, "forwarded", Verdict.ACCEPTED),
    "not now, and closing": (Phase.DATA, 421, "closing", Verdict.RETRY),
    "not now": (Phase.DATA, 451, "4.3.0 later", Verdict.RETRY),
    "no room at the server": (Phase.DATA, 452, "4.3.1 no space", Verdict.RETRY),
    "too big": (Phase.DATA, 552, "5.3.4 too big", Verdict.TOO_BIG),
    "too big, in words alone": (Phase.DATA, 552, "message size exceeds", Verdict.TOO_BIG),
    "too big, seen beforehand": (Phase.MAIL, 552, "5.3.4 too big", Verdict.TOO_BIG),
    "too big for that mailbox": (Phase.RCPT, 550, "5.2.3 too long", Verdict.TOO_BIG),
    "taken for spam": (Phase.DATA, 554, "5.7.1 looks like spam", Verdict.CONTENT_REFUSED),
    "against a policy": (Phase.DATA, 550, "5.7.350 policy", Verdict.CONTENT_REFUSED),
    "broken": (Phase.DATA, 554, "5.6.0 broken", Verdict.REFUSED),
    "cut after the mail": (Phase.DATA, None, "connection lost", Verdict.UNCERTAIN),
    "nonsense after the mail": (Phase.DATA, -1, "garbage", Verdict.UNCERTAIN),
    "asked to go ahead again": (Phase.DATA, 354, "go ahead", Verdict.UNCERTAIN),
}


@pytest.mark.parametrize(("phase", "code", "text", "verdict"), CASES.values(), ids=CASES)
def test_the_phase_decides_first_and_then_the_code(
    phase: Phase, code: int | None, text: str, verdict: Verdict
) -> None:
    assert ending(phase, code, text).verdict is verdict


def test_every_row_of_the_table_is_the_answer_to_a_case() -> None:
    """No row is hidden by one above it, and none is untested."""
    used = {
        fitting_row(phase, code, ending(phase, code, text).enhanced_code, text)
        for phase, code, text, _ in CASES.values()
    }
    assert used == set(ANSWERS)


def test_after_the_mail_itself_only_a_clear_answer_is_certain() -> None:
    for code in [None, *range(600)]:
        verdict = judge(Phase.DATA, code, "")
        certain = code is not None and (200 <= code < 300 or 400 <= code < 600)
        assert (verdict is Verdict.UNCERTAIN) == (not certain)


def test_before_the_mail_itself_nothing_is_uncertain_and_nothing_is_taken() -> None:
    for phase in set(Phase) - {Phase.DATA}:
        for code in [None, *range(300, 600)]:
            assert judge(phase, code, "") not in {Verdict.UNCERTAIN, Verdict.ACCEPTED}


def test_nothing_that_would_happen_to_every_mail_is_held_against_one() -> None:
    for phase in (Phase.CONNECT, Phase.TLS, Phase.AUTH):
        for code in [None, *range(300, 600)]:
            assert judge(phase, code, "") in LINE_FAULTS


def test_the_queue_number_and_the_enhanced_code_are_kept() -> None:
    found = ending(Phase.DATA, 250, "2.0.0 Ok: queued as 4fX9Qz1Lm2")
    assert (found.queue_id, found.enhanced_code) == ("4fX9Qz1Lm2", "2.0.0")


def test_no_address_and_no_long_number_is_kept_of_what_a_server_says() -> None:
    said = scrubbed("550 5.1.1 <ida@x.dk>... User 010115-1234\r\nunknown, see bo@x.dk")
    assert said == "550 5.1.1 [address]... User [number] unknown, see [address]"
