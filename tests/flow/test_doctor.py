"""`fristvagt doctor`: each thing that can be wrong with an installation, and what to do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from flows import opening
from flows.commands.moments import read_moment
from flows.examining import doctor_host
from flows.examining.doctor import examine
from flows.examining.doctor_database import database_findings
from flows.examining.doctor_folders import folder_findings
from flows.examining.doctor_host import misfits
from flows.examining.findings import Finding, Level
from flows.host_checks import MEGABYTE, Disk, Mount
from flows.mistakes import UserMistake
from flows.opening import require_place
from flows.service.starting import EARLIEST, require_clock
from flows.settings import Settings
from models.database import open_database, writing
from models.runs import Slot, begin_run
from models.schema import migrate
from rules.dates import minutes_after
from tests.flow.case_builder import Municipality
from tests.flow.mail_server import a_mail_server
from tests.flow.service import settings_object, settings_of
from tests.flow.typed import Run, ask_in

MONDAY = read_moment("2026-11-23 08:15")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in an empty folder."""
    return ask_in(tmp_path, monkeypatch, capsys)


def by_subject(findings: list[Finding]) -> dict[str, Finding]:
    """The worst finding of each subject."""
    order = list(Level)
    return {one.subject: one for one in sorted(findings, key=lambda one: order.index(one.level))}


@pytest.fixture
def house(database_url: str) -> Iterator[Engine]:
    """A database of this version."""
    engine = open_database(database_url)
    migrate(engine)
    yield engine
    engine.dispose()


def found_in(engine: Engine, at: datetime = MONDAY) -> dict[str, Finding]:
    """What the doctor finds in a database."""
    url = engine.url.render_as_string(hide_password=False)
    settings = settings_object("smtp://localhost:25", database_url=url)
    return by_subject(list(database_findings(settings, at)))


def test_an_empty_folder_is_told_what_to_do_and_nothing_is_made_in_it(
    run: Run, tmp_path: Path
) -> None:
    answer = run("doctor")
    assert answer.code == 1  # no mail can be sent
    assert "FRISTVAGT_MAIL_URL is not set" in answer.out
    assert "Run fristvagt migrate." in answer.out
    assert list(tmp_path.iterdir()) == []


def test_a_complete_installation_is_well(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in settings_of("smtp://localhost:25").items():
        monkeypatch.setenv(name, value)
    assert run("migrate").code == 0
    answer = run("doctor", "--json")
    assert answer.code == 0
    found = {one["subject"]: one["level"] for one in json.loads(answer.out)}
    subjects = ("rules", "holidays", "place", "libraries", "telemetry", "database", "clock")
    assert {found[subject] for subject in subjects} == {"ok"}


def test_every_finding_that_is_not_well_is_told_in_both_languages() -> None:
    settings = Settings(database_url="sqlite:////nowhere/at/all/fristvagt.db")
    for finding in examine(settings, MONDAY):
        assert finding.what.da
        assert finding.what.en
        if finding.level is not Level.OK:
            assert finding.what.da != finding.what.en


def test_a_sound_database_is_well(house: Engine) -> None:
    assert found_in(house)["database"].level is Level.OK


def test_a_damaged_database_is_found(tmp_path: Path) -> None:
    path = tmp_path / "fristvagt.db"
    engine = open_database(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    content = bytearray(path.read_bytes())
    for page in range(20, 60):
        content[page * 4096 : page * 4096 + 200] = b"\xff" * 200
    path.write_bytes(content)
    settings = Settings(database_url=f"sqlite:///{path}")
    found = by_subject(list(database_findings(settings, MONDAY)))["database"]
    assert found.level is Level.WRONG
    assert "fristvagt restore" in found.what.en


@pytest.mark.parametrize("command", ["status", "backup copy"])
def test_a_command_in_another_folder_makes_no_database_by_mistake(
    run: Run, tmp_path: Path, command: str
) -> None:
    answer = run(*command.split())
    assert answer.code == 1
    assert answer.err.startswith(f"There is no database {tmp_path}/fristvagt.db. Run the command")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_told_in_words(run: Run, tmp_path: Path) -> None:
    (tmp_path / "fristvagt.db").write_bytes(b"no database at all, only a text " * 100)
    for command in ("doctor", "status", "migrate"):
        answer = run(command)
        assert answer.code == 1
        assert "file is not a database" in answer.out + answer.err


@pytest.mark.parametrize(
    ("version", "words"), [("9999", "newer version"), ("0004", "fristvagt migrate")]
)
def test_a_database_of_another_version_is_told(house: Engine, version: str, words: str) -> None:
    with writing(house) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})
    found = found_in(house)["database"]
    assert found.level is Level.WRONG
    assert words in found.what.en


def test_a_database_that_cannot_be_reached_is_told() -> None:
    settings = Settings(database_url="postgresql://nobody:secret@127.0.0.1:9/none")
    (found,) = database_findings(settings, MONDAY)
    assert found.level is Level.WRONG
    assert "cannot be opened" in found.what.en
    assert "secret" not in found.what.en


def test_a_clock_behind_the_newest_run_is_wrong(house: Engine) -> None:
    later = minutes_after(MONDAY, 60)
    with writing(house) as connection:
        begin_run(connection, Slot("evaluate", "x"), later, gone_before=later, late=False)
    assert "The clock is behind" in found_in(house)["clock"].what.en


def test_a_clock_other_than_that_of_postgresql_is_wrong(house: Engine) -> None:
    found = found_in(house, read_moment("2031-01-06 08:00"))["clock"]
    expected = Level.OK if house.dialect.name == "sqlite" else Level.WRONG
    assert found.level is expected


def test_a_clock_that_was_never_set_is_told() -> None:
    with pytest.raises(UserMistake, match="1970-01-01"):
        require_clock(read_moment("1970-01-01 01:05"))
    require_clock(EARLIEST)


def test_people_without_an_address_are_named_by_identity_only(house: Engine) -> None:
    town = Municipality(house)
    town.person("anna")
    for number in range(7):
        town.person(f"p{number}", email="", team="Nord")
    town.person("gone", email="", active=False)
    found = found_in(house)["addresses"]
    assert found.level is Level.WARNING
    assert found.what.en.startswith("7 members of staff have no usable mail address (p0, p1,")
    assert "p6" not in found.what.en


def test_a_folder_of_broken_rules_is_told_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "vocabulary.yaml").write_text("language: 1\nkinds: [", "utf-8")
    found = by_subject(examine(Settings(rules=tmp_path), MONDAY))["rules"]
    assert found.level is Level.WRONG
    assert "vocabulary.yaml" in found.what.en


def test_unknown_holidays_are_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.examining.doctor.danish_holidays", lambda _year: frozenset())
    found = by_subject(examine(Settings(), MONDAY))["holidays"]
    assert found.level is Level.WRONG
    assert "2027" in found.what.en


@pytest.mark.parametrize("mounted", ["nfs4", "cifs", "fuse.sshfs", "9p", "smb3"])
def test_a_database_on_a_network_file_system_is_refused(tmp_path: Path, mounted: str) -> None:
    table = [Mount("/", "ext4"), Mount(str(tmp_path), mounted)]
    with pytest.raises(UserMistake, match=f"network file system \\({mounted}\\)"):
        require_place(f"sqlite:///{tmp_path}/fristvagt.db", table)


def test_a_link_to_a_network_file_system_is_seen_through(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.mkdir()
    (tmp_path / "here").symlink_to(there)
    table = [Mount("/", "ext4"), Mount(str(there), "nfs")]
    with pytest.raises(UserMistake, match="network file system"):
        require_place(f"sqlite:///{tmp_path}/here/fristvagt.db", table)


def test_a_local_disk_mounted_below_a_network_file_system_is_fine(tmp_path: Path) -> None:
    table = [Mount("/", "nfs4"), Mount(str(tmp_path), "ext4")]
    require_place(f"sqlite:///{tmp_path}/fristvagt.db", table)
    require_place("postgresql://db.example/fristvagt", [Mount("/", "nfs4")])


def test_a_full_disk_is_refused_before_anything_is_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "disk_at", lambda _folder: Disk(3 * MEGABYTE, 1000 * MEGABYTE))
    with pytest.raises(UserMistake, match="3 MB are left"):
        require_place(f"sqlite:///{tmp_path}/fristvagt.db", [])


def test_a_file_where_the_folder_should_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("", "utf-8")
    with pytest.raises(UserMistake, match="does not exist, or the user may not write"):
        require_place(f"sqlite:///{tmp_path}/data/fristvagt.db", [])


def test_libraries_of_other_versions_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ["prefect==1.0", "fastapi<0.1", "sqlmodel>=0.0.1", "authlib-of-nobody>=1"]
    assert [one.asked.split("<")[0] for one in misfits(asked)][:2] == ["prefect==1.0", "fastapi"]
    monkeypatch.setattr(doctor_host, "requires", lambda _name: asked)
    found = by_subject(examine(Settings(), MONDAY))["libraries"]
    assert found.level is Level.WRONG
    assert "prefect==1.0" in found.what.en


@pytest.mark.parametrize(
    ("name", "value", "level"),
    [
        ("PREFECT_SERVER_ANALYTICS_ENABLED", "true", Level.WARNING),
        ("DO_NOT_TRACK", "0", Level.WARNING),
        ("DO_NOT_TRACK", "1", Level.OK),
    ],
)
def test_prefects_telemetry_is_told_when_somebody_turned_it_on(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, level: Level
) -> None:
    monkeypatch.delenv("PREFECT_SERVER_ANALYTICS_ENABLED", raising=False)
    monkeypatch.delenv("DO_NOT_TRACK", raising=False)
    monkeypatch.setenv(name, value)
    assert by_subject(examine(Settings(), MONDAY))["telemetry"].level is level


def test_the_mail_server_is_spoken_to_when_asked(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with a_mail_server() as (kept, server):
        url = f"smtp://{server.host}:{server.port}"
        for name, value in settings_of(url).items():
            monkeypatch.setenv(name, value)
        assert "answers and takes mails from us" not in run("doctor").out
        assert "answers and takes mails from us" in run("doctor", "--mail").out
        assert kept.taken == []
        assert "example" in run("doctor", "--sample", "drift@kommune.example").out
        assert [to for _, to, _ in kept.taken] == [["drift@kommune.example"]]


def test_the_folder_of_the_extract_is_looked_for(tmp_path: Path) -> None:
    folder = tmp_path / "extract"
    settings = settings_object("smtp://localhost:25", extract=str(folder))
    assert [one.level for one in folder_findings(settings, [])] == [Level.WARNING]
    folder.mkdir()
    (folder / "cases.csv").touch()
    assert [one.level for one in folder_findings(settings, [])] == [Level.OK]


def test_what_is_read_in_every_run_should_not_lie_on_a_share(tmp_path: Path) -> None:
    settings = settings_object("smtp://localhost:25", journal=str(tmp_path))
    found = folder_findings(settings, [Mount("/", "ext4"), Mount(str(tmp_path), "nfs4")])
    assert [one.what.en for one in found] == [
        "FRISTVAGT_JOURNAL is on a network share (nfs4): when that hangs, Fristvagt hangs."
    ]
