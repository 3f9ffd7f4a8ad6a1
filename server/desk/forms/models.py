"""The table of drafts."""

from datetime import datetime

from sqlalchemy import Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.desk.db import Row, UtcDateTime

DRAFT_ID_CHARACTERS = 16


class FormDraftRow(Row):
    """A form that somebody works at; what it asks is sealed until it is published.

    `edition` grows by one with every change, so that two people never write over each other.
    """

    __tablename__ = "form_draft"

    id: Mapped[str] = mapped_column(String(DRAFT_ID_CHARACTERS), primary_key=True)
    edition: Mapped[int] = mapped_column(Integer)
    changed_by: Mapped[str] = mapped_column(String(40))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
