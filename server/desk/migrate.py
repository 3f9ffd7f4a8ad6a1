"""Bring the desk's tables to the shape this version needs, room by room, in the street's order."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Engine

from server.desk.db import Row
from server.plumbing import migrations
from server.plumbing.migrations import Step


def migrate(engine: Engine, steps_of_rooms: Mapping[str, Sequence[Step]]) -> list[str]:
    """Run every step that this database has not seen.

    Args:
        engine: The desk's database.
        steps_of_rooms: Room name to its steps, rooms in the order of the street.

    Returns:
        The steps run now, as ``room/number``.

    Raises:
        MigrationError: The database is of a later version.
    """
    ran: list[str] = []
    for room, steps in steps_of_rooms.items():
        ran += [f"{room}/{number}" for number in migrations.migrate(engine, f"desk.{room}", steps)]
    return ran


def make_tables(connection: Connection, *rows: type[Row]) -> None:
    """Make the tables of some row classes: what the first step of a room does.

    Args:
        connection: The step's connection.
        rows: Row classes, in any order.
    """
    tables = [Row.metadata.tables[row.__tablename__] for row in rows]
    Row.metadata.create_all(connection, tables=tables)
