"""Reading and writing sessions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from schemas.envelope import primitives
from schemas.envelope.entropy import random_bytes
from server.desk.accounts.models import PersonRow, SessionRow
from server.desk.accounts.roles import Person, Role
from server.desk.accounts.sessions import ABSOLUTE_END, IDLE_END
from server.desk.context import now
from server.desk.db import start_writing

TOKEN_BYTES: Final = 32
SEEN_STEP: Final = timedelta(minutes=1)
"""A session's last use is noted to the minute: a write per click would help nobody."""


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One place where a person is logged in."""

    id: int
    created_at: datetime
    seen_at: datetime


def digest_of(token: str) -> bytes:
    """Hash a token for the database: 32 bytes."""
    return primitives.blake2b(token.encode(), size=32, person="t1.token")


def open_session(session: Session, person_id: str) -> str:
    """Log a person in.

    Args:
        session: A writing session; the caller commits and audits.
        person_id: Who.

    Returns:
        The token for the cookie; it is nowhere else.
    """
    token = random_bytes(TOKEN_BYTES).hex()
    at = now()
    session.add(
        SessionRow(token_digest=digest_of(token), person_id=person_id, created_at=at, seen_at=at)
    )
    return token


def person_of_token(session: Session, token: str) -> Person | None:
    """Tell who is logged in with a token, and note that they were seen.

    Args:
        session: Any session; it is committed when the last use is noted.
        token: From the cookie: untrusted.

    Returns:
        The person; None when the session ended, or its person is disabled.
    """
    found = session.execute(
        select(SessionRow, PersonRow)
        .join(PersonRow, PersonRow.id == SessionRow.person_id)
        .where(SessionRow.token_digest == digest_of(token))
    ).first()
    if found is None:
        return None
    opened, row = found
    if row.disabled_at is not None or not _alive(opened, now()):
        return None
    person = person_of(row)
    if now() - opened.seen_at >= SEEN_STEP:
        _note_seen(session, opened.id)
    return person


def person_of(row: PersonRow) -> Person:
    """Give a stored person as the rooms see them."""
    return Person(row.id, row.name, Role(row.role), row.administers)


def _note_seen(session: Session, session_id: int) -> None:
    start_writing(session)
    session.execute(update(SessionRow).where(SessionRow.id == session_id).values(seen_at=now()))
    session.commit()


def _alive(opened: SessionRow, at: datetime) -> bool:
    fresh = at - opened.seen_at < IDLE_END and at - opened.created_at < ABSOLUTE_END
    return opened.ended_at is None and fresh


def end_session(session: Session, token: str) -> None:
    """Log out: end the session of a token."""
    session.execute(
        update(SessionRow)
        .where(SessionRow.token_digest == digest_of(token), SessionRow.ended_at.is_(None))
        .values(ended_at=now())
    )


def end_session_of(session: Session, person_id: str, session_id: int) -> bool:
    """End one session of a person by its number; tell whether there was one."""
    ended = session.execute(
        update(SessionRow)
        .where(
            SessionRow.id == session_id,
            SessionRow.person_id == person_id,
            SessionRow.ended_at.is_(None),
        )
        .values(ended_at=now())
        .returning(SessionRow.id)
    )
    return ended.first() is not None


def end_all_sessions(session: Session, person_id: str) -> None:
    """End every session of a person."""
    session.execute(
        update(SessionRow)
        .where(SessionRow.person_id == person_id, SessionRow.ended_at.is_(None))
        .values(ended_at=now())
    )


def open_sessions(session: Session, person_id: str) -> Sequence[OpenSession]:
    """List where a person is logged in now, newest first."""
    rows = session.execute(
        select(SessionRow)
        .where(SessionRow.person_id == person_id, SessionRow.ended_at.is_(None))
        .order_by(SessionRow.id.desc())
    ).scalars()
    return [OpenSession(row.id, row.created_at, row.seen_at) for row in rows if _alive(row, now())]
