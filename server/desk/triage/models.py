"""Tables of triage. In clear stand only ids, times, states and who acted."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.desk.db import Row, UtcDateTime
from server.desk.intake.models import BIG_ID

ACTOR_CHARACTERS = 80
ROW_ID_CHARACTERS = 32


class TriageRow(Row):
    """Where one report stands; a report without a row is new, received and F6."""

    __tablename__ = "triage"

    report_id: Mapped[str] = mapped_column(ForeignKey("report.report_id"), primary_key=True)
    state: Mapped[str] = mapped_column(String(16), index=True)
    holder: Mapped[str | None] = mapped_column(String(ACTOR_CHARACTERS))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    verification: Mapped[str] = mapped_column(String(16), index=True)
    duplicate_of: Mapped[str | None] = mapped_column(ForeignKey("report.report_id"))
    sealed_grade: Mapped[bytes | None] = mapped_column(LargeBinary)
    assignee: Mapped[str | None] = mapped_column(String(ACTOR_CHARACTERS))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class CodingRow(Row):
    """One judgement that a report points to an indicator; withdrawn ones stay."""

    __tablename__ = "coding"

    number: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    id: Mapped[str] = mapped_column(String(ROW_ID_CHARACTERS), unique=True)
    report_id: Mapped[str] = mapped_column(ForeignKey("report.report_id"), index=True)
    sealed_coding: Mapped[bytes] = mapped_column(LargeBinary)
    coder: Mapped[str] = mapped_column(String(ACTOR_CHARACTERS))
    coded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_by: Mapped[str | None] = mapped_column(String(ACTOR_CHARACTERS))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class NoteRow(Row):
    """A note for colleagues; never seen by the reporter."""

    __tablename__ = "note"

    number: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    id: Mapped[str] = mapped_column(String(ROW_ID_CHARACTERS), unique=True)
    report_id: Mapped[str] = mapped_column(ForeignKey("report.report_id"), index=True)
    sealed_text: Mapped[bytes] = mapped_column(LargeBinary)
    written_by: Mapped[str] = mapped_column(String(ACTOR_CHARACTERS))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TranslationRow(Row):
    """One edition of a report's translation; a later one is added, none is overwritten."""

    __tablename__ = "translation"

    number: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    id: Mapped[str] = mapped_column(String(ROW_ID_CHARACTERS), unique=True)
    report_id: Mapped[str] = mapped_column(ForeignKey("report.report_id"))
    edition: Mapped[int] = mapped_column(Integer)
    sealed_words: Mapped[bytes] = mapped_column(LargeBinary)
    written_by: Mapped[str] = mapped_column(String(ACTOR_CHARACTERS))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)

    # Of two people who write at once the database itself refuses the second.
    __table_args__ = (Index("translation_edition", "report_id", "edition", unique=True),)


class TriageActRow(Row):
    """One act on one report, with what undoing it restores."""

    __tablename__ = "triage_act"

    number: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    id: Mapped[str] = mapped_column(String(ROW_ID_CHARACTERS), unique=True)
    report_id: Mapped[str] = mapped_column(ForeignKey("report.report_id"), index=True)
    act: Mapped[str] = mapped_column(String(24))
    actor: Mapped[str] = mapped_column(String(ACTOR_CHARACTERS))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    sealed_before: Mapped[bytes] = mapped_column(LargeBinary)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SavedViewRow(Row):
    """A question to the queue that somebody keeps; its name and what it asks are sealed."""

    __tablename__ = "saved_view"

    id: Mapped[str] = mapped_column(String(ROW_ID_CHARACTERS), primary_key=True)
    owner: Mapped[str] = mapped_column(String(ACTOR_CHARACTERS), index=True)
    shared: Mapped[bool] = mapped_column(Boolean)
    sealed_view: Mapped[bytes] = mapped_column(LargeBinary)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class IncidentRow(Row):
    """Something that happened. What it is called and what is noted about it are sealed."""

    __tablename__ = "incident"

    number: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    id: Mapped[str] = mapped_column(String(ROW_ID_CHARACTERS), unique=True)
    state: Mapped[str] = mapped_column(String(16), index=True)
    sealed_words: Mapped[bytes | None] = mapped_column(LargeBinary)
    edition: Mapped[int] = mapped_column(Integer)
    made_by: Mapped[str] = mapped_column(String(ACTOR_CHARACTERS))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class IncidentReportRow(Row):
    """One report put into one incident; one that was taken out stays, with who did it."""

    __tablename__ = "incident_report"

    number: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    id: Mapped[str] = mapped_column(String(ROW_ID_CHARACTERS), unique=True)
    incident_id: Mapped[str] = mapped_column(ForeignKey("incident.id"), index=True)
    report_id: Mapped[str] = mapped_column(ForeignKey("report.report_id"))
    put_by: Mapped[str] = mapped_column(String(ACTOR_CHARACTERS))
    put_at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_by: Mapped[str | None] = mapped_column(String(ACTOR_CHARACTERS))
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    # A report tells of one incident at a time; the database itself refuses a second.
    __table_args__ = (
        Index(
            "incident_report_standing",
            "report_id",
            unique=True,
            sqlite_where=taken_at.is_(None),
            postgresql_where=taken_at.is_(None),
        ),
    )


class ToldApartRow(Row):
    """Two reports that a person found to tell of different events; not proposed again."""

    __tablename__ = "told_apart"

    number: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    id: Mapped[str] = mapped_column(String(ROW_ID_CHARACTERS), unique=True)
    report_id: Mapped[str] = mapped_column(ForeignKey("report.report_id"), index=True)
    other_id: Mapped[str] = mapped_column(ForeignKey("report.report_id"), index=True)
    told_by: Mapped[str] = mapped_column(String(ACTOR_CHARACTERS))
    told_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
