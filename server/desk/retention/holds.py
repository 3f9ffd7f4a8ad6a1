"""Legal holds: what may not be deleted, by whose word and why."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from schemas.envelope.entropy import random_bytes
from server.desk.audit.store import append
from server.desk.intake.models import ReportRow
from server.desk.keys.hand import Hand
from server.desk.keys.keyring import Keyring
from server.desk.retention import columns
from server.desk.retention.errors import NoReasonError, NoSuchSubjectError
from server.desk.retention.models import LegalHoldRow
from server.desk.triage.models import IncidentReportRow, IncidentRow

HOLD_ID_BYTES: Final = 16
MOST_REASON_CHARACTERS: Final = 500


class Kind(StrEnum):
    """What a hold may be on."""

    REPORT = "report"
    INCIDENT = "incident"


@dataclass(frozen=True, slots=True, repr=False)
class Hold:
    """One hold that stands."""

    id: str
    reason: str
    placed_by: str
    placed_at: datetime

    def __repr__(self) -> str:
        """Hide the reason."""
        return "<Hold>"


def place(hand: Hand, kind: Kind, subject_id: str, reason: str) -> None:
    """Hold a report, or an incident with all its reports.

    Raises:
        NoReasonError: No reason was given, or it is too long.
        NoSuchSubjectError: There is no such report or incident.
    """
    words = _words(reason)
    require_subject(hand.session, kind, subject_id)
    hold_id = random_bytes(HOLD_ID_BYTES).hex()
    hand.session.add(
        LegalHoldRow(
            id=hold_id,
            kind=kind.value,
            subject_id=subject_id,
            sealed_reason=columns.HOLD.seal_text(hand.ring, hold_id, words),
            placed_by=hand.actor,
            placed_at=hand.now,
        )
    )
    append(hand.session, hand.actor, "hold.place", subject_id, {"kind": kind.value})
    hand.session.flush()


def lift(hand: Hand, kind: Kind, subject_id: str, reason: str) -> int:
    """Lift every standing hold on something; they stay as lifted ones.

    Returns:
        How many were lifted.

    Raises:
        NoReasonError: No reason was given, or it is too long.
    """
    words = _words(reason)
    rows = hand.session.execute(_standing(kind, subject_id)).scalars().all()
    for row in rows:
        row.lifted_by, row.lifted_at = hand.actor, hand.now
        row.sealed_lifted = columns.LIFTED.seal_text(hand.ring, row.id, words)
        append(hand.session, hand.actor, "hold.lift", subject_id, {"kind": kind.value})
    hand.session.flush()
    return len(rows)


def holds_on(session: Session, ring: Keyring, kind: Kind, subject_id: str) -> list[Hold]:
    """Open the standing holds on something, oldest first."""
    rows = session.execute(_standing(kind, subject_id).order_by(LegalHoldRow.placed_at)).scalars()
    return [
        Hold(
            row.id,
            columns.HOLD.open_text(ring, row.id, row.sealed_reason),
            row.placed_by,
            row.placed_at,
        )
        for row in rows
    ]


def held_reports(session: Session) -> frozenset[str]:
    """Name every report that is held, by itself or with its incident."""
    standing = select(LegalHoldRow.subject_id).where(LegalHoldRow.lifted_at.is_(None))
    own = standing.where(LegalHoldRow.kind == Kind.REPORT.value)
    incidents = standing.where(LegalHoldRow.kind == Kind.INCIDENT.value)
    within = select(IncidentReportRow.report_id).where(
        IncidentReportRow.incident_id.in_(incidents), IncidentReportRow.taken_at.is_(None)
    )
    return frozenset([*session.execute(own).scalars(), *session.execute(within).scalars()])


def require_subject(session: Session, kind: Kind, subject_id: str) -> None:
    """Make sure that there is such a report or incident.

    Raises:
        NoSuchSubjectError: There is none.
    """
    wanted = (
        select(ReportRow.id).where(ReportRow.report_id == subject_id)
        if kind is Kind.REPORT
        else select(IncidentRow.number).where(IncidentRow.id == subject_id)
    )
    if session.execute(wanted).first() is None:
        raise NoSuchSubjectError("there is no such report or incident")


def _standing(kind: Kind, subject_id: str) -> Select[LegalHoldRow]:
    return select(LegalHoldRow).where(
        LegalHoldRow.kind == kind.value,
        LegalHoldRow.subject_id == subject_id,
        LegalHoldRow.lifted_at.is_(None),
    )


def _words(reason: str) -> str:
    words = reason.strip()
    if not 1 <= len(words) <= MOST_REASON_CHARACTERS:
        raise NoReasonError("give a reason of 1 to 500 characters")
    return words
