"""What the mail server has taken, written beside the database too: a backup forgets the newest.

A line a mail, flushed to disk before the database says *accepted*. After a restore the lines
tell which reminders have been sent since the backup, so that none is sent twice and none is lost.
It holds what a mail may hold (case reference, standard, dates) and no mail address. Each line
names its installation: by another's lines reminders would be marked that nobody got.
Source: docs/decisions/0016-keeping.md.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
from collections.abc import Iterator
from datetime import date, datetime
from io import FileIO
from pathlib import Path

from sqlalchemy import Connection

from flows.mistakes import UserMistake
from models.activations import database_token
from models.replay import Sent, sent_mail
from models.runs import clear_alarm, raise_alarm
from rules.dates import day_of, shift_days

JOURNAL = "sent journal"
NAMES = "sent-????-??-??.jsonl"
INSTALLATION = "installation"
"""What a line calls the database it was written beside: models.activations.database_token."""

PIECE_BYTES = 64 * 1024


def note_sent(connection: Connection, folder: Path | None, uuid: str, now: datetime) -> None:
    """Add a mail that has just been taken to the journal; nothing without a folder.

    Call it in the transaction that records the mail as accepted. A journal that cannot be
    written stops no mail: the operator is told.
    """
    if folder is None:
        return
    told = {INSTALLATION: database_token(connection), **sent_mail(connection, uuid)._asdict()}
    line = json.dumps(told, default=_written, ensure_ascii=False)
    try:
        _append(folder / f"sent-{day_of(now)}.jsonl", line)
    except OSError as error:
        trouble = _cannot_write(folder, error)
        raise_alarm(connection, JOURNAL, "", now, trouble.en, trouble.da)
    else:
        clear_alarm(connection, JOURNAL, "", now)


def sent_since(folder: Path, day: date, installation: str) -> Iterator[Sent]:
    """Give the mails taken on a day and later, oldest first. A line cut off by a crash ends a file.

    Raises: UserMistake for a line in the middle that cannot be read, or that another installation
        wrote. Lines and databases from before an installation had a name tell nothing of it.
    """
    for file in sorted(folder.glob(NAMES)):
        if file.stem.removeprefix("sent-") < day.isoformat():
            continue
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        for number, line in enumerate(lines, start=1):
            if not line.endswith("\n"):
                break  # the process died while it wrote: the database never said accepted either
            try:
                written = json.loads(line)
                sent, by = Sent.from_written(written), written.get(INSTALLATION)
            except (ValueError, TypeError, KeyError, AttributeError):
                raise _cannot_read(file, number) from None
            if by and installation and by != installation:
                raise _of_another(file, number)
            yield sent


def drop_before(folder: Path, today: date, keep_days: int) -> int:
    """Remove the files of days so long ago that no backup in use is older; return how many."""
    last = shift_days(today, -keep_days).isoformat()
    old = [file for file in folder.glob(NAMES) if file.stem.removeprefix("sent-") < last]
    for file in old:
        file.unlink()
    return len(old)


def _append(file: Path, line: str) -> None:
    descriptor = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "ab+", buffering=0) as journal:
        # two senders that write at once would write into each other's line
        fcntl.flock(journal, fcntl.LOCK_EX)
        end = _end_of_last_line(journal)
        journal.truncate(end)
        try:
            if journal.write(whole := f"{line}\n".encode()) < len(whole):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(journal.fileno())
        except OSError:
            journal.truncate(end)
            raise


def _end_of_last_line(journal: FileIO) -> int:
    """Return where the last whole line ends: what a crash has cut off is none, and must not
    become the beginning of the next."""
    end = journal.seek(0, os.SEEK_END)
    while end:
        start = max(end - PIECE_BYTES, 0)
        journal.seek(start)
        found = journal.read(end - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def _written(value: object) -> str:
    assert isinstance(value, date)  # a datetime is one too
    return value.isoformat()


def _cannot_write(folder: Path, error: OSError) -> UserMistake:
    return UserMistake(
        da=f"Journalen over sendte mails i {folder} kan ikke skrives ({error.strerror}). Mailene "
        "sendes, men efter en gendannelse kan nogle blive sendt igen. Se efter plads og "
        "rettigheder.",
        en=f"The journal of sent mails in {folder} cannot be written ({error.strerror}). Mails "
        "are sent, but after a restore some may be sent again. See to space and permissions.",
    )


def cannot_remove(folder: Path, error: OSError) -> UserMistake:
    """Say that old days of the journal stay longer than they should."""
    return UserMistake(
        da=f"Gamle dage i journalen over sendte mails i {folder} kan ikke slettes "
        f"({error.strerror}). Giv Fristvagts bruger lov til at slette i mappen.",
        en=f"Old days of the journal of sent mails in {folder} cannot be removed "
        f"({error.strerror}). Give Fristvagt's user the right to remove files in that folder.",
    )


def _of_another(file: Path, number: int) -> UserMistake:
    return UserMistake(
        da=f"Linje {number} i {file} er skrevet af en anden installation end den, kopien er fra. "
        "Skriv mappen med denne installations egen journal i FRISTVAGT_JOURNAL, eller lad den "
        "stå tom: så kan mails, der er sendt siden kopien, blive sendt igen.",
        en=f"Line {number} of {file} was written by another installation than the one that the "
        "backup is from. Write the folder of this installation's own journal in "
        "FRISTVAGT_JOURNAL, or leave it empty: mails sent since the backup may then go again.",
    )


def _cannot_read(file: Path, number: int) -> UserMistake:
    return UserMistake(
        da=f"Linje {number} i {file} kan ikke læses. Slet linjen, hvis de mails, den fortæller "
        "om, gerne må sendes igen.",
        en=f"Line {number} of {file} cannot be read. Delete the line if the mails that it tells "
        "of may be sent again.",
    )
