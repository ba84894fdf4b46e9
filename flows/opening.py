"""Opening the database of an installation, in the shape that this version knows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError, OperationalError, SQLAlchemyError

from flows.host_checks import (
    Mount,
    database_file,
    disk_at,
    is_writable,
    mounts,
    network_file_system,
)
from flows.mistakes import UserMistake
from flows.settings import Settings
from flows.spoken_amounts import size
from models.database import open_database
from models.replay import is_half_restored
from models.schema import SchemaState, migrate, schema_state


def open_existing(settings: Settings, *, older_too: bool = False) -> Engine:
    """Return the engine of a database that is there: in another folder none is made by mistake.

    With `older_too` one that waits for `migrate` is opened as it is: it is to be copied first.
    Raises: UserMistake when there is none, or as `open_house`.
    """
    path = database_file(settings.database_url)
    if path is not None and not path.exists():
        raise UserMistake(
            da=f"Der er ingen database {path}. Kør kommandoen i den mappe, hvor Fristvagt kører, "
            "eller ret FRISTVAGT_DATABASE_URL.",
            en=f"There is no database {path}. Run the command in the folder in which Fristvagt "
            "runs, or correct FRISTVAGT_DATABASE_URL.",
        )
    return open_house(settings, older_too=older_too)


def open_house(settings: Settings, *, older_too: bool = False) -> Engine:
    """Return the engine of the installation's database; a new, empty one gets its tables.

    Raises: UserMistake when it cannot be reached, is of a newer version, or waits for `migrate`.
    """
    engine = open_reachable(settings)
    match state_of(engine):
        case SchemaState.EMPTY:
            migrate(engine)
        case SchemaState.OLDER if not older_too:
            engine.dispose()
            raise waits_for_migrate()
        case SchemaState.NEWER | SchemaState.FOREIGN as state:
            engine.dispose()
            raise not_ours(state)
    return engine


def open_reachable(settings: Settings) -> Engine:
    """Return the engine of the installation's database, whatever its shape.

    Raises: UserMistake when it cannot be reached, lies where it cannot be safe, or is only half
    restored.
    """
    require_place(settings.database_url)
    engine = open_database(settings.database_url)
    try:
        with engine.connect() as connection:
            is_half = is_half_restored(connection)
    except OperationalError as error:
        reason = _first_line(error)
        raise UserMistake(
            da=f"Databasen i FRISTVAGT_DATABASE_URL kan ikke åbnes ({reason}). Se efter, om den "
            "findes, om den kører, og om brugeren må bruge den.",
            en=f"The database in FRISTVAGT_DATABASE_URL cannot be opened ({reason}). See that it "
            "exists, that it runs, and that the user may use it.",
        ) from None
    except DatabaseError as error:
        raise damaged(_first_line(error)) from None
    if is_half:
        engine.dispose()
        raise _half_restored(engine.url.database or "")
    return engine


def being_restored(path: Path) -> Path:
    """Return where a backup is made ready before it takes the place of a SQLite database."""
    return path.with_name(f".{path.name}.restoring")


def state_of(engine: Engine) -> SchemaState:
    """Return how the database stands to this version.

    Raises: UserMistake when it is damaged.
    """
    try:
        return schema_state(engine)
    except DatabaseError as error:
        raise damaged(_first_line(error)) from None


def damaged(said: str) -> UserMistake:
    """Say that the database is not sound, in the words of the database itself."""
    return UserMistake(
        da=f"Databasen er beskadiget ({said}). Stop tjenesten, og hent den seneste sikkerhedskopi "
        "frem: fristvagt restore.",
        en=f"The database is damaged ({said}). Stop the service, and bring back the latest "
        "backup: fristvagt restore.",
    )


def unusable(error: SQLAlchemyError) -> UserMistake:
    """Say that the database failed while it was used, in the words of the database itself."""
    # of the driver's text the first line: the rest may hold the statement
    said = str(getattr(error, "orig", None) or type(error).__name__).splitlines()[0]
    return UserMistake(
        da=f"Databasen kan ikke bruges ({said}). Se efter, om den kører, om den kan skrives, og om "
        "der er plads på disken.",
        en=f"The database cannot be used ({said}). See that it runs, that it can be written to, "
        "and that there is room on the disk.",
    )


def _first_line(error: DatabaseError) -> str:
    return str(error.orig).splitlines()[0]


def require_place(url: str, mounted: Sequence[Mount] | None = None) -> None:
    """Make sure that the file of a SQLite database can be written, and safely; else do nothing.

    Raises: UserMistake that names all that is wrong with its place.
    """
    path = database_file(url)
    if path is None:
        return
    wrong = list(_wrong_with(path, mounts() if mounted is None else mounted))
    if wrong:
        raise UserMistake(
            da="\n".join(mistake.da for mistake in wrong),
            en="\n".join(mistake.en for mistake in wrong),
        )


def _wrong_with(path: Path, mounted: Sequence[Mount]) -> Iterator[UserMistake]:
    folder = path.parent
    if not path.exists() and being_restored(path).exists():
        # the former one is moved aside: an empty one in its place would tell of nothing, or all
        yield _half_restored(str(path))
    if kind := network_file_system(path.resolve(), mounted):
        yield UserMistake(
            da=f"Databasen {path} ligger på et netværksdrev ({kind}). Dér kan SQLite miste det, "
            "der er gemt. Læg den på en lokal disk, eller brug PostgreSQL "
            "(FRISTVAGT_DATABASE_URL).",
            en=f"The database {path} is on a network file system ({kind}). There SQLite may lose "
            "what was stored. Put it on a local disk, or use PostgreSQL (FRISTVAGT_DATABASE_URL).",
        )
    if not is_writable(folder):
        yield UserMistake(
            da=f"Mappen {folder}, hvor databasen skal ligge, findes ikke, eller brugeren må ikke "
            "skrive i den. Opret den, giv brugeren lov, eller ret FRISTVAGT_DATABASE_URL.",
            en=f"The folder {folder}, where the database is to be, does not exist, or the user may "
            "not write in it. Make it, give the user the right, or correct FRISTVAGT_DATABASE_URL.",
        )
    elif (disk := disk_at(folder)).is_full:
        left = size(disk.free)
        yield UserMistake(
            da=f"Disken under {folder} er fuld: {left.da} er tilbage, og intet ville kunne "
            "gemmes. Skaf plads, før Fristvagt startes.",
            en=f"The disk below {folder} is full: {left.en} are left, and nothing could be "
            "recorded. Make room before Fristvagt is started.",
        )


def _half_restored(name: str) -> UserMistake:
    return UserMistake(
        da=f"Databasen {name} er kun halvt hentet frem: fristvagt restore blev afbrudt. Kør "
        "fristvagt restore igen (på PostgreSQL i en ny, tom database). Der sendes intet imens.",
        en=f"The database {name} is only half restored: fristvagt restore was interrupted. Run "
        "fristvagt restore again (on PostgreSQL into a new, empty database). Nothing is sent "
        "meanwhile.",
    )


def waits_for_migrate() -> UserMistake:
    """Say that the database is of an earlier version."""
    return UserMistake(
        da="Databasen er fra en ældre udgave af Fristvagt. Tag en sikkerhedskopi, og kør: "
        "fristvagt migrate",
        en="The database is of an older version of Fristvagt. Make a backup, and run: "
        "fristvagt migrate",
    )


def not_ours(state: SchemaState) -> UserMistake:
    """Say that the database belongs to a later version or to another program."""
    if state is SchemaState.FOREIGN:
        return UserMistake(
            da="Databasen i FRISTVAGT_DATABASE_URL tilhører et andet program. Angiv en tom "
            "database eller Fristvagts egen. Intet er ændret.",
            en="The database in FRISTVAGT_DATABASE_URL belongs to another program. Name an empty "
            "database, or Fristvagt's own. Nothing has been changed.",
        )
    return UserMistake(
        da="Databasen er fra en nyere udgave af Fristvagt end denne. Installér den nyeste udgave "
        "(make setup). Intet er ændret.",
        en="The database is of a newer version of Fristvagt than this one. Install the newest "
        "version (make setup). Nothing has been changed.",
    )
