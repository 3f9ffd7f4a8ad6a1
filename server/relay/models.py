"""The tables of a relay, and nothing that is not one of them may be stored.

Theory of operation: whoever seizes this database learns padded ciphertext and the day it came.
So a blob's row is (seq, id, bucket, day, blob): no address, no agent, no time of day. A purged
blob keeps its row without the bytes until it expires, so that a late second copy is known for
what it is. `seq` is never given twice, not even after the newest row is gone, because the desk
resumes its pull behind the highest one it saw.

Spec: sync.md sections 2 to 6.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)

from server.plumbing.db import NAMING

METADATA: Final = MetaData(naming_convention=dict(NAMING))

# SQLite gives out row numbers for a column of exactly type INTEGER only.
ROW_NUMBER: Final = BigInteger().with_variant(Integer, "sqlite")

BLOBS: Final = Table(
    "blobs",
    METADATA,
    Column("seq", ROW_NUMBER, primary_key=True),
    Column("id", LargeBinary, nullable=False, unique=True),
    Column("bucket", Integer, nullable=False),
    Column("day", Integer, nullable=False),
    Column("blob", LargeBinary, nullable=True),
    sqlite_autoincrement=True,
)
"""Sealed blobs; `blob` is null once purged, `bucket` its size in bytes."""

HOLDINGS: Final = Table(
    "holdings",
    METADATA,
    Column("bucket", Integer, primary_key=True, autoincrement=False),
    Column("blobs", BigInteger, nullable=False),
)
"""How many blobs of each bucket have their bytes here, so that a quota costs no table scan."""

BOARD_PAGES: Final = Table(
    "board_pages",
    METADATA,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("page", LargeBinary, nullable=False),
)
"""Signed acknowledgement pages, as the desk gave them."""

REPLIES: Final = Table(
    "replies",
    METADATA,
    Column("seq", ROW_NUMBER, primary_key=True),
    Column("address", LargeBinary, nullable=False),
    Column("day", Integer, nullable=False),
    Column("cipher", LargeBinary, nullable=False),
    Index("ix_replies_address", "address"),
    sqlite_autoincrement=True,
)
"""Sealed replies under their mailbox address."""

DIRECTORIES: Final = Table(
    "directories",
    METADATA,
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("signed", LargeBinary, nullable=False),
)
"""The desk's signed directory; only the newest version is kept."""

DESK_NONCES: Final = Table(
    "desk_nonces",
    METADATA,
    Column("nonce", LargeBinary, primary_key=True),
    Column("day", Integer, nullable=False),
)
"""Nonces of desk requests seen, until their day is too old to be accepted again."""

TOKENS: Final = Table(
    "tokens",
    METADATA,
    Column("hash", LargeBinary, primary_key=True),
    Column("day", Integer, nullable=False),
    Column("spent", Boolean, nullable=False),
)
"""Hashes of one-time tokens, random to whoever reads them."""

UPSTREAM_MARKS: Final = Table(
    "upstream_marks",
    METADATA,
    Column("seq", ROW_NUMBER, primary_key=True, autoincrement=False),
    Column("state", Integer, nullable=False),
)
"""A courier relay's word on some blobs, by their row number: `server.relay.upstream.ledger`."""

UPSTREAM: Final = Table(
    "upstream",
    METADATA,
    Column("name", String(20), primary_key=True),
    Column("value", BigInteger, nullable=False),
)
"""How far a courier relay has come with its upstream: numbers and days."""

BEGINNINGS: Final = Table(
    "beginnings",
    METADATA,
    Column("seq", ROW_NUMBER, primary_key=True),
    Column("tag", LargeBinary, nullable=False, unique=True),
    Column("day", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)
"""What came of blobs whose connections were cut, by the tag they were announced by."""
