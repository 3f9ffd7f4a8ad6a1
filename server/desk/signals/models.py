"""Tables of signals and assessments. In clear stand only ids, times, states and who acted."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.desk.db import Row, UtcDateTime

ID_CHARACTERS = 16
ACTOR_CHARACTERS = 80


class SignalRow(Row):
    """A line that somebody found worth a look, as it stood then."""

    __tablename__ = "signal"

    id: Mapped[str] = mapped_column(String(ID_CHARACTERS), primary_key=True)
    opened_by: Mapped[str] = mapped_column(String(ACTOR_CHARACTERS))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    sealed_signal: Mapped[bytes] = mapped_column(LargeBinary)


class AssessmentRow(Row):
    """What a person makes of a signal, and who signed it."""

    __tablename__ = "assessment"

    id: Mapped[str] = mapped_column(String(ID_CHARACTERS), primary_key=True)
    signal_id: Mapped[str] = mapped_column(ForeignKey("signal.id"), index=True)
    state: Mapped[str] = mapped_column(String(12), index=True)
    author: Mapped[str] = mapped_column(String(ACTOR_CHARACTERS))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    signed_by: Mapped[str | None] = mapped_column(String(ACTOR_CHARACTERS))
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sealed_findings: Mapped[bytes] = mapped_column(LargeBinary)
