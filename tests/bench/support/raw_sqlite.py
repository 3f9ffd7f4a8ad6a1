"""The yardstick: bare SQLite with `synchronous=FULL`, one connection, no network."""

import hashlib
import os
import sqlite3
import tempfile
import time
from pathlib import Path
from typing import Final

_ADD: Final = "INSERT INTO blobs (id, bucket, day, blob) VALUES (?, ?, ?, ?)"
_TABLE: Final = (
    "CREATE TABLE blobs (seq INTEGER PRIMARY KEY AUTOINCREMENT, id BLOB NOT NULL UNIQUE, "
    "bucket INTEGER NOT NULL, day INTEGER NOT NULL, blob BLOB)"
)


class RawSqlite:
    """A SQLite file with the relay's table."""

    def __init__(self) -> None:
        """Make the file."""
        self._folder = tempfile.TemporaryDirectory(prefix="tocsin-bench-")
        path = Path(self._folder.name) / "raw.db"
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.execute(_TABLE)

    def blobs_per_second(self, blobs_each: int, seconds: float) -> float:
        """Insert 1 KiB blobs, so many in each transaction.

        Args:
            blobs_each: Blobs in a transaction.
            seconds: How long.

        Returns:
            Blobs per second, each on stable storage.
        """
        rows = [_row() for _ in range(int(40_000 * seconds))]
        done = 0
        begun = time.perf_counter()
        while time.perf_counter() - begun < seconds and done + blobs_each <= len(rows):
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany(_ADD, rows[done : done + blobs_each])
            self._connection.execute("COMMIT")
            done += blobs_each
        return done / (time.perf_counter() - begun)

    def close(self) -> None:
        """Remove the file."""
        self._connection.close()
        self._folder.cleanup()


def _row() -> tuple[bytes, int, int, bytes]:
    blob = os.urandom(1024)
    return hashlib.blake2b(blob, digest_size=32).digest(), 1024, 20_000, blob
