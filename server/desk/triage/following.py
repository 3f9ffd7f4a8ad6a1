"""What came after a report: follow-ups and answers, in one thread.

Theory of operation: a follow-up never changes what it follows. Anybody who knows a report's id can
name it, so each is shown with whether the key that signed the report signed the follow-up too; a
withdrawal or correction by somebody else is told to be that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from schemas.domain.report import Report
from schemas.domain.vocabulary import Purpose
from server.desk.intake.store import reports_named
from server.desk.intake.views import ReplyView, ReportView
from server.desk.keys.keyring import Keyring
from server.desk.triage.index.around import thread_of
from server.desk.triage.index.memory import ReportIndex


@dataclass(frozen=True, slots=True, repr=False)
class FollowUp:
    """One report that follows another.

    Attributes:
        is_same_phone: Both were signed by one author key.
    """

    report_id: str
    report: Report
    received_at: datetime
    is_same_phone: bool

    def __repr__(self) -> str:
        """Hide what it says."""
        return "<FollowUp>"


@dataclass(frozen=True, slots=True, repr=False)
class Turn:
    """One thing said in a thread: by the reporter or by the desk."""

    at: datetime
    follow_up: FollowUp | None = None
    reply: ReplyView | None = None

    def __repr__(self) -> str:
        """Hide what was said."""
        return "<Turn>"


def follow_ups(
    session: Session, ring: Keyring, index: ReportIndex, view: ReportView
) -> tuple[FollowUp, ...]:
    """Open the reports that follow one report, in the order in which they came."""
    ids = thread_of(index, view.report_id)
    opened = reports_named(session, ring, ids)
    return tuple(
        FollowUp(
            report_id=other.report_id,
            report=other.report,
            received_at=other.received_at,
            is_same_phone=view.author is not None and other.author == view.author,
        )
        for other in (opened[one] for one in ids if one in opened)
    )


def of_purpose(found: Sequence[FollowUp], purpose: Purpose) -> tuple[FollowUp, ...]:
    """Pick the follow-ups of one purpose."""
    return tuple(one for one in found if one.report.purpose is purpose)


def turns(found: Sequence[FollowUp], replies: Sequence[ReplyView]) -> tuple[Turn, ...]:
    """Put follow-ups and answers in the order in which they were said here."""
    said = [Turn(one.received_at, follow_up=one) for one in found]
    said += [Turn(one.written_at, reply=one) for one in replies]
    return tuple(sorted(said, key=lambda turn: turn.at))
