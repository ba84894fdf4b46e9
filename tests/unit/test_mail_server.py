"""Which mail servers are spoken to, and how."""

from __future__ import annotations

import ssl

import pytest

from notifications.addresses import mailbox, sender
from notifications.server import MailServer, Tls, mail_server


def test_a_server_elsewhere_is_spoken_to_encrypted() -> None:
    assert mail_server("smtp://mail.kommune.dk").tls is Tls.STARTTLS
    assert mail_server("smtps://mail.kommune.dk").tls is Tls.FROM_THE_START


def test_clear_text_over_a_network_cannot_even_be_asked_for() -> None:
    with pytest.raises(ValueError, match=r"mail\.kommune\.dk is another machine"):
        MailServer("mail.kommune.dk", 25, Tls.NONE)


def test_the_address_gives_port_user_and_password() -> None:
    server = mail_server("smtp://fristvagt:s%40l%2Ft@mail.kommune.dk:2587")
    assert (server.port, server.user, server.password) == (2587, "fristvagt", "s@l/t")
    assert "s@l/t" not in repr(server)


@pytest.mark.parametrize(
    ("url", "port"),
    [("smtp://a.dk", 25), ("smtp://u:p@a.dk", 587), ("smtps://a.dk", 465), ("smtp://[::1]", 25)],
)
def test_the_usual_port_is_taken_when_none_is_given(url: str, port: int) -> None:
    assert mail_server(url).port == port


@pytest.mark.parametrize("url", ["http://a.dk", "a.dk:25", "smtp://", ""])
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="smtp"):
        mail_server(url)


@pytest.mark.parametrize("host", ["mail..dk", ".dk", "a" * 64 + ".dk"])
def test_a_name_that_no_machine_can_have_is_refused(host: str) -> None:
    with pytest.raises(ValueError, match="is no name of a machine"):
        mail_server(f"smtp://{host}:25")


def test_old_encryption_and_unknown_certificates_are_refused() -> None:
    context = mail_server("smtp://mail.kommune.dk").context()
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


@pytest.mark.parametrize(
    "text", ["", "nobody", "a@x.dk, b@x.dk", "søren@x.dk", "a@x.dk\r\nRCPT TO:<b@x.dk>", "<a@x.dk>"]
)
def test_what_is_not_one_plain_address_is_no_mailbox(text: str) -> None:
    assert mailbox(text) == ""


def test_one_mailbox_has_one_form() -> None:
    assert mailbox("Mette@KOMMUNE.dk") == mailbox("Mette@kommune.DK") == "Mette@kommune.dk"


def test_a_sender_without_a_name_gets_ours() -> None:
    assert sender("frister@kommune.dk") == ("Fristvagt", "frister@kommune.dk")
