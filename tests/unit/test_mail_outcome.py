"""What a mail server's answers mean: the table of docs/decisions/0005-outbox.md."""

from __future__ import annotations

import pytest

from notifications.outcome import Phase, Verdict, ending, judge, scrubbed

OUR_BOX = "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException"


@pytest.mark.parametrize(
    ("phase", "code", "text", "verdict"),
    [
        (Phase.CONNECT, None, "refused", Verdict.LINE_DOWN),
        (Phase.CONNECT, 554, "no service", Verdict.LINE_DOWN),
        (Phase.TLS, None, "certificate has expired", Verdict.LINE_DOWN),
        (Phase.AUTH, 535, "5.7.8 bad password", Verdict.LINE_DOWN),
        (Phase.MAIL, None, "", Verdict.LINE_DOWN),
        (Phase.MAIL, 421, "4.7.0 too many", Verdict.LINE_DOWN),
        (Phase.MAIL, 530, "5.7.0 authenticate first", Verdict.LINE_DOWN),
        (Phase.MAIL, 550, "5.7.1 sender not allowed", Verdict.LINE_DOWN),
        (Phase.MAIL, 451, "4.3.0 later", Verdict.RETRY),
        (Phase.RCPT, None, "", Verdict.LINE_DOWN),
        (Phase.RCPT, 421, "closing", Verdict.LINE_DOWN),
        (Phase.RCPT, 450, "4.7.1 greylisted", Verdict.RETRY),
        (Phase.RCPT, 452, "4.2.2 full", Verdict.RETRY),
        (Phase.RCPT, 550, "5.1.1 unknown", Verdict.REFUSED),
        (Phase.RCPT, 553, "5.1.3 bad syntax", Verdict.REFUSED),
        (Phase.RCPT, 530, "5.7.0 authenticate first", Verdict.LINE_DOWN),
        (Phase.RCPT, 554, OUR_BOX, Verdict.LINE_DOWN),
        (Phase.DATA, 250, "2.0.0 queued", Verdict.ACCEPTED),
        (Phase.DATA, 251, "forwarded", Verdict.ACCEPTED),
        (Phase.DATA, 421, "closing", Verdict.RETRY),
        (Phase.DATA, 451, "4.3.0 later", Verdict.RETRY),
        (Phase.DATA, 552, "5.3.4 too big", Verdict.REFUSED),
        (Phase.DATA, 554, "5.7.1 looks like spam", Verdict.RETRY_ONCE),
        (Phase.DATA, 554, "5.6.0 broken", Verdict.REFUSED),
        (Phase.DATA, 554, OUR_BOX, Verdict.LINE_DOWN),
        (Phase.DATA, None, "connection lost", Verdict.UNCERTAIN),
        (Phase.DATA, -1, "garbage", Verdict.UNCERTAIN),
        (Phase.DATA, 354, "go ahead", Verdict.UNCERTAIN),
    ],
)
def test_the_phase_decides_first_and_then_the_code(
    phase: Phase, code: int | None, text: str, verdict: Verdict
) -> None:
    assert ending(phase, code, text).verdict is verdict


def test_after_the_mail_itself_only_a_clear_answer_is_certain() -> None:
    for code in [None, *range(600)]:
        verdict = judge(Phase.DATA, code, "")
        certain = code is not None and (200 <= code < 300 or 400 <= code < 600)
        assert (verdict is Verdict.UNCERTAIN) == (not certain)


def test_the_queue_number_and_the_enhanced_code_are_kept() -> None:
    found = ending(Phase.DATA, 250, "2.0.0 Ok: queued as 4fX9Qz1Lm2")
    assert (found.queue_id, found.enhanced_code) == ("4fX9Qz1Lm2", "2.0.0")


def test_no_address_and_no_long_number_is_kept_of_what_a_server_says() -> None:
    said = scrubbed("550 5.1.1 <ida@x.dk>... User 010115-1234\r\nunknown, see bo@x.dk")
    assert said == "550 5.1.1 [address]... User [number] unknown, see [address]"
