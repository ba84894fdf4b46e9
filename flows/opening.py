"""Opening the database of an installation, in the shape that this version knows."""

from __future__ import annotations

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from flows.mistakes import UserMistake
from flows.settings import Settings
from models.database import open_database
from models.schema import SchemaState, migrate, schema_state


def open_house(settings: Settings) -> Engine:
    """Return the engine of the installation's database; a new, empty one gets its tables.

    Raises: UserMistake when it cannot be reached, is of a newer version, or waits for `migrate`.
    """
    engine = open_reachable(settings)
    match schema_state(engine):
        case SchemaState.EMPTY:
            migrate(engine)
        case SchemaState.OLDER:
            raise UserMistake(
                da="Databasen er fra en ældre udgave af Fristvagt. Tag en sikkerhedskopi, og kør: "
                "fristvagt migrate",
                en="The database is of an older version of Fristvagt. Make a backup, and run: "
                "fristvagt migrate",
            )
        case SchemaState.NEWER | SchemaState.FOREIGN as state:
            raise not_ours(state)
    return engine


def open_reachable(settings: Settings) -> Engine:
    """Return the engine of the installation's database, whatever its shape.

    Raises: UserMistake when it cannot be reached.
    """
    engine = open_database(settings.database_url)
    try:
        engine.connect().close()
    except OperationalError as error:
        reason = str(error.orig).splitlines()[0]
        raise UserMistake(
            da=f"Databasen i FRISTVAGT_DATABASE_URL kan ikke åbnes ({reason}). Se efter, om den "
            "findes, om den kører, og om brugeren må bruge den.",
            en=f"The database in FRISTVAGT_DATABASE_URL cannot be opened ({reason}). See that it "
            "exists, that it runs, and that the user may use it.",
        ) from None
    return engine


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
