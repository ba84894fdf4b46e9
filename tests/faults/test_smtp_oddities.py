"""What no honest server says: more than it was asked, sizes that are none, half an answer."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from flows.mistakes import UserMistake
from tests.faults.conftest import Reckon
from tests.faults.post import a_pending_mail, how_it_stands, pending_mails, send, send_until_settled
from tests.faults.scripted_server import Script, a_scripted_server

GOOD = "250 2.0.0 Ok: queued as GOOD"


@pytest.mark.parametrize("more", ["250 2.0.0 Ok: queued as EARLY\\r\\n", "250", "354 go\\r\\n"])
@pytest.mark.parametrize("end", ["451 4.3.0 later", "554 5.7.1 no"])
def test_s17_an_answer_before_the_mail_was_sent_is_not_taken_for_its_own(
    database: Engine, reckoned: Reckon, more: str, end: str
) -> None:
    a_pending_mail(database)
    script = Script(data=[f"raw 354 go\\r\\n{more}", "354 go"], data_ends=[end, GOOD])
    with a_scripted_server(script) as server:
        send(database, server)
        assert how_it_stands(database) == ("pending", 1, 1)
        send_until_settled(database, server)
    assert reckoned(database, [mail.content for mail in script.kept]) == (1, 0, 0, 0)


@pytest.mark.parametrize("phase", ["greeting", "hello", "mail", "rcpt", "data_ends"])
def test_s17_two_answers_at_once_cost_no_mail_and_no_copy(
    database: Engine, reckoned: Reckon, phase: str
) -> None:
    """All that follows is answered by the answer to what came before, until the line is cut."""
    pending_mails(database, 3)
    code = "220" if phase == "greeting" else "250"
    script = Script(**{phase: [f"raw {code} OK\\r\\n{code} OK\\r\\n", f"{code} OK"]})
    with a_scripted_server(script) as server:
        send_until_settled(database, server, connections=1)
    assert reckoned(database, script.read) == (3, 0, 0, 0)


@pytest.mark.parametrize(
    "size",
    ["SIZE 0", "SIZE -5", "SIZE many", "SIZE 1e9", "SIZE " + "9" * 400, "SIZE " + "9" * 5000],
)
def test_s31_a_size_that_is_none_is_no_limit(database: Engine, reckoned: Reckon, size: str) -> None:
    a_pending_mail(database)
    script = Script(offers=(f"SIZE {size}", "DSN"))
    with a_scripted_server(script) as server:
        assert send(database, server).counts == {"accepted": 1}
    assert reckoned(database, script.read) == (1, 0, 0, 0)


NOT_NOW = r"raw {0}-4.2.0 pr\xf8v\r\n{0}-4.2.0 igen \xe6\xc3\r\n{0} 4.2.0 \xff\x00\r\n"


@pytest.mark.parametrize(("phase", "code"), [("rcpt", "450"), ("data_ends", "451")])
def test_s20_a_not_now_of_many_lines_in_no_known_alphabet_is_one(
    database: Engine, reckoned: Reckon, phase: str, code: str
) -> None:
    a_pending_mail(database)
    good = GOOD if phase == "data_ends" else "250 OK"
    script = Script(**{phase: [NOT_NOW.format(code), good]})
    with a_scripted_server(script) as server:
        send(database, server)
        assert how_it_stands(database) == ("pending", 1, 0)
        send_until_settled(database, server)
    assert reckoned(database, script.read[-1:]) == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("offers", "login"),
    [
        (("AUTH NTLM GSSAPI",), "235 in"),
        ((), "235 in"),
        (("AUTH CRAM-MD5",), "334 !!! this is no base64"),
        (("AUTH PLAIN LOGIN",), "334 more"),
    ],
    ids=["none in common", "none", "garbage", "for ever"],
)
def test_s8_no_way_to_log_in_leaves_the_mail_untried_and_is_told(
    database: Engine, offers: tuple[str, ...], login: str
) -> None:
    a_pending_mail(database)
    script = Script(offers=offers, login=login)
    with a_scripted_server(script, encrypted=True, user="us") as server:
        fault = send(database, server).fault
    assert isinstance(fault, UserMistake)
    assert how_it_stands(database) == ("pending", 0, 0)
    assert "s3cret" not in fault.en
