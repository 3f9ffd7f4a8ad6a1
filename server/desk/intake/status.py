"""How the intake is doing: for the relays page and for scripts."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.desk.intake.attachments import AttachmentState
from server.desk.intake.models import (
    AttachmentRow,
    BoardPageRow,
    PulledBlobRow,
    PurgeDueRow,
    RelayStateRow,
)
from server.desk.intake.quarantine import count_quarantined
from server.desk.intake.stages import Stage
from server.desk.intake.store import count_reports
from server.desk.keys.channels import channels
from server.desk.keys.directories import newest
from server.desk.keys.relays import relays


@dataclass(frozen=True, slots=True)
class RelayHealth:
    """One relay as the relays page shows it."""

    id: int
    name: str
    url: str
    in_directory: bool
    tried_at: datetime | None
    answered_at: datetime | None
    problem: str
    behind: bool
    purge_due: int
    directory_version: int
    board_seq: int
    channels: tuple[tuple[int, str], ...]
    """Number and name of each line that is given out."""


@dataclass(frozen=True, slots=True)
class IntakeHealth:
    """Counts over the whole intake."""

    reports: int
    waiting: int
    unclaimed: int
    quarantined: int
    attachments_waiting: int
    board_pages: int
    directory_version: int
    relays: tuple[RelayHealth, ...]


def intake_health(session: Session) -> IntakeHealth:
    """Count what is where; works while the desk is locked."""
    directory = newest(session)
    return IntakeHealth(
        reports=count_reports(session),
        waiting=_blobs(session, Stage.SEALED),
        unclaimed=_blobs(session, Stage.UNCLAIMED),
        quarantined=count_quarantined(session),
        attachments_waiting=_count_waiting_files(session),
        board_pages=session.execute(select(func.count()).select_from(BoardPageRow)).scalar_one(),
        directory_version=directory.version if directory else 0,
        relays=tuple(_relay(session, row.id, row.name, row.url) for row in relays(session)),
    )


def _blobs(session: Session, stage: Stage) -> int:
    wanted = select(func.count()).select_from(PulledBlobRow)
    return session.execute(wanted.where(PulledBlobRow.stage == stage.value)).scalar_one()


def _count_waiting_files(session: Session) -> int:
    wanted = select(func.count()).select_from(AttachmentRow)
    return session.execute(
        wanted.where(AttachmentRow.state == AttachmentState.WAITING.value)
    ).scalar_one()


def _relay(session: Session, relay_id: int, name: str, url: str) -> RelayHealth:
    state = session.get(RelayStateRow, relay_id) or RelayStateRow(
        problem="", behind=False, directory_version=0, board_seq=0
    )
    due = select(func.count()).select_from(PurgeDueRow).where(PurgeDueRow.relay_id == relay_id)
    listed = next(row.in_directory for row in relays(session) if row.id == relay_id)
    return RelayHealth(
        id=relay_id,
        name=name,
        url=url,
        in_directory=listed,
        tried_at=state.tried_at,
        answered_at=state.answered_at,
        problem=state.problem,
        behind=state.behind,
        purge_due=session.execute(due).scalar_one(),
        directory_version=state.directory_version,
        board_seq=state.board_seq,
        channels=tuple((one.id, one.label) for one in channels(session, relay_id)),
    )
