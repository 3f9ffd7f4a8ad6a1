"""Tables of what was found in files and of what was made from them.

In clear stand only ids, times, and who did it; what is noted in a file and what was covered is
sealed. The bytes of a picture that was made lie in a sealed file of the derivative's id.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.desk.db import Row, UtcDateTime


class FindingRow(Row):
    """What a look into one file found; made anew where a later edition finds more."""

    __tablename__ = "file_finding"

    attachment_id: Mapped[str] = mapped_column(ForeignKey("attachment.id"), primary_key=True)
    edition: Mapped[int] = mapped_column(Integer)
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sealed_finding: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_likeness: Mapped[bytes | None] = mapped_column(LargeBinary)


class DerivativeRow(Row):
    """Something made from an original, which it never replaces. Written once, never changed."""

    __tablename__ = "derivative"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    report_id: Mapped[str] = mapped_column(ForeignKey("report.report_id"), index=True)
    attachment_id: Mapped[str | None] = mapped_column(ForeignKey("attachment.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    made_by: Mapped[str] = mapped_column(String(80))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sealed_facts: Mapped[bytes] = mapped_column(LargeBinary)
