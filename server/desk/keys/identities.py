"""The weekly identities: made ahead, sealed, and deleted when their time is over.

Theory of operation: a directory lists the public halves of 26 weeks, so that a phone needs no
download for half a year. The private half of a week is needed from that week until its grace is
over; after that it is deleted, and what was sealed to it can be opened by nobody any more, this
desk included (reports already opened are kept under the storage key). Phones whose clock is wrong
choose other weeks, so all listed weeks are tried, the likely ones first.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from schemas.constants import DEFAULT_RECIPIENTS, SECONDS_PER_WEEK
from schemas.envelope.keys import Identity, new_identity, week_of
from server.desk.audit.store import append
from server.desk.context import now
from server.desk.keys.calendar import KeptWeek
from server.desk.keys.keyring import Keyring
from server.desk.keys.models import DeskProfileRow, WeeklyIdentityRow
from server.desk.keys.sealed_columns import SealedColumn

SECRET: Final = SealedColumn("weekly_identity", "sealed_secret", of_the_desk=True)


def make_ahead(session: Session, ring: Keyring) -> int:
    """Make the identities that are missing between now and 26 weeks ahead.

    Args:
        session: A writing session; the caller commits.
        ring: An unlocked keyring.

    Returns:
        How many were made.
    """
    this_week = week_of(now())
    newest = session.execute(select(func.max(WeeklyIdentityRow.week))).scalar()
    first = this_week if newest is None else max(newest + 1, this_week)
    weeks = range(first, this_week + DEFAULT_RECIPIENTS)
    for week in weeks:
        _make(session, ring, week)
    if weeks:
        append(session, "desk", "identity.make", "desk", {"weeks": len(weeks), "first": first})
    return len(weeks)


def _make(session: Session, ring: Keyring, week: int) -> None:
    identity = new_identity(week)
    sealed = SECRET.seal(ring, str(week), identity.secret)
    session.add(
        WeeklyIdentityRow(week=week, public=identity.public, sealed_secret=sealed, made_at=now())
    )


def live_identities(session: Session, ring: Keyring) -> list[Identity]:
    """Open every identity that still has its secret, this week's first, then the nearest."""
    rows = session.execute(
        select(WeeklyIdentityRow).where(WeeklyIdentityRow.sealed_secret.is_not(None))
    ).scalars()
    this_week = week_of(now())
    nearest = sorted(rows, key=lambda row: abs(row.week - this_week))
    return [
        Identity(week=row.week, secret=SECRET.open(ring, str(row.week), row.sealed_secret))
        for row in nearest
        if row.sealed_secret is not None
    ]


def kept_weeks(session: Session) -> list[KeptWeek]:
    """List every week this desk has made a key for, without the keys."""
    rows = session.execute(
        select(
            WeeklyIdentityRow.week,
            WeeklyIdentityRow.sealed_secret.is_not(None).label("has_secret"),
            WeeklyIdentityRow.deleted_at,
        ).order_by(WeeklyIdentityRow.week)
    )
    return [KeptWeek(row.week, bool(row.has_secret), row.deleted_at) for row in rows]


def delete_expired(session: Session) -> int:
    """Delete the secrets of weeks whose grace is over; works while the desk is locked.

    Args:
        session: A writing session; the caller commits and then calls `scrub`.

    Returns:
        How many were deleted.
    """
    profile = session.get(DeskProfileRow, 1)
    if profile is None:
        return 0
    last = week_of(now() - timedelta(days=profile.grace_days)) - 1
    ended = session.execute(
        update(WeeklyIdentityRow)
        .where(WeeklyIdentityRow.week <= last, WeeklyIdentityRow.sealed_secret.is_not(None))
        .values(sealed_secret=None, deleted_at=now())
        .returning(WeeklyIdentityRow.week)
    )
    weeks = sorted(ended.scalars())
    for week in weeks:
        append(session, "desk", "identity.delete", "desk", {"week": week})
    return len(weeks)


def scrub(session: Session) -> None:
    """Make sure that deleted secrets are not left in SQLite's log beside the database."""
    session.commit()
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        session.commit()


def week_begins(week: int) -> datetime:
    """Give the first moment of a week."""
    epoch = datetime.fromtimestamp(0, tz=now().tzinfo)
    return epoch + timedelta(seconds=week * SECONDS_PER_WEEK)
