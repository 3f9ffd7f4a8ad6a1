"""Writing and reading the audit log.

Theory of operation: :func:`append` is called inside the transaction of the act it tells of, so
that neither is ever there without the other. The row of the chain's end is written first, which
on SQLite takes the one write lock and on PostgreSQL locks that row: two writers queue, and no
two entries share a number.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import g, has_app_context
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from server.desk.audit.chain import GENESIS, Detail, Entry, Verdict, walk
from server.desk.audit.models import AuditEntryRow, AuditHeadRow
from server.desk.context import now

READ_ROWS = 1000
"""Entries read at a time while walking: a bound on memory, not on the log."""


@dataclass(frozen=True, slots=True)
class Act:
    """What shall be written: who did what to what."""

    actor: str
    act: str
    subject: str
    detail: Detail


def append(session: Session, actor: str, act: str, subject: str, detail: Detail) -> None:
    """Write one act in the caller's transaction.

    Args:
        session: The session whose transaction holds the act itself.
        actor: Who: ``person:<id>``, ``desk`` or ``command``.
        act: What, as ``noun.verb``, such as ``report.read``.
        subject: On what: a report id, ``person:<id>``, ``relay:<id>``, ``desk``.
        detail: Short facts; never text, place, name or key.
    """
    append_all(session, [Act(actor, act, subject, detail)])


def append_all(session: Session, acts: Sequence[Act]) -> None:
    """Write several acts in the caller's transaction, in their order.

    Args:
        session: The session whose transaction holds the acts themselves.
        acts: What was done.
    """
    if not acts:
        return
    session.execute(
        update(AuditHeadRow).where(AuditHeadRow.id == 1).values(number=AuditHeadRow.number)
    )
    number, before = session.execute(
        select(AuditHeadRow.number, AuditHeadRow.entry_hash).where(AuditHeadRow.id == 1)
    ).one()
    at = now()
    rows: list[dict[str, object]] = []
    for act in acts:
        number += 1
        entry = Entry(number, at, act.actor, act.act, act.subject, act.detail)
        before = entry.hash_after(before)
        rows.append(_columns(entry, before))
    session.execute(insert(AuditEntryRow), rows)
    if has_app_context():
        g.acts_written = [*acts_written(), *(act.act for act in acts)]
    session.execute(
        update(AuditHeadRow).where(AuditHeadRow.id == 1).values(number=number, entry_hash=before)
    )


def acts_written() -> Sequence[str]:
    """List the acts that the running request or command has written so far."""
    found: Sequence[str] = g.get("acts_written", ())
    return found


def _columns(entry: Entry, entry_hash: bytes) -> dict[str, object]:
    return {
        "number": entry.number,
        "at": entry.at,
        "actor": entry.actor,
        "act": entry.act,
        "subject": entry.subject,
        "detail": json.dumps(dict(entry.detail), sort_keys=True, separators=(",", ":")),
        "entry_hash": entry_hash,
    }


def entries(session: Session) -> Iterator[tuple[Entry, bytes]]:
    """Read the whole log in the order stored, a bounded number of rows at a time."""
    after = None
    while rows := _rows_after(session, after):
        for row in rows:
            yield entry_of(row), row.entry_hash
        after = rows[-1].number


def _rows_after(session: Session, after: int | None) -> Sequence[AuditEntryRow]:
    wanted = select(AuditEntryRow).order_by(AuditEntryRow.number).limit(READ_ROWS)
    if after is not None:
        wanted = wanted.where(AuditEntryRow.number > after)
    return session.execute(wanted).scalars().all()


def entry_of(row: AuditEntryRow) -> Entry:
    """Give a stored row as the chain sees it."""
    return Entry(row.number, row.at, row.actor, row.act, row.subject, json.loads(row.detail))


def head(session: Session) -> tuple[int, bytes]:
    """Give the number and the hash of the last entry."""
    found = session.execute(select(AuditHeadRow.number, AuditHeadRow.entry_hash)).one()
    return found.number, found.entry_hash


def verify(session: Session) -> Verdict:
    """Walk the whole chain and say whether it is intact."""
    return walk(entries(session), head(session))


def entries_about(session: Session, subject: str) -> list[tuple[Entry, bytes]]:
    """Read every entry about a subject with its hash, oldest first."""
    wanted = select(AuditEntryRow).where(AuditEntryRow.subject == subject)
    rows = session.execute(wanted.order_by(AuditEntryRow.number)).scalars()
    return [(entry_of(row), row.entry_hash) for row in rows]


def hash_before(session: Session, number: int) -> bytes:
    """Give the hash of the entry that stands before a number."""
    wanted = select(AuditEntryRow.entry_hash).where(AuditEntryRow.number == number - 1)
    return session.execute(wanted).scalar_one_or_none() or GENESIS


def latest(session: Session, *, limit: int, subject: str | None = None) -> list[Entry]:
    """Read the newest entries, newest first.

    Args:
        session: Any session.
        limit: At most so many.
        subject: Only those about this subject.

    Returns:
        The entries.
    """
    wanted = select(AuditEntryRow).order_by(AuditEntryRow.number.desc()).limit(limit)
    if subject is not None:
        wanted = wanted.where(AuditEntryRow.subject == subject)
    return [entry_of(row) for row in session.execute(wanted).scalars()]
