"""Step 1: the first schema.

It describes its tables itself, apart from `server.relay.models`, so that what it makes stays the
same when the models move on; a test holds the two against each other.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    insert,
)
from sqlalchemy import text as sql_text

from schemas.constants import BUCKETS_BYTES
from server.plumbing.db import NAMING

_METADATA: Final = MetaData(naming_convention=dict(NAMING))
_ROW_NUMBER: Final = BigInteger().with_variant(Integer, "sqlite")

Table(
    "blobs",
    _METADATA,
    Column("seq", _ROW_NUMBER, primary_key=True),
    Column("id", LargeBinary, nullable=False, unique=True),
    Column("bucket", Integer, nullable=False),
    Column("day", Integer, nullable=False),
    Column("blob", LargeBinary, nullable=True),
    sqlite_autoincrement=True,
)
_HOLDINGS: Final = Table(
    "holdings",
    _METADATA,
    Column("bucket", Integer, primary_key=True, autoincrement=False),
    Column("blobs", BigInteger, nullable=False),
)
Table(
    "board_pages",
    _METADATA,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("page", LargeBinary, nullable=False),
)
Table(
    "replies",
    _METADATA,
    Column("seq", _ROW_NUMBER, primary_key=True),
    Column("address", LargeBinary, nullable=False),
    Column("day", Integer, nullable=False),
    Column("cipher", LargeBinary, nullable=False),
    Index("ix_replies_address", "address"),
    sqlite_autoincrement=True,
)
Table(
    "directories",
    _METADATA,
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("signed", LargeBinary, nullable=False),
)
Table(
    "desk_nonces",
    _METADATA,
    Column("nonce", LargeBinary, primary_key=True),
    Column("day", Integer, nullable=False),
)


def apply(connection: Connection) -> None:
    """Make the tables and one row of holdings for each bucket.

    Args:
        connection: Inside of the runner's transaction.
    """
    _METADATA.create_all(connection)
    rows = [{"bucket": bucket, "blobs": 0} for bucket in BUCKETS_BYTES]
    connection.execute(insert(_HOLDINGS), rows)
    if connection.dialect.name == "postgresql":
        # Sealed bytes do not compress; trying costs more than the insert itself.
        connection.execute(sql_text("ALTER TABLE blobs ALTER COLUMN blob SET STORAGE EXTERNAL"))
