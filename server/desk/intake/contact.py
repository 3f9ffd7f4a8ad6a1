"""Whom the desk must not write to, because a reporter said that it is not safe.

Theory of operation: a follow-up of purpose `unsafe` leaves a stop. A stop holds the author key that
signed it and the report it names, both sealed, so that a locked disk tells only that somebody
asked, and when. It forbids answers to every report of that author key, whichever came first, and to
a named report that has no author key. It never speaks for another author: whoever names a
stranger's report stops nothing. A person lifts a stop with a reason; the row stays.

Spec: docs/spec/report.md section 2
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from schemas.domain.report import Report
from schemas.domain.vocabulary import Purpose
from schemas.envelope.entropy import random_bytes
from server.desk.audit.store import append
from server.desk.context import now
from server.desk.intake import columns
from server.desk.intake.errors import DoNotContactError, NoReasonError
from server.desk.intake.models import ContactStopRow
from server.desk.intake.store import report_keys
from server.desk.keys.keyring import Keyring

STOP_ID_BYTES = 16
MAX_REASON_CHARACTERS = 500
"""A sentence or three: it is read by whoever asks later why somebody was written to."""


@dataclass(frozen=True, slots=True, repr=False)
class ContactStop:
    """One standing wish not to be contacted.

    Attributes:
        follow_up: Id of the report that asked.
        placed_at: When the desk opened it.
    """

    id: str
    follow_up: str
    about: str
    author: str | None
    placed_at: datetime

    def __repr__(self) -> str:
        """Hide who asked."""
        return "<ContactStop>"

    def forbids(self, report_id: str, author: str | None) -> bool:
        """Tell whether a report must not be answered."""
        if author is not None:
            return self.author == author
        return self.about == report_id


def place_stop(
    session: Session, ring: Keyring, report_id: str, report: Report, author: bytes | None
) -> None:
    """Keep the wish of a follow-up, if that is what it says.

    Args:
        session: A writing session; the caller commits.
        ring: An unlocked keyring.
        report_id: The follow-up.
        report: What it says.
        author: The key that signed it, or None.
    """
    if report.purpose is not Purpose.UNSAFE or report.about is None:
        return
    stop_id = random_bytes(STOP_ID_BYTES).hex()
    held = {
        "follow_up": report_id,
        "about": report.about,
        "author": author.hex() if author else None,
    }
    session.add(
        ContactStopRow(
            id=stop_id,
            sealed_stop=columns.STOP.seal_json(ring, stop_id, held),
            placed_at=now(),
        )
    )


def stop_on(session: Session, ring: Keyring, report_id: str) -> ContactStop | None:
    """Find the newest standing wish that forbids answering a report.

    Raises:
        UnknownReportError: There is no such report.
    """
    author = report_keys(session, ring, report_id).author
    mine = author.hex() if author else None
    found = [stop for stop in _standing(session, ring) if stop.forbids(report_id, mine)]
    return found[-1] if found else None


def refuse_if_stopped(session: Session, ring: Keyring, report_id: str) -> None:
    """Refuse to write to somebody who asked not to be written to.

    Raises:
        DoNotContactError: They asked, and nobody lifted it.
        UnknownReportError: There is no such report.
    """
    if stop_on(session, ring, report_id) is not None:
        raise DoNotContactError


def lift_stops(session: Session, ring: Keyring, report_id: str, *, reason: str, actor: str) -> int:
    """Allow answers to a report again; who did it and that they did is written down.

    Args:
        session: A writing session; the caller commits.
        ring: An unlocked keyring.
        report_id: 64 hex digits.
        reason: Why it is safe again, 1 to 500 characters; kept sealed.
        actor: Who lifts it.

    Returns:
        How many wishes were lifted.

    Raises:
        NoReasonError: No reason was given, or it is too long.
        UnknownReportError: There is no such report.
    """
    words = reason.strip()
    if not 1 <= len(words) <= MAX_REASON_CHARACTERS:
        raise NoReasonError
    author = report_keys(session, ring, report_id).author
    mine = author.hex() if author else None
    lifted = [stop for stop in _standing(session, ring) if stop.forbids(report_id, mine)]
    for stop in lifted:
        row = session.get_one(ContactStopRow, stop.id)
        row.lifted_at, row.lifted_by = now(), actor
        row.sealed_reason = columns.STOP_REASON.seal_text(ring, stop.id, words)
    append(session, actor, "contact.lift", report_id, {"stops": len(lifted)})
    return len(lifted)


def _standing(session: Session, ring: Keyring) -> Iterator[ContactStop]:
    wanted = select(ContactStopRow).where(ContactStopRow.lifted_at.is_(None))
    for row in session.execute(wanted.order_by(ContactStopRow.placed_at)).scalars():
        held = columns.STOP.open_json(ring, row.id, row.sealed_stop)
        if not isinstance(held, dict):
            raise TypeError("a stored stop is an object")
        author = held["author"]
        yield ContactStop(
            id=row.id,
            follow_up=str(held["follow_up"]),
            about=str(held["about"]),
            author=str(author) if author else None,
            placed_at=row.placed_at,
        )
