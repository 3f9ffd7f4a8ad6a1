"""The outbox file: how it is opened, and its tables, one numbered step after another.

Theory of operation: WAL with synchronous FULL, so that what is committed survives power loss;
secure delete, so that wiped bytes are overwritten. No time finer than an hour, no address, no
name stands here: the file is readable by whoever takes the machine, and holds only sealed
bytes, ids and states.
"""

import os
import sqlite3
from pathlib import Path
from typing import Final

from client_sync.errors import ClientError

_STEPS: Final = (
    """
    CREATE TABLE blobs (
        row_no INTEGER PRIMARY KEY,
        blob_id BLOB NOT NULL UNIQUE,
        parcel BLOB,
        kind TEXT NOT NULL CHECK (kind IN ('text', 'chunk', 'carried')),
        size_bytes INTEGER NOT NULL,
        state TEXT NOT NULL,
        relay_key BLOB,
        attempts INTEGER NOT NULL DEFAULT 0,
        blob BLOB
    );
    CREATE INDEX blobs_by_state ON blobs (state);
    CREATE INDEX blobs_by_parcel ON blobs (parcel);
    CREATE TABLE receipts (
        receipt_no INTEGER PRIMARY KEY,
        relay_key BLOB NOT NULL,
        kind INTEGER NOT NULL,
        ids BLOB NOT NULL,
        payload BLOB NOT NULL
    );
    CREATE TABLE holdings (
        blob_id BLOB NOT NULL,
        relay_key BLOB NOT NULL,
        receipt_no INTEGER NOT NULL REFERENCES receipts,
        held_day INTEGER NOT NULL,
        until_day INTEGER NOT NULL,
        held_hour INTEGER NOT NULL,
        held_sync INTEGER NOT NULL,
        PRIMARY KEY (blob_id, relay_key)
    );
    CREATE TABLE acks (
        parcel BLOB NOT NULL,
        status INTEGER NOT NULL,
        page_seq INTEGER NOT NULL,
        PRIMARY KEY (parcel, status)
    );
    CREATE TABLE wanted_mail (
        parcel BLOB NOT NULL,
        week INTEGER NOT NULL,
        PRIMARY KEY (parcel, week)
    );
    CREATE TABLE mail_cursors (
        relay_key BLOB NOT NULL,
        prefix INTEGER NOT NULL,
        cursor INTEGER NOT NULL,
        PRIMARY KEY (relay_key, prefix)
    );
    CREATE TABLE marks (name TEXT PRIMARY KEY, number INTEGER NOT NULL, raw BLOB);
    """,
    """
    ALTER TABLE blobs ADD COLUMN stamp BLOB;
    ALTER TABLE blobs ADD COLUMN stamp_bits INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE networks (
        name BLOB PRIMARY KEY,
        used_sync INTEGER NOT NULL,
        sealed BLOB NOT NULL
    );
    CREATE TABLE spent_tokens (
        relay_key BLOB NOT NULL,
        parcel BLOB NOT NULL,
        number INTEGER NOT NULL,
        blob_id BLOB NOT NULL,
        is_void INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (relay_key, parcel, number)
    );
    """,
    """
    CREATE TABLE missed (
        blob_id BLOB NOT NULL,
        receipt_no INTEGER NOT NULL REFERENCES receipts,
        PRIMARY KEY (blob_id, receipt_no)
    );
    CREATE TABLE pages (seq INTEGER PRIMARY KEY, day INTEGER NOT NULL, raw BLOB NOT NULL);
    """,
)
_PRAGMAS: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA fullfsync = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA foreign_keys = ON",
)


def open_outbox_file(path: Path) -> sqlite3.Connection:
    """Open the file, making it readable for its owner only, and bring its tables up to date.

    Args:
        path: Where it is or shall be.

    Returns:
        A connection in autocommit mode; transactions are begun by hand.

    Raises:
        ClientError: When the file belongs to a newer version or is no outbox.
    """
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        _migrate(connection)
    except sqlite3.DatabaseError as error:
        connection.close()
        raise ClientError("the outbox file is damaged; keep it and ask your desk") from error
    return connection


def _migrate(connection: sqlite3.Connection) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(_STEPS):
        raise ClientError("the outbox was written by a newer version; update")
    for number, step in enumerate(_STEPS[version:], start=version + 1):
        connection.executescript(f"BEGIN;{step};PRAGMA user_version = {number};COMMIT;")
