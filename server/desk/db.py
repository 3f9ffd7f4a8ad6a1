"""The desk's one database: the base of its tables and the session that every room uses.

Theory of operation: tables are plain typed SQLAlchemy classes on :class:`Row`; Flask-SQLAlchemy
gives a session that lives as long as one request, one command or one run of the pull. A room
declares its tables in its ``models.py``, reads and writes them only in its ``store.py``, and
makes them in its ``migrations/``. Times are kept as aware UTC.

Whoever is going to write says so first, with :func:`start_writing`: SQLite then queues writers
at the beginning of a transaction, where waiting is possible, and not in its middle, where the
only answer is an error. For a POST the app has called it before the page's own code runs.
"""

from datetime import UTC, datetime
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, MetaData
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator, TypeEngine

from server.plumbing.db import NAMING, WRITE_OPTION


class Row(DeclarativeBase):
    """Base of every table of the desk."""

    metadata = MetaData(naming_convention=dict(NAMING))


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time; SQLite would silently drop the zone."""

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = DateTime(timezone=True)
    cache_ok: bool | None = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive time and turn an aware one into UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("the desk keeps aware times only")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back to what SQLite returns."""
        del dialect
        return None if value is None else value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC)


db = SQLAlchemy(metadata=Row.metadata)
"""Binds a session to the running request, command or run of the pull."""


def desk_session() -> Session:
    """Give the session of the running request or command."""
    return db.session()


def start_writing(session: Session) -> None:
    """Begin a transaction that will write; what was read before is committed first.

    Args:
        session: The session of the request or command.
    """
    if session.in_transaction():
        session.commit()
    session.connection(execution_options={WRITE_OPTION: True})
