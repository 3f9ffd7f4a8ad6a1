"""Tables of suggestions. In clear stand only numbers, times, switches and who acted."""

from datetime import datetime

from sqlalchemy import Boolean, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.desk.db import Row, UtcDateTime

ACTOR_CHARACTERS = 80


class SuggestionModelRow(Row):
    """One model that was learned; its number names it beside every suggestion it makes."""

    __tablename__ = "suggestion_model"

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    trained_by: Mapped[str] = mapped_column(String(ACTOR_CHARACTERS))
    trained_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sealed_figures: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_model: Mapped[bytes | None] = mapped_column(LargeBinary)


class SuggestionSwitchRow(Row):
    """Whether suggestions are shown: one row, or none while nobody has switched."""

    __tablename__ = "suggestion_switch"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    on: Mapped[bool] = mapped_column(Boolean)
    switched_by: Mapped[str] = mapped_column(String(ACTOR_CHARACTERS))
    switched_at: Mapped[datetime] = mapped_column(UtcDateTime)
