"""Bring the desk's tables to the shape this version needs, room by room, in the street's order."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Engine, inspect

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


def add_columns(connection: Connection, row: type[Row], *names: str) -> None:
    """Add columns that an older database of this desk has not; a new one was made with them.

    Args:
        connection: The step's connection.
        row: Row class that declares them; they may be empty.
        names: Of the columns.
    """
    table = Row.metadata.tables[row.__tablename__]
    held = {column["name"] for column in inspect(connection).get_columns(table.name)}
    for name in names:
        if name not in held:
            kind = table.columns[name].type.compile(connection.dialect)
            connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {name} {kind}")


def add_indexes(connection: Connection, row: type[Row]) -> None:
    """Make the indexes that a row class declares and that the database has not.

    Args:
        connection: The step's connection.
        row: Row class that declares them.
    """
    for index in Row.metadata.tables[row.__tablename__].indexes:
        index.create(connection, checkfirst=True)
