"""Tables of the room. In clear stand ids, times and who acted; levels and reasons are sealed."""

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.desk.db import Row, UtcDateTime

ACTOR_CHARACTERS = 80
ID_CHARACTERS = 32


class RetentionRuleRow(Row):
    """For how many days reports of one level are kept; without a row, or a number, for ever."""

    __tablename__ = "retention_rule"

    level: Mapped[str] = mapped_column(String(10), primary_key=True)
    days: Mapped[int | None] = mapped_column(Integer)
    changed_by: Mapped[str] = mapped_column(String(ACTOR_CHARACTERS))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReportLevelRow(Row):
    """How sensitive a report is, as somebody said."""

    __tablename__ = "report_level"

    report_id: Mapped[str] = mapped_column(ForeignKey("report.report_id"), primary_key=True)
    sealed_level: Mapped[bytes] = mapped_column(LargeBinary)
    said_by: Mapped[str] = mapped_column(String(ACTOR_CHARACTERS))
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LegalHoldRow(Row):
    """A hold on a report or an incident; a lifted one stays."""

    __tablename__ = "legal_hold"

    id: Mapped[str] = mapped_column(String(ID_CHARACTERS), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    subject_id: Mapped[str] = mapped_column(String(64), index=True)
    sealed_reason: Mapped[bytes] = mapped_column(LargeBinary)
    placed_by: Mapped[str] = mapped_column(String(ACTOR_CHARACTERS))
    placed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sealed_lifted: Mapped[bytes | None] = mapped_column(LargeBinary)
    lifted_by: Mapped[str | None] = mapped_column(String(ACTOR_CHARACTERS))
    lifted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AnnouncedDeletionRow(Row):
    """A report that will be deleted, and when."""

    __tablename__ = "announced_deletion"

    report_id: Mapped[str] = mapped_column(ForeignKey("report.report_id"), primary_key=True)
    announced_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class ErasureDueRow(Row):
    """A file whose report is gone and which is not erased yet."""

    __tablename__ = "erasure_due"

    file_id: Mapped[str] = mapped_column(String(ID_CHARACTERS), primary_key=True)
