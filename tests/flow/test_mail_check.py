"""Before anything is sent, the operator hears what is wrong with the way that mails go."""

from __future__ import annotations

import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.examining.findings import Finding, Level
from flows.examining.mail_check import check_mail_server, send_sample
from flows.examining.sender_records import SenderRecords, sender_records
from flows.mistakes import UserMistake
from notifications.server import MailServer, Tls
from tests.faults.scripted_server import Script, a_scripted_server
from tests.flow.dns_server import a_name_server, asking
from tests.flow.mail_cases import METTE, SETTINGS
from tests.flow.mail_server import a_mail_server, server_at, text_of

NOW = datetime.now(UTC)
"""Certificates of the tests are valid by the machine's own clock."""
ALL = SenderRecords(("10 mail.kommune.dk.",), "v=spf1 mx -all", "v=DMARC1; p=reject")
DSN = Script(offers=("SIZE 1000000", "DSN"))


def found(server: MailServer, records: SenderRecords = ALL, bounces: str = "") -> list[Finding]:
    """Return what is found on the way to a server."""
    settings = SETTINGS.model_copy(update={"bounces": bounces})
    return check_mail_server(settings, NOW, server=server, records=records)


def one(findings: list[Finding], subject: str) -> Finding:
    """Return the finding on a subject."""
    (finding,) = [finding for finding in findings if finding.subject == subject]
    return finding


def test_a_server_that_is_as_it_should_be_is_well(tmp_path: Path) -> None:
    for place in ("new", "cur"):
        (tmp_path / place).mkdir()
    with a_scripted_server(DSN) as server:
        findings = found(server, bounces=str(tmp_path))
    assert [(finding.subject, finding.level) for finding in findings] == [
        ("mail server", Level.OK),
        ("mail encryption", Level.OK),
        ("bounce box", Level.OK),
        ("sender domain", Level.OK),
    ]
    assert DSN.read == []


def test_looking_sends_nothing_and_the_sender_is_taken_back() -> None:
    with a_mail_server() as (kept, server):
        assert one(found(server), "mail server").level is Level.OK
        assert kept.taken == []


def test_the_encryption_is_told_with_the_day_that_the_certificate_ends() -> None:
    with a_mail_server(encrypted=True) as (_, server):
        encryption = one(found(server), "mail encryption")
    assert encryption.level is Level.OK
    assert "TLSv1." in encryption.what.en
    assert "valid to" in encryption.what.en


def test_a_certificate_that_ends_soon_is_a_warning() -> None:
    # the certificates of the tests are valid for decades
    with a_mail_server(encrypted=True) as (_, server):
        late = datetime(2999, 12, 25, tzinfo=UTC)
        findings = check_mail_server(SETTINGS, late, server=server, records=ALL)
    encryption = one(findings, "mail encryption")
    assert encryption.level is Level.WARNING
    assert "nothing is sent then" in encryption.what.en


@pytest.mark.parametrize(
    ("script", "level", "said"),
    [
        (Script(greeting="421 4.3.2 closing"), Level.WRONG, "does not answer"),
        (Script(greeting="close"), Level.WRONG, "does not answer"),
        (Script(mail="550 5.7.60 not allowed"), Level.WRONG, "FRISTVAGT_MAIL_FROM"),
        (Script(mail="451 4.7.1 try later"), Level.WARNING, "just now (451"),
    ],
)
def test_a_server_that_takes_no_mails_is_told_in_words(
    script: Script, level: Level, said: str
) -> None:
    with a_scripted_server(script) as server:
        finding = one(found(server), "mail server")
    assert finding.level is level
    assert said in finding.what.en


def test_a_port_where_nobody_listens_is_told() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        finding = one(found(server_at(nobody.getsockname()[1])), "mail server")
    assert finding.level is Level.WRONG
    assert "does not answer" in finding.what.en


def test_a_server_that_offers_no_encryption_gets_nothing() -> None:
    with a_scripted_server(Script()) as server:
        finding = one(found(server_at(server.port, Tls.STARTTLS)), "mail server")
    assert finding.level is Level.WRONG
    assert "offers no encryption" in finding.what.en


def test_a_certificate_for_another_name_is_told() -> None:
    with a_mail_server(encrypted=True, certified_for="elsewhere.example") as (_, server):
        finding = one(found(server), "mail server")
    assert finding.level is Level.WRONG
    assert "could not be encrypted" in finding.what.en


def test_a_small_limit_and_a_server_that_reports_nothing_are_warnings() -> None:
    with a_scripted_server(Script(offers=("SIZE 50000",))) as server:
        findings = found(server)
    assert "takes 50000 bytes at most" in one(findings, "mail size").what.en
    assert "FRISTVAGT_BOUNCE_ADDRESS" in one(findings, "mail reports").to_do.en


def test_a_bounce_box_that_is_not_set_or_cannot_be_read_is_told(tmp_path: Path) -> None:
    with a_scripted_server(DSN) as server:
        assert one(found(server), "bounce box").level is Level.WARNING
        missing = one(found(server, bounces=str(tmp_path / "nowhere")), "bounce box")
    assert missing.level is Level.WRONG
    assert "No such file" in missing.what.en


@pytest.mark.parametrize(
    ("records", "said"),
    [
        (ALL._replace(servers=()), "lacks MX in DNS"),
        (ALL._replace(spf="", dmarc=""), "lacks SPF, DMARC in DNS"),
        (ALL._replace(dmarc=None), "could not be asked"),
    ],
)
def test_what_the_dns_lacks_is_a_warning(records: SenderRecords, said: str) -> None:
    with a_scripted_server(DSN) as server:
        finding = one(found(server, records), "sender domain")
    assert finding.level is Level.WARNING
    assert said in finding.what.en


def test_the_dns_is_asked_as_receivers_ask_it() -> None:
    told = {
        ("kommune.dk", "MX"): "10 mail.kommune.dk.",
        ("kommune.dk", "TXT"): '"v=spf1 mx " "-all"',
        ("_dmarc.kommune.dk", "TXT"): '"v=DMARC1; p=reject"',
    }
    with a_name_server(told) as resolver:
        assert sender_records("kommune.dk", resolver) == ALL
        assert sender_records("nowhere.dk", resolver) == SenderRecords((), "", "")


def test_a_domain_without_our_records_lacks_them() -> None:
    with a_name_server({("kommune.dk", "TXT"): '"something else"'}) as resolver:
        assert sender_records("kommune.dk", resolver) == SenderRecords((), "", "")


def test_a_name_server_that_does_not_answer_could_not_be_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("flows.examining.sender_records.PATIENCE_SECONDS", 0.2)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        resolver = asking(silent.getsockname()[1])
        assert sender_records("kommune.dk", resolver) == SenderRecords(None, None, None)


def test_a_sample_says_that_it_is_one_and_names_no_case() -> None:
    with a_mail_server() as (kept, server):
        finding = send_sample(SETTINGS, METTE, "da", NOW, server=server)
        (mail,) = kept.to(METTE)
    assert finding.level is Level.OK
    assert mail["Subject"] == "Prøvemail fra Fristvagt"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "ikke om nogen sag" in text_of(mail)


def test_a_sample_that_is_refused_is_told_with_the_servers_answer() -> None:
    with a_mail_server() as (kept, server):
        kept.refuses.add(METTE)
        finding = send_sample(SETTINGS, METTE, "en", NOW, server=server)
    assert finding.level is Level.WRONG
    assert "550" in finding.what.en


def test_a_sample_goes_to_one_address_only() -> None:
    with pytest.raises(UserMistake, match="not a mail address"):
        send_sample(SETTINGS, "a@kommune.dk, b@kommune.dk", "en", NOW)
