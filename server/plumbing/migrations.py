"""The one migration runner: numbered steps, each applied once, in one transaction together.

Theory of operation: a room lists its steps in order, numbered from 1. The table `schema_steps`
remembers which were applied. The runner takes the write lock before it reads that table, so that
two processes starting together apply nothing twice. A database with a step this program does not
know comes from a later version and is refused rather than guessed at.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Column, Connection, Engine, Integer, MetaData, String, Table, insert, select
from sqlalchemy import text as sql_text

from server.plumbing.db import WRITE_OPTION
from server.plumbing.errors import MigrationError

_METADATA: Final = MetaData()
STEPS: Final = Table(
    "schema_steps",
    _METADATA,
    Column("room", String(40), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
)
"""Which steps were applied."""

_LOCK_KEY: Final = 0x7463_6D67
"""Arbitrary, the same in every version: PostgreSQL's advisory lock of the runner."""


@dataclass(frozen=True)
class Step:
    """One change of a schema.

    Attributes:
        number: 1 for a room's first step, then one more each.
        apply: Makes the change inside of the runner's transaction.
    """

    number: int
    apply: Callable[[Connection], None]


def migrate(engine: Engine, room: str, steps: Sequence[Step]) -> list[int]:
    """Bring one room's tables up to date.

    Args:
        engine: The database.
        room: Name of the room, at most 40 characters.
        steps: All steps the room ever had, in order.

    Returns:
        The numbers applied now; empty if nothing was missing.

    Raises:
        MigrationError: The database is newer than the program, or `steps` are misnumbered.
    """
    if [step.number for step in steps] != list(range(1, len(steps) + 1)):
        raise MigrationError(f"number the steps of {room} from 1 without gaps")
    with engine.execution_options(**{WRITE_OPTION: True}).begin() as connection:
        _lock(connection)
        _METADATA.create_all(connection)
        return _apply_missing(connection, room, steps)


def _apply_missing(connection: Connection, room: str, steps: Sequence[Step]) -> list[int]:
    rows = connection.execute(select(STEPS.c.number).where(STEPS.c.room == room))
    done = set(rows.scalars())
    if done - {step.number for step in steps}:
        raise MigrationError(f"the database of {room} is of a later version: update the program")
    missing = [step for step in steps if step.number not in done]
    for step in missing:
        step.apply(connection)
        connection.execute(insert(STEPS).values(room=room, number=step.number))
    return [step.number for step in missing]


def _lock(connection: Connection) -> None:
    """Keep other migrators out until this transaction ends; SQLite's BEGIN IMMEDIATE did."""
    if connection.dialect.name == "postgresql":
        connection.execute(sql_text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
