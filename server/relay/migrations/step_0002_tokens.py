"""Step 2: one-time tokens, and what a courier relay remembers of its upstream."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)

from server.plumbing.db import NAMING

_METADATA: Final = MetaData(naming_convention=dict(NAMING))
_ROW_NUMBER: Final = BigInteger().with_variant(Integer, "sqlite")

Table(
    "tokens",
    _METADATA,
    Column("hash", LargeBinary, primary_key=True),
    Column("day", Integer, nullable=False),
    Column("spent", Boolean, nullable=False),
)
Table(
    "upstream_marks",
    _METADATA,
    Column("seq", _ROW_NUMBER, primary_key=True, autoincrement=False),
    Column("state", Integer, nullable=False),
)
Table(
    "upstream",
    _METADATA,
    Column("name", String(20), primary_key=True),
    Column("value", BigInteger, nullable=False),
)


def apply(connection: Connection) -> None:
    """Make the tables.

    Args:
        connection: Inside of the runner's transaction.
    """
    _METADATA.create_all(connection)
