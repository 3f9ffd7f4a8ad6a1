"""Reading and writing what the room keeps: rules, levels, announcements."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from schemas.domain.vocabulary import Workflow
from server.desk.audit.store import append
from server.desk.intake.models import ReportRow
from server.desk.keys.hand import Hand
from server.desk.keys.keyring import Keyring
from server.desk.retention import columns
from server.desk.retention.errors import NoSuchSubjectError, NotALevelError
from server.desk.retention.holds import held_reports
from server.desk.retention.models import (
    AnnouncedDeletionRow,
    ReportLevelRow,
    RetentionRuleRow,
)
from server.desk.retention.rules import (
    LEAST_DAYS,
    LEVELS,
    MOST_DAYS,
    UNSET,
    Facts,
    Verdict,
    verdict,
)
from server.desk.triage.models import TriageRow


def days_of_levels(session: Session) -> dict[str, int | None]:
    """Tell for how many days each level is kept; None is for ever."""
    held = {row.level: row.days for row in session.execute(select(RetentionRuleRow)).scalars()}
    return {level: held.get(level) for level in LEVELS}


def set_days(hand: Hand, days: Mapping[str, int | None]) -> None:
    """Say for how long each level is kept.

    Raises:
        NotALevelError: A level that there is not, or fewer than one day or too many.
    """
    before = days_of_levels(hand.session)
    for level, kept in days.items():
        if level not in LEVELS or not (kept is None or LEAST_DAYS <= kept <= MOST_DAYS):
            raise NotALevelError("give days from 1 on, or leave the field empty for ever")
        if before[level] == kept:
            continue
        row = RetentionRuleRow(level=level, days=kept, changed_by=hand.actor, changed_at=hand.now)
        hand.session.merge(row)
        detail = {"level": level, "days": kept if kept is not None else "for ever"}
        append(hand.session, hand.actor, "retention.change", "desk", detail)
    hand.session.flush()


def say_level(hand: Hand, report_id: str, level: str) -> None:
    """Say how sensitive a report is.

    Raises:
        NotALevelError: There is no such level.
        NoSuchSubjectError: There is no such report.
    """
    if level not in LEVELS:
        raise NotALevelError("choose one of the levels")
    if (
        hand.session.execute(select(ReportRow.id).where(ReportRow.report_id == report_id)).first()
        is None
    ):
        raise NoSuchSubjectError("there is no such report")
    place = LEVELS.index(level)
    hand.session.merge(
        ReportLevelRow(
            report_id=report_id,
            sealed_level=columns.LEVEL.seal(hand.ring, report_id, bytes([place])),
            said_by=hand.actor,
            said_at=hand.now,
        )
    )
    # The level is sealed; the log says only that somebody said one.
    append(hand.session, hand.actor, "report.level", report_id, {})
    hand.session.flush()


def levels_said(session: Session, ring: Keyring) -> dict[str, str]:
    """Open the level of every report that has one."""
    rows = session.execute(select(ReportLevelRow.report_id, ReportLevelRow.sealed_level))
    return {
        row.report_id: LEVELS[columns.LEVEL.open(ring, row.report_id, row.sealed_level)[0]]
        for row in rows
    }


def level_of(session: Session, ring: Keyring, report_id: str) -> str:
    """Tell the level of one report."""
    row = session.get(ReportLevelRow, report_id)
    if row is None:
        return UNSET
    return LEVELS[columns.LEVEL.open(ring, report_id, row.sealed_level)[0]]


def verdicts(
    session: Session, ring: Keyring, at: datetime, *, only: str | None = None
) -> list[Verdict]:
    """Decide about every report, oldest first.

    Args:
        session: Any session.
        ring: An unlocked keyring: levels are sealed.
        at: Now.
        only: One report's id, to decide about that one alone.
    """
    days, held = days_of_levels(session), held_reports(session)
    levels = levels_said(session, ring) if only is None else {only: level_of(session, ring, only)}
    wanted = (
        select(
            ReportRow.report_id, ReportRow.opened_at, TriageRow.state, AnnouncedDeletionRow.due_at
        )
        .outerjoin(TriageRow, TriageRow.report_id == ReportRow.report_id)
        .outerjoin(AnnouncedDeletionRow, AnnouncedDeletionRow.report_id == ReportRow.report_id)
        .order_by(ReportRow.id)
    )
    if only is not None:
        wanted = wanted.where(ReportRow.report_id == only)
    return [
        verdict(
            Facts(
                report_id=row.report_id,
                level=levels.get(row.report_id, UNSET),
                state=Workflow(row.state or Workflow.NEW),
                opened_at=row.opened_at,
                held=row.report_id in held,
                announced_for=row.due_at,
            ),
            days,
            at,
        )
        for row in session.execute(wanted)
    ]


def announce(hand: Hand, found: Verdict) -> None:
    """Write down that a report will be deleted, and when."""
    hand.session.add(
        AnnouncedDeletionRow(report_id=found.report_id, announced_at=hand.now, due_at=found.on)
    )
    append(hand.session, hand.actor, "retention.announce", found.report_id, {})


def take_back(hand: Hand, report_id: str) -> bool:
    """Take an announcement back; tell whether there was one."""
    taken = hand.session.execute(
        delete(AnnouncedDeletionRow)
        .where(AnnouncedDeletionRow.report_id == report_id)
        .returning(AnnouncedDeletionRow.report_id)
    ).first()
    if taken is not None:
        append(hand.session, hand.actor, "retention.take_back", report_id, {})
    return taken is not None
