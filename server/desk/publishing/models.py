"""The table of publications: sealed at rest like everything else, although it has left the desk."""

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.desk.db import Row, UtcDateTime

ID_CHARACTERS = 16
ACTOR_CHARACTERS = 80


class PublicationRow(Row):
    """One message that left; never changed."""

    __tablename__ = "publication"

    id: Mapped[str] = mapped_column(String(ID_CHARACTERS), primary_key=True)
    chain_id: Mapped[str] = mapped_column(String(ID_CHARACTERS), index=True)
    position: Mapped[int] = mapped_column(Integer)
    assessment_id: Mapped[str] = mapped_column(ForeignKey("assessment.id"), index=True)
    message_type: Mapped[str] = mapped_column(String(8))
    published_by: Mapped[str] = mapped_column(String(ACTOR_CHARACTERS))
    published_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    sealed_alert: Mapped[bytes] = mapped_column(LargeBinary)
