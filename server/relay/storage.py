"""The relay's database: where transactions begin, end, and fail as one kind of error.

Theory of operation: a writer first takes its turn (SQLite: a lock file; PostgreSQL: an advisory
lock until the transaction ends), then begins. So writers of all processes follow each other
strictly, row numbers become visible in the order in which they are given out, and a desk that
pulls "after the highest number seen" can miss nothing. Whatever the database raises leaves here
as `StorageError`; then nothing of that transaction happened.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine
from sqlalchemy import text as sql_text
from sqlalchemy.exc import SQLAlchemyError

from server.plumbing.db import WRITE_OPTION, make_engine, sqlite_path
from server.plumbing.migrations import migrate
from server.relay.errors import StorageError
from server.relay.migrations import ROOM, STEPS
from server.relay.turn import SUFFIX, Turn

_WRITERS_LOCK: Final = 0x7463_7772
"""PostgreSQL's advisory lock of the relay's writers; arbitrary, the same for ever."""


class Storage:
    """One relay database, SQLite or PostgreSQL."""

    def __init__(self, url: str, *, connections: int) -> None:
        """Make the engine; nothing is opened yet.

        Args:
            url: SQLAlchemy address.
            connections: Most connections one process holds open.
        """
        self._engine = make_engine(url, connections=connections)
        self._writer = self._engine.execution_options(**{WRITE_OPTION: True})
        path = sqlite_path(url)
        self._turn = Turn(None if path is None else Path(f"{path}{SUFFIX}"))
        self._advisory = self._engine.dialect.name == "postgresql"

    @property
    def engine(self) -> Engine:
        """The engine, for audits."""
        return self._engine

    def prepare(self) -> None:
        """Bring the schema up to date, then let go of every connection.

        To be called before processes fork: no connection may cross a fork.
        """
        migrate(self._engine, ROOM, STEPS)
        self.close()

    def close(self) -> None:
        """Close what is open; the next transaction opens it again."""
        self._engine.dispose()
        self._turn.close()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Begin as the only writer; commit durably when the block ends well.

        Yields:
            The connection, inside of its transaction.

        Raises:
            StorageError: Nothing of the block was stored.
        """
        try:
            with self._turn.taken(), self._writer.begin() as connection:
                if self._advisory:
                    lock = sql_text("SELECT pg_advisory_xact_lock(:key)")
                    connection.execute(lock, {"key": _WRITERS_LOCK})
                yield connection
        except (SQLAlchemyError, OSError) as error:
            raise StorageError("the database cannot be written: free disk space") from error

    def empty_log(self) -> None:
        """Move SQLite's write-ahead log into the file and empty it.

        Until then what was purged still stands in the log, for weeks where little happens.

        Raises:
            StorageError: It could not be done now.
        """
        if self._advisory:
            return
        try:
            with self._turn.taken():
                raw = self._engine.raw_connection()
                try:
                    # Not through SQLAlchemy's own connection: it would begin a transaction.
                    raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
                finally:
                    raw.close()
        except (SQLAlchemyError, OSError, self._engine.dialect.loaded_dbapi.Error) as error:
            raise StorageError("the database cannot be written: free disk space") from error

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Begin a consistent view.

        Yields:
            The connection, inside of its transaction.

        Raises:
            StorageError: The database cannot be read.
        """
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise StorageError("the database cannot be read: check that it runs") from error
