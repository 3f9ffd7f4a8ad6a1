"""Opened reports as the rooms behind the intake see them: plain values, nothing sealed."""

from dataclasses import dataclass
from datetime import datetime

from schemas.domain.ids import ReportId
from schemas.domain.report import Report
from schemas.domain.vocabulary import ReplyKind


@dataclass(frozen=True, slots=True, repr=False)
class AttachmentView:
    """One file of a report.

    Attributes:
        id: Names it in URLs: 32 hex digits.
        name: As the sender called it: untrusted text.
        mime: As the sender says: untrusted.
        sha256: 64 hex digits, as the sender computed it.
        state: `waiting`, `complete` or `damaged`.
        thumbnail: The sender's small copy of a picture, shown until the picture is whole.
    """

    id: str
    name: str
    mime: str
    sha256: str
    size_bytes: int
    state: str
    thumbnail: "AttachmentView | None" = None

    @property
    def complete(self) -> bool:
        """Tell whether every byte is here and has the sender's hash."""
        return self.state == "complete"

    def __repr__(self) -> str:
        """Hide the name."""
        return "<AttachmentView>"


@dataclass(frozen=True, slots=True, repr=False)
class ReplyView:
    """One reply that was written to a reporter."""

    number: int
    kind: ReplyKind
    text: str
    lang: str
    written_by: str
    written_at: datetime
    sent_at: datetime | None

    def __repr__(self) -> str:
        """Hide the text."""
        return "<ReplyView>"


@dataclass(frozen=True, slots=True, repr=False)
class ReportView:
    """One opened report.

    Attributes:
        row_id: Number of its row: later rooms refer to it, and it grows as reports are opened.
        report: What the witness said.
        author: Key of the install that sent it, 64 hex digits, or None.
        received_at: When the desk took the blob.
        opened_at: When the desk could read it.
        relay_day: Day on which a relay took it, or None when it was carried by hand.
    """

    row_id: int
    report_id: ReportId
    report: Report
    author: str | None
    received_at: datetime
    opened_at: datetime
    relay_day: int | None
    attachments: tuple[AttachmentView, ...]

    @property
    def files(self) -> tuple[AttachmentView, ...]:
        """List the attachments and their thumbnails."""
        thumbnails = (one.thumbnail for one in self.attachments)
        return (*self.attachments, *(one for one in thumbnails if one is not None))

    def __repr__(self) -> str:
        """Hide everything but the id."""
        return f"<ReportView {self.report_id[:8]}>"
