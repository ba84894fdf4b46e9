"""A first look at Fristvagt: some weeks in an invented municipality, lived in a minute.

Nothing here decides, words or sends anything. The demo does what the service does, at the same
hours of the day: it takes in the municipality's extract and runs what is due; the mails go to
a mail server of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import partial
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine, select

from flows.demo.clock import EXTRACT_AT, moments_of
from flows.demo.folder import DemoFolder, empty_folder
from flows.demo.mailbox import Mailbox, ReceivedMail
from flows.demo.page import PageMail, PagePerson, Summary, Why, write_page
from flows.demo.reasons import reasons
from flows.demo.summary import summary
from flows.extract.import_extract import import_extract
from flows.mistakes import Language, UserMistake
from flows.owing.outage import WATCHED
from flows.rule_book.rule_folder import good_book
from flows.run import run
from flows.sample.files import write_extract
from flows.sample.municipality import all_lives
from flows.sample.staff import SampleStaff
from flows.sample.story import CaseStory
from flows.settings import SHIPPED_RULES, Settings
from flows.writable import writing_to
from models.database import open_database, reading, writing
from models.outbox import MESSAGE
from models.people import load_staff
from models.runs import beat
from models.schema import migrate
from rules.book import Book
from rules.dates import DENMARK, MORNING, at_local, days_from, shift_days

FIRST_DAY = date(2026, 3, 2)
"""A Monday, so that the first week is whole; the clocks change on 29 March, Easter is in April."""

SEED = 1

MAIL_FROM = "Fristovervågning <frister@kommune.example>"
FALLBACK_MAILBOX = "frister-opsamling@kommune.example"
PUBLIC_URL = "https://frister.kommune.example"


class DemoResult(NamedTuple):
    """What a demo left: the page to open, the folder of the mails, and what the page tells."""

    page: Path
    mails: Path
    summary: Summary


@dataclass(slots=True)
class Demo:
    """A demo going on: the invented municipality, and the installation that watches over it."""

    folder: DemoFolder
    engine: Engine
    book: Book
    settings: Settings
    mailbox: Mailbox
    lives: list[CaseStory]
    staff: SampleStaff
    page_mails: list[PageMail] = field(default_factory=list)
    people: dict[str, PagePerson] = field(default_factory=dict)


def run_demo(
    root: Path,
    *,
    cases: int = 400,
    days: int = 60,
    language: Language = "da",
    rules: Path = SHIPPED_RULES,
    progress: Callable[[int], None] | None = None,
) -> DemoResult:
    """Live some days of an invented municipality and leave its mails and a page to read them on.

    `progress` is told how many days are over. An earlier demo in the folder is replaced.

    Raises: UserMistake for a folder that holds anything else or cannot be written to, too
        few cases or days, or a rule folder that cannot be used.
    """
    _check(cases, days)
    book = good_book(rules)
    with writing_to(root):
        folder = empty_folder(root)
    last_day = shift_days(FIRST_DAY, days - 1)
    with _database_of(folder) as engine, Mailbox(folder.mails) as mailbox:
        settings = _settings(folder, mailbox, rules, language)
        lives, staff = all_lives(SEED, cases, last_day), SampleStaff(cases, SEED)
        demo = Demo(folder, engine, book, settings, mailbox, lives, staff)
        for number, day in enumerate(days_from(FIRST_DAY, last_day), start=1):
            _live(demo, day)
            if progress is not None:
                progress(number)
        told = summary(engine, book, demo.page_mails, FIRST_DAY, days, _command(cases, days))
    with writing_to(root):
        write_page(folder.page, told, demo.page_mails, demo.people, language)
    return DemoResult(folder.page, folder.mails, told)


@contextmanager
def _database_of(folder: DemoFolder) -> Iterator[Engine]:
    engine = open_database(f"sqlite:///{folder.database}")
    try:
        migrate(engine)
        yield engine
    finally:
        engine.dispose()


def result_text(result: DemoResult, language: Language) -> str:
    """Return what a demo came to and where to look, as lines for the terminal."""
    danish = language == "da"
    figures = [
        f"{figure.value:>9}  {figure.da if danish else figure.en}"
        for figure in result.summary.figures
    ]
    page, mails = result.page.as_posix(), f"{result.mails.as_posix()}/"
    look = [f"Åbn siden:  {page}", f"Mailene:    {mails}"]
    if not danish:
        look = [f"Open the page:  {page}", f"The mails:      {mails}"]
    return "\n".join([*figures, "", *look])


def _check(cases: int, days: int) -> None:
    for number, da, en in ((cases, "sager", "cases"), (days, "dage", "days")):
        if number < 1:
            raise UserMistake(
                da=f"Antallet af {da} skal være mindst 1, ikke {number}.",
                en=f"The number of {en} must be at least 1, not {number}.",
            )


def _settings(folder: DemoFolder, mailbox: Mailbox, rules: Path, language: Language) -> Settings:
    # every setting is given here, so that the demo is the same whatever the environment says
    return Settings(
        database_url=f"sqlite:///{folder.database}",
        rules=rules,
        extract=None,
        mail_url=mailbox.url,
        mail_from=MAIL_FROM,
        fallback_mailbox=FALLBACK_MAILBOX,
        public_url=PUBLIC_URL,
        language=language,
        evaluate_at=time(5, 30),
        mails_at=MORNING,
        digest_at=time(8, 0),
    )


def _command(cases: int, days: int) -> str:
    return f"fristvagt demo --cases {cases} --days {days}"


def _live(demo: Demo, day: date) -> None:
    for now in moments_of(demo.engine, day):
        if now == at_local(day, EXTRACT_AT):
            _take_in_an_extract(demo, now)
        before = len(demo.mailbox.received)
        with writing(demo.engine) as connection:
            beat(connection, WATCHED, now)  # it is there in between too, in hours that are skipped
        run(demo.engine, demo.settings, partial(_as_of, now))
        _keep(demo, demo.mailbox.received[before:], now)


def _take_in_an_extract(demo: Demo, now: datetime) -> None:
    words = demo.book.vocabulary
    folder, language = demo.folder.extract, demo.settings.language
    with writing_to(folder):
        write_extract(folder, demo.lives, demo.staff, now, words)
    taken = import_extract(demo.engine, folder, words, now, language=language)
    wrong = [*filter(None, [taken.refused]), *taken.rejected]
    if wrong:  # the page would tell of a municipality that is not the one we wrote
        raise UserMistake(da="\n".join(wrong), en="\n".join(wrong))


def _as_of(now: datetime) -> datetime:
    return now


def _keep(demo: Demo, received: list[ReceivedMail], now: datetime) -> None:
    """Put the mails that have just arrived on the page, with the reasons as they are now."""
    if not received:
        return
    uuids = [str(mail.content["X-Reminder-Id"]) for mail in received]
    with reading(demo.engine) as connection:
        staff = load_staff(connection)
        columns = (MESSAGE.c.uuid, MESSAGE.c.kind, MESSAGE.c.recipient)
        rows = connection.execute(select(*columns).where(MESSAGE.c.uuid.in_(uuids)))
        known = {row[0]: (row[1], row[2]) for row in rows}
    names = {person.person: person.name for person in staff.people.values()}
    why = reasons(demo.engine, demo.book, uuids, names, now)
    for uuid, mail in zip(uuids, received, strict=True):
        kind, recipient = known[uuid]
        demo.page_mails.append(_page_mail(demo, mail, kind, recipient, why[uuid]))
        person = staff.person(recipient)
        if person is not None:
            demo.people[recipient] = PagePerson(person.name, person.role, person.team)


def _page_mail(
    demo: Demo, mail: ReceivedMail, kind: str, recipient: str, why: list[Why]
) -> PageMail:
    sent_at = mail.content["Date"].datetime.astimezone(DENMARK)
    text = mail.content.get_body(("plain",))
    html = mail.content.get_body(("html",))
    return PageMail(
        number=len(demo.page_mails) + 1,
        day=f"{sent_at:%Y-%m-%d}",
        time=f"{sent_at:%H:%M}",
        person=recipient,
        kind=kind,
        subject=str(mail.content["Subject"]),
        text=text.get_content() if text is not None else "",
        html=html.get_content() if html is not None else "",
        file=mail.file.relative_to(demo.folder.root).as_posix(),
        why=why,
    )
