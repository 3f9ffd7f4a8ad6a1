"""Rows of incidents as acts write them: putting in, taking out, telling apart, and undoing each.

Theory of operation: every function takes the session and who acts, and none reads a sealed column,
so that both the acts on reports (`acts`, which undoes) and the acts on incidents stand on it. A
membership is ended, not deleted; one whose taking-out is undone stands again, but only where the
report is in no other incident by then. The audit log keeps each step.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from schemas.envelope.entropy import random_bytes
from server.desk.triage.errors import IncidentConflictError
from server.desk.triage.incident_states import IncidentState
from server.desk.triage.models import IncidentReportRow, IncidentRow, ToldApartRow

ROW_ID_BYTES = 16
PUT, TAKEN, APART = "incident_put", "incident_taken", "told_apart"
"""Keys of what undoing an act restores: ids of the rows it wrote."""


@dataclass(frozen=True, slots=True)
class Writing:
    """A writing session, who acts and when (UTC, aware)."""

    session: Session
    actor: str
    now: datetime


def new_incident(by: Writing) -> str:
    """Open an incident with nothing in it; give its id."""
    incident_id = random_bytes(ROW_ID_BYTES).hex()
    by.session.add(
        IncidentRow(
            id=incident_id,
            state=IncidentState.OPEN.value,
            edition=0,
            made_by=by.actor,
            made_at=by.now,
        )
    )
    by.session.flush()
    return incident_id


def standing(session: Session, report_id: str) -> IncidentReportRow | None:
    """Find the membership of a report that stands."""
    wanted = select(IncidentReportRow).where(
        IncidentReportRow.report_id == report_id, IncidentReportRow.taken_at.is_(None)
    )
    return session.execute(wanted).scalar_one_or_none()


def put(by: Writing, incident_id: str, report_id: str) -> str:
    """Put a report into an incident; give the membership's id.

    Raises:
        IncidentConflictError: It is in one already.
    """
    if standing(by.session, report_id) is not None:
        raise IncidentConflictError("the report is in an incident already: take it out first")
    membership = random_bytes(ROW_ID_BYTES).hex()
    by.session.add(
        IncidentReportRow(
            id=membership,
            incident_id=incident_id,
            report_id=report_id,
            put_by=by.actor,
            put_at=by.now,
        )
    )
    by.session.flush()
    return membership


def tell_apart(by: Writing, report_id: str, other_id: str) -> str:
    """Remember that two reports tell of different events; give the row's id."""
    row_id = random_bytes(ROW_ID_BYTES).hex()
    by.session.add(
        ToldApartRow(
            id=row_id, report_id=report_id, other_id=other_id, told_by=by.actor, told_at=by.now
        )
    )
    return row_id


def undo(by: Writing, kept: Mapping[str, object]) -> bool:
    """Put back what an act on incidents changed; tell whether the act was one.

    Raises:
        IncidentConflictError: What would stand again is in another incident by now.
    """
    put_in = kept.get(PUT)
    if isinstance(put_in, list):
        for membership in put_in:
            take(by, str(membership))
    elif TAKEN in kept:
        _stand_again(by, str(kept[TAKEN]))
    elif APART in kept:
        by.session.execute(
            update(ToldApartRow)
            .where(ToldApartRow.id == str(kept[APART]))
            .values(withdrawn_at=by.now)
        )
    else:
        return False
    return True


def take(by: Writing, membership: str) -> None:
    """End a membership; one that has ended stays as it is."""
    by.session.execute(
        update(IncidentReportRow)
        .where(IncidentReportRow.id == membership, IncidentReportRow.taken_at.is_(None))
        .values(taken_by=by.actor, taken_at=by.now)
    )


def _stand_again(by: Writing, membership: str) -> None:
    # The same row stands again, so that undoing the act that had made it ends it too.
    row = by.session.execute(
        select(IncidentReportRow).where(IncidentReportRow.id == membership)
    ).scalar_one()
    held = standing(by.session, row.report_id)
    if held is not None and held.id != membership:
        raise IncidentConflictError("the report is in another incident by now: take it out first")
    row.taken_by, row.taken_at = None, None
