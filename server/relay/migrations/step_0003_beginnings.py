"""Step 3: beginnings of blobs whose connections were cut."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    Table,
)

from server.plumbing.db import NAMING

_METADATA: Final = MetaData(naming_convention=dict(NAMING))

Table(
    "beginnings",
    _METADATA,
    Column(
        "seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    ),
    Column("tag", LargeBinary, nullable=False, unique=True),
    Column("day", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)


def apply(connection: Connection) -> None:
    """Make the table.

    Args:
        connection: Inside of the runner's transaction.
    """
    _METADATA.create_all(connection)
