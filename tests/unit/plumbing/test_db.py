"""Engines: durable, private, and the same on both databases."""

import sqlite3
import stat
from pathlib import Path

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, Table, insert, select, text
from sqlalchemy.exc import IntegrityError

from server.plumbing.db import WRITE_OPTION, engine_options, is_sqlite, make_engine, sqlite_path
from server.plumbing.errors import MigrationError
from server.plumbing.migrations import Step, migrate

_METADATA = MetaData()
THINGS = Table("things", _METADATA, Column("number", Integer, primary_key=True))


def make_things(connection: Connection) -> None:
    """Make the table of these tests."""
    _METADATA.create_all(connection)


def add_one(connection: Connection) -> None:
    """Add a row."""
    connection.execute(insert(THINGS).values(number=1))


def fail(connection: Connection) -> None:
    """Change something, then fail."""
    add_one(connection)
    raise RuntimeError("stop")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'sub' / 'a.db'}"
    return str(request.getfixturevalue("postgres_url"))


def test_sqlite_file_and_folder_are_private(tmp_path: Path) -> None:
    make_engine(f"sqlite:///{tmp_path / 'sub' / 'a.db'}").dispose()
    assert stat.S_IMODE((tmp_path / "sub").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "sub" / "a.db").stat().st_mode) == 0o600


def test_sqlite_syncs_each_commit_of_its_log(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'a.db'}")
    with engine.connect() as connection:
        read = [
            connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        ]
    engine.dispose()
    assert read == ["wal", 2, 1, 1]


@pytest.mark.postgres
def test_postgres_syncs_each_commit_whatever_its_default(postgres_url: str) -> None:
    engine = make_engine(postgres_url)
    with engine.connect() as connection:
        assert connection.execute(text("SHOW synchronous_commit")).scalar_one() == "on"
    engine.dispose()


def test_writer_is_the_only_one_from_its_first_statement(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    engine = make_engine(f"sqlite:///{path}")
    stranger = sqlite3.connect(path, timeout=0, isolation_level=None)
    writer = engine.execution_options(**{WRITE_OPTION: True})
    with writer.begin(), pytest.raises(sqlite3.OperationalError, match="locked"):
        stranger.execute("BEGIN IMMEDIATE")
    with engine.begin():
        stranger.execute("BEGIN IMMEDIATE")
    stranger.close()
    engine.dispose()


def test_engine_can_begin_every_transaction_as_a_writer(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    engine = make_engine(f"sqlite:///{path}", immediate=True)
    stranger = sqlite3.connect(path, timeout=0, isolation_level=None)
    with engine.begin(), pytest.raises(sqlite3.OperationalError, match="locked"):
        stranger.execute("BEGIN IMMEDIATE")
    stranger.close()
    engine.dispose()


def test_error_does_not_quote_what_was_to_be_stored(url: str) -> None:
    engine = make_engine(url)
    with engine.begin() as connection:
        make_things(connection)
        add_one(connection)
    with pytest.raises(IntegrityError) as caught, engine.begin() as connection:
        add_one(connection)
    engine.dispose()
    assert "[SQL parameters hidden" in str(caught.value)


def test_addresses_are_told_apart() -> None:
    assert is_sqlite("sqlite:///a.db")
    assert not is_sqlite("postgresql+psycopg://h/d")
    assert sqlite_path("sqlite:////srv/a.db") == Path("/srv/a.db")
    assert sqlite_path("sqlite://") is sqlite_path("postgresql+psycopg://h/d") is None
    assert engine_options("sqlite://")["connect_args"]["check_same_thread"] is False


def test_steps_are_applied_once_and_in_order(url: str) -> None:
    engine = make_engine(url)
    assert migrate(engine, "room", [Step(1, make_things)]) == [1]
    assert migrate(engine, "room", [Step(1, make_things), Step(2, add_one)]) == [2]
    assert migrate(engine, "room", [Step(1, make_things), Step(2, add_one)]) == []
    with engine.connect() as connection:
        assert connection.execute(select(THINGS.c.number)).scalars().all() == [1]
    engine.dispose()


def test_failed_step_changes_nothing(url: str) -> None:
    engine = make_engine(url)
    migrate(engine, "room", [Step(1, make_things)])
    with pytest.raises(RuntimeError, match="stop"):
        migrate(engine, "room", [Step(1, make_things), Step(2, fail)])
    assert migrate(engine, "room", [Step(1, make_things), Step(2, add_one)]) == [2]
    engine.dispose()


def test_rooms_are_numbered_apart(url: str) -> None:
    engine = make_engine(url)
    assert migrate(engine, "one", [Step(1, make_things)]) == [1]
    assert migrate(engine, "other", [Step(1, add_one)]) == [1]
    engine.dispose()


def test_database_of_a_later_version_is_refused(url: str) -> None:
    engine = make_engine(url)
    migrate(engine, "room", [Step(1, make_things), Step(2, add_one)])
    with pytest.raises(MigrationError, match="update the program"):
        migrate(engine, "room", [Step(1, make_things)])
    engine.dispose()


def test_steps_must_be_numbered_without_gaps(url: str) -> None:
    engine = make_engine(url)
    with pytest.raises(MigrationError, match="without gaps"):
        migrate(engine, "room", [Step(2, make_things)])
    engine.dispose()
