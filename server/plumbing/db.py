"""Making database engines: SQLite with a write-ahead log that survives power loss, or PostgreSQL.

Theory of operation: SQLite is put into WAL mode once, when the file is made, before any process
forks. Every connection then runs with `synchronous=FULL`, because a receipt promises that a blob
is on stable storage, and in WAL mode only FULL syncs the log at each commit. Python's own
transaction guessing is switched off: a transaction begins when SQLAlchemy says so, as a plain
`BEGIN`, or as `BEGIN IMMEDIATE` for a writer, so that two writers queue instead of failing half
way. PostgreSQL is asked for `synchronous_commit=on` whatever its server's default is.

Source: https://www.sqlite.org/pragma.html#pragma_synchronous, https://www.sqlite.org/wal.html
"""

import os
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

NAMING: Final[Mapping[str, str]] = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Names of constraints, so that both databases name them alike."""

BUSY_MILLISECONDS: Final = 10_000
"""Longest wait for another process's write; a commit takes milliseconds, a backup seconds."""

PREPARED_STATEMENTS: Final = 256
"""Kept prepared by each connection: a relay alone has some ninety on its hot path."""

CHECKPOINT_PAGES: Final = 8000
"""Pages of 4 KiB gathered in the log before they are moved into the file. An index of random ids
has its pages rewritten by every commit; moving them once per 32 MiB instead of SQLite's 4 MiB
gave a relay a fifth more intake."""

WRITE_OPTION: Final = "tocsin_write"
"""Execution option: `connection.execution_options(tocsin_write=True)` begins as a writer."""

FOLDER_MODE: Final = 0o700
FILE_MODE: Final = 0o600


def make_engine(url: str, *, immediate: bool = False, connections: int = 15) -> Engine:
    """Make an engine and, for SQLite, its folder, its file and its write-ahead log.

    Args:
        url: SQLAlchemy address.
        immediate: True begins every transaction as a writer.
        connections: Most connections held open at once; 15 is SQLAlchemy's own default.

    Returns:
        An engine whose connections are durable.
    """
    prepare_storage(url)
    options = engine_options(url) | {"pool_size": connections, "max_overflow": 0}
    return prepare_engine(create_engine(url, **options), immediate=immediate)


def engine_options(url: str) -> dict[str, Any]:
    """Tell what `create_engine` needs for an address.

    Args:
        url: SQLAlchemy address.

    Returns:
        Keyword arguments, also fit for `SQLALCHEMY_ENGINE_OPTIONS`. Errors do not quote what
        was to be stored.
    """
    if is_sqlite(url):
        # Connections wander between threads of the pool, never between two at once.
        arguments: dict[str, Any] = {
            "check_same_thread": False,
            "timeout": BUSY_MILLISECONDS / 1000,
            "cached_statements": PREPARED_STATEMENTS,
        }
        return {"connect_args": arguments, "hide_parameters": True}
    arguments = {"options": "-c synchronous_commit=on"}
    return {"connect_args": arguments, "hide_parameters": True, "pool_pre_ping": True}


def prepare_engine(engine: Engine, *, immediate: bool = False) -> Engine:
    """Attach what SQLite needs at each connection and each begin; PostgreSQL needs nothing.

    Args:
        engine: An engine without connections yet.
        immediate: True begins every transaction as a writer.

    Returns:
        The same engine.
    """
    if engine.dialect.name != "sqlite":
        return engine

    def on_connect(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        _set_pragmas(connection)

    def on_begin(connection: Connection) -> None:
        writer = immediate or connection.get_execution_options().get(WRITE_OPTION, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)
    return engine


def prepare_storage(url: str) -> None:
    """Make the folder and file of a SQLite database, private to their owner, in WAL mode.

    Args:
        url: SQLAlchemy address; anything but a SQLite file is left alone.
    """
    path = sqlite_path(url)
    if path is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, FILE_MODE))
    connection = sqlite3.connect(path, timeout=BUSY_MILLISECONDS / 1000)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
    finally:
        connection.close()


def open_memory() -> sqlite3.Connection:
    """Open a SQLite database that is in memory only and goes with the connection.

    Returns:
        A connection that commits by itself; its user lets one thread at a time use it.
    """
    connection = sqlite3.connect(
        ":memory:",
        check_same_thread=False,
        isolation_level=None,
        cached_statements=PREPARED_STATEMENTS,
    )
    connection.execute("PRAGMA temp_store=MEMORY")
    return connection


def is_sqlite(url: str) -> bool:
    """Tell whether an address names SQLite."""
    return make_url(url).get_backend_name() == "sqlite"


def sqlite_path(url: str) -> Path | None:
    """Tell the file of a SQLite address; None for memory and for other databases."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in {None, "", ":memory:"}:
        return None
    return Path(str(parsed.database))


def _set_pragmas(connection: DBAPIConnection) -> None:
    # isolation_level None hands transactions to SQLAlchemy; see the theory above.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    # Overwrites what is deleted: a purged report must not linger in free pages.
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.execute("PRAGMA temp_store=MEMORY")
    cursor.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
    cursor.close()
