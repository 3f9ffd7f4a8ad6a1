"""Writing what people do in triage, each act with its line in the audit log.

Theory of operation: an act locks the report's row first, by writing it, and only then reads where
the report stands; two people who press a key at once are put one after the other by the database
and the second is told. Every act keeps what was before it, so that the last one can be undone by
whoever did it. The caller commits, and the act, its undoing and the audit entry stand or fall
together.
"""

import contextlib
from collections.abc import Callable, Mapping

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from schemas.domain.vocabulary import (
    InformationCredibility,
    SourceReliability,
    Verification,
    Workflow,
)
from schemas.envelope.entropy import random_bytes
from server.desk.audit.store import append
from server.desk.intake.acknowledging import acknowledge_closed
from server.desk.intake.models import ReportRow
from server.desk.keys.hand import Hand
from server.desk.triage import columns, incident_rows
from server.desk.triage.errors import (
    IllegalTransitionError,
    NothingToUndoError,
    UnknownReportError,
)
from server.desk.triage.models import CodingRow, TriageActRow, TriageRow
from server.desk.triage.store import view_of
from server.desk.triage.verification import Finding, Grade, climb
from server.desk.triage.views import TriageView
from server.desk.triage.workflow import Act, Standing, renew, restored, step

ROW_ID_BYTES = 16
GRADE_ACT = "grade"
ASSIGN_ACT = "assign"


def take(hand: Hand, report_id: str, act: Act, *, duplicate_of: str | None = None) -> TriageView:
    """Take an act of the workflow.

    Args:
        hand: Who and when.
        report_id: On which report.
        act: What.
        duplicate_of: The report it repeats; only and always with `MARK_DUPLICATE`.

    Returns:
        Where the report stands now.

    Raises:
        UnknownReportError: There is no such report.
        ClaimHeldError: Somebody else works on it.
        IllegalTransitionError: The table has no such step, or a report would repeat itself.
    """
    if (act is Act.MARK_DUPLICATE) != (duplicate_of is not None) or duplicate_of == report_id:
        raise IllegalTransitionError("say which other report this one repeats")
    if duplicate_of is not None:
        _require_report(hand.session, duplicate_of)

    def change(row: TriageRow, before: TriageView) -> None:
        _stand(row, step(before.standing, act, hand.actor, hand.now))
        row.duplicate_of = duplicate_of
        if row.state == Workflow.CLOSED.value:
            acknowledge_closed(hand.session, hand.ring, report_id)

    return _changed(hand, report_id, act.value, change)


def find(
    hand: Hand, report_id: str, finding: Finding, *, independent_sources: int = 0
) -> TriageView:
    """Record what was found about the truth of a report.

    Raises:
        UnknownReportError: There is no such report.
        ClaimHeldError: Somebody else works on it.
        IllegalTransitionError: The ladder has no such step, or too few sources are named.
    """

    def change(row: TriageRow, before: TriageView) -> None:
        _refuse_if_held(before, hand)
        row.verification = climb(before.verification, finding, independent_sources).value
        sources = (
            independent_sources if finding is Finding.CORROBORATE else (before.independent_sources)
        )
        row.sealed_grade = _sealed_grade(hand, report_id, before.grade, sources)
        _stand(row, renew(before.standing, hand.actor, hand.now))

    return _changed(hand, report_id, finding.value, change)


def grade(hand: Hand, report_id: str, given: Grade) -> TriageView:
    """Grade source and information (Admiralty code).

    Raises:
        UnknownReportError: There is no such report.
        ClaimHeldError: Somebody else works on it.
    """

    def change(row: TriageRow, before: TriageView) -> None:
        _refuse_if_held(before, hand)
        row.sealed_grade = _sealed_grade(hand, report_id, given, before.independent_sources)
        _stand(row, renew(before.standing, hand.actor, hand.now))

    return _changed(hand, report_id, GRADE_ACT, change)


def assign(hand: Hand, report_id: str, assignee: str | None) -> TriageView:
    """Give a report to a person to work on, or to nobody; it stays where it stands.

    Args:
        hand: Who and when.
        report_id: Which report.
        assignee: Whom, as the audit log names people; None takes it back.

    Raises:
        UnknownReportError: There is no such report.
        ClaimHeldError: Somebody else works on it.
    """

    def change(row: TriageRow, before: TriageView) -> None:
        _refuse_if_held(before, hand)
        row.assignee = assignee

    return _changed(hand, report_id, ASSIGN_ACT, change)


def release_for(hand: Hand, report_id: str, holder: str) -> TriageView:
    """Let a report go that somebody else claims, because they leave the desk.

    Raises:
        IllegalTransitionError: They do not claim it.
    """

    def change(row: TriageRow, before: TriageView) -> None:
        _stand(row, step(before.standing, Act.RELEASE, holder, hand.now))

    return _changed(hand, report_id, Act.RELEASE.value, change)


def renew_lease(hand: Hand, report_id: str) -> Standing:
    """Push one's own claim out, as the open page does; no act, no audit line."""
    row = locked_row(hand, report_id)
    standing = renew(view_of(hand.ring, row).standing, hand.actor, hand.now)
    _stand(row, standing)
    row.changed_at = hand.now
    return standing


def undo_last(hand: Hand, report_id: str) -> TriageView:
    """Undo the last act on a report, if it is one's own.

    Raises:
        UnknownReportError: There is no such report.
        NothingToUndoError: The last act is somebody else's, or none is left.
    """
    row = locked_row(hand, report_id)
    last = hand.session.execute(
        select(TriageActRow)
        .where(TriageActRow.report_id == report_id, TriageActRow.undone_at.is_(None))
        .order_by(TriageActRow.number.desc())
        .limit(1)
    ).scalar_one_or_none()
    if last is None or last.actor != hand.actor:
        raise NothingToUndoError("there is no last act of yours to undo on this report")
    last.undone_at = hand.now
    row.changed_at = hand.now
    _restore(hand, row, last)
    append(hand.session, hand.actor, "triage.undo", report_id, {"act": last.act})
    hand.session.flush()
    return view_of(hand.ring, row)


def undo_together(hand: Hand) -> int:
    """Undo the last thing this person did, on every report that it was done to.

    What was done together has one time. Reports on which somebody acted since are left alone.

    Returns:
        On how many reports it was undone.

    Raises:
        NothingToUndoError: On none.
    """
    own = select(TriageActRow).where(
        TriageActRow.actor == hand.actor, TriageActRow.undone_at.is_(None)
    )
    newest = own.order_by(TriageActRow.number.desc()).limit(1)
    last = hand.session.execute(newest).scalar_one_or_none()
    if last is None:
        raise NothingToUndoError("there is nothing of yours to undo")
    together = own.where(TriageActRow.at == last.at).order_by(TriageActRow.number.desc())
    undone: set[str] = set()
    for report_id in [row.report_id for row in hand.session.execute(together).scalars()]:
        with contextlib.suppress(NothingToUndoError):
            undo_last(hand, report_id)
            undone.add(report_id)
    if not undone:
        raise NothingToUndoError("others have worked on these reports since")
    return len(undone)


def _changed(
    hand: Hand, report_id: str, act: str, change: Callable[[TriageRow, TriageView], None]
) -> TriageView:
    """Lock, change, remember what was before, and write the audit line."""
    row = locked_row(hand, report_id)
    before = view_of(hand.ring, row)
    held = _kept(hand, row, before)
    change(row, before)
    row.changed_at = hand.now
    remember(hand, report_id, act, held)
    append(hand.session, hand.actor, f"triage.{act}", report_id, {"state": row.state})
    hand.session.flush()
    return view_of(hand.ring, row)


def remember(hand: Hand, report_id: str, act: str, before: Mapping[str, object]) -> None:
    """Keep what undoing an act restores.

    Args:
        hand: Who and when.
        report_id: On which report.
        act: What was done.
        before: The row's values as `_kept` gives them, or `{"coding": id}` for a new coding,
            or what `incident_rows` knows to undo.
    """
    act_id = random_bytes(ROW_ID_BYTES).hex()
    hand.session.add(
        TriageActRow(
            id=act_id,
            report_id=report_id,
            act=act,
            actor=hand.actor,
            at=hand.now,
            sealed_before=columns.ACT.seal_json(hand.ring, act_id, dict(before)),
        )
    )


def _kept(hand: Hand, row: TriageRow, before: TriageView) -> dict[str, object]:
    """Give what undoing restores."""
    return {
        "state": before.standing.at(hand.now).state.value,
        "verification": row.verification,
        "duplicate_of": row.duplicate_of,
        "reliability": before.grade.reliability.value,
        "credibility": before.grade.credibility.value,
        "sources": before.independent_sources,
        "assignee": before.assignee,
    }


def _restore(hand: Hand, row: TriageRow, last: TriageActRow) -> None:
    """Put back what an act changed."""
    kept = columns.ACT.open_json(hand.ring, last.id, last.sealed_before)
    if not isinstance(kept, dict):
        raise TypeError("what an act keeps is an object")
    if "coding" in kept:
        withdraw_row(hand, str(kept["coding"]))
        return
    if incident_rows.undo(incident_rows.Writing(hand.session, hand.actor, hand.now), kept):
        return
    _stand(row, restored(Workflow(str(kept["state"])), hand.actor, hand.now))
    row.verification = Verification(str(kept["verification"])).value
    row.duplicate_of = str(kept["duplicate_of"]) if kept["duplicate_of"] else None
    row.assignee = str(kept["assignee"]) if kept.get("assignee") else None
    given = Grade(
        SourceReliability(str(kept["reliability"])),
        InformationCredibility(str(kept["credibility"])),
    )
    row.sealed_grade = _sealed_grade(hand, row.report_id, given, int(str(kept["sources"])))


def withdraw_row(hand: Hand, coding_id: str) -> None:
    """Mark a coding as taken back."""
    hand.session.execute(
        update(CodingRow)
        .where(CodingRow.id == coding_id, CodingRow.withdrawn_at.is_(None))
        .values(withdrawn_by=hand.actor, withdrawn_at=hand.now)
    )


def locked_row(hand: Hand, report_id: str) -> TriageRow:
    """Make the row if it is missing, and hold it until the transaction ends."""
    # Written before anything is read: SQLite refuses a reader who turns into a late writer.
    hold = update(TriageRow).where(TriageRow.report_id == report_id)
    hold = hold.values(changed_at=TriageRow.changed_at)
    hand.session.execute(hold, execution_options={"synchronize_session": False})
    _require_report(hand.session, report_id)
    insert = postgresql_insert if _is_postgresql(hand.session) else sqlite_insert
    fresh = insert(TriageRow).values(
        report_id=report_id,
        state=Workflow.NEW.value,
        verification=Verification.RECEIVED.value,
        changed_at=hand.now,
    )
    hand.session.execute(fresh.on_conflict_do_nothing())
    wanted = select(TriageRow).where(TriageRow.report_id == report_id).with_for_update()
    return hand.session.execute(wanted, execution_options={"populate_existing": True}).scalar_one()


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def _require_report(session: Session, report_id: str) -> None:
    if not session.execute(
        select(ReportRow.id).where(ReportRow.report_id == report_id)
    ).scalar_one_or_none():
        raise UnknownReportError("no report has this id: look for it in the queue")


def _refuse_if_held(before: TriageView, hand: Hand) -> None:
    # A claim is tried on a copy: its refusal says why nothing else may be done either.
    if before.standing.held_by_another(hand.actor, hand.now):
        step(before.standing, Act.CLAIM, hand.actor, hand.now)


def _stand(row: TriageRow, standing: Standing) -> None:
    row.state = standing.state.value
    row.holder = standing.holder
    row.lease_until = standing.lease_until


def _sealed_grade(hand: Hand, report_id: str, given: Grade, sources: int) -> bytes:
    value = {
        "reliability": given.reliability.value,
        "credibility": given.credibility.value,
        "sources": sources,
    }
    return columns.GRADE.seal_json(hand.ring, report_id, value)
