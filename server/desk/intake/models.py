"""Tables of what came in: blobs, reports, attachments, and what was put aside.

In clear stand only ids, times, states and the category; everything a witness said is sealed.
"""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.desk.db import Row, UtcDateTime

BIG_ID = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only in a column declared INTEGER."""


class RelayStateRow(Row):
    """How far this desk has come with one relay."""

    __tablename__ = "relay_state"

    relay_id: Mapped[int] = mapped_column(ForeignKey("relay.id"), primary_key=True)
    cursor: Mapped[int] = mapped_column(BigInteger, default=0)
    swept_day: Mapped[int] = mapped_column(Integer, default=0)
    directory_version: Mapped[int] = mapped_column(BigInteger, default=0)
    board_seq: Mapped[int] = mapped_column(BigInteger, default=0)
    reply_seq: Mapped[int] = mapped_column(BigInteger, default=0)
    tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    problem: Mapped[str] = mapped_column(String(40), default="")
    behind: Mapped[bool] = mapped_column(Boolean, default=False)


class PulledBlobRow(Row):
    """One blob as it came: the sealed original, kept as the evidence of what was sent.

    `stage` moves as `server.desk.intake.stages` allows. `blob` is emptied only for chunks,
    after the file they make up was written and checked.
    """

    __tablename__ = "pulled_blob"

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    envelope_id: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    relay_id: Mapped[int | None] = mapped_column(ForeignKey("relay.id"))
    relay_day: Mapped[int | None] = mapped_column(Integer)
    pulled_at: Mapped[datetime] = mapped_column(UtcDateTime)
    size_bytes: Mapped[int] = mapped_column(Integer)
    chunk_tag: Mapped[bytes | None] = mapped_column(LargeBinary(16), index=True)
    stage: Mapped[str] = mapped_column(String(12), index=True)
    blob: Mapped[bytes | None] = mapped_column(LargeBinary)


class PurgeDueRow(Row):
    """A blob that a relay may forget, because it is safely here."""

    __tablename__ = "purge_due"

    relay_id: Mapped[int] = mapped_column(ForeignKey("relay.id"), primary_key=True)
    envelope_id: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)


class TokensDueRow(Row):
    """Hashes of one-time tokens that a relay is to be given; they name no report."""

    __tablename__ = "tokens_due"

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    relay_id: Mapped[int] = mapped_column(ForeignKey("relay.id"), index=True)
    hashes: Mapped[bytes] = mapped_column(LargeBinary)


class ReportRow(Row):
    """One opened report."""

    __tablename__ = "report"

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    report_id: Mapped[str] = mapped_column(String(64), unique=True)
    blob_id: Mapped[int] = mapped_column(ForeignKey("pulled_blob.id"))
    category: Mapped[str] = mapped_column(String(20), index=True)
    observed_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    observed_precision: Mapped[str] = mapped_column(String(8))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sealed_report: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_keys: Mapped[bytes] = mapped_column(LargeBinary)


class AttachmentRow(Row):
    """One file that a report speaks of; its name, kind and hash are in the sealed report."""

    __tablename__ = "attachment"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    report_id: Mapped[str] = mapped_column(ForeignKey("report.report_id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    chunk_count: Mapped[int] = mapped_column(Integer)
    class_bytes: Mapped[int] = mapped_column(Integer)
    size_bytes: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(10), index=True)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ExpectedChunkRow(Row):
    """A chunk that an attachment needs, known by its tag, and the blob that brought it.

    The tag is not unique: two reports may speak of the same file.
    """

    __tablename__ = "expected_chunk"

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    chunk_tag: Mapped[bytes] = mapped_column(LargeBinary(16), index=True)
    attachment_id: Mapped[str] = mapped_column(ForeignKey("attachment.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    blob_id: Mapped[int | None] = mapped_column(ForeignKey("pulled_blob.id"))


class QuarantineRow(Row):
    """A blob that could not be opened, and the kind of refusal."""

    __tablename__ = "quarantine"

    blob_id: Mapped[int] = mapped_column(ForeignKey("pulled_blob.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), index=True)
    put_aside_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(Integer, default=1)


class AcknowledgementRow(Row):
    """A word to one sender, waiting for a board page or standing on one."""

    __tablename__ = "acknowledgement"

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    report_id: Mapped[str] = mapped_column(String(64), index=True)
    status: Mapped[int] = mapped_column(Integer)
    tag: Mapped[bytes] = mapped_column(LargeBinary(8))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    page_seq: Mapped[int | None] = mapped_column(BigInteger, index=True)


class BoardPageRow(Row):
    """One signed page of the board."""

    __tablename__ = "board_page"

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    day: Mapped[int] = mapped_column(Integer)
    raw: Mapped[bytes] = mapped_column(LargeBinary)


class ReplyRow(Row):
    """A reply to a reporter, in words for the desk."""

    __tablename__ = "reply"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    report_id: Mapped[str] = mapped_column(ForeignKey("report.report_id"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(10))
    sealed_text: Mapped[bytes] = mapped_column(LargeBinary)
    written_by: Mapped[str] = mapped_column(String(80))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DeletedReportRow(Row):
    """That a report of this id was here and was deleted; nothing else is left of it."""

    __tablename__ = "deleted_report"

    number: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    gone_id: Mapped[str] = mapped_column(String(64), unique=True)
    deleted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ContactStopRow(Row):
    """A reporter's wish not to be written to; a lifted one stays."""

    __tablename__ = "contact_stop"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    sealed_stop: Mapped[bytes] = mapped_column(LargeBinary)
    placed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lifted_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    lifted_by: Mapped[str | None] = mapped_column(String(80))
    sealed_reason: Mapped[bytes | None] = mapped_column(LargeBinary)


class SealedReplyRow(Row):
    """A reply as relays carry it: under the address of one week."""

    __tablename__ = "sealed_reply"

    seq: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    reply_id: Mapped[str] = mapped_column(ForeignKey("reply.id"), unique=True)
    address: Mapped[bytes] = mapped_column(LargeBinary(16))
    cipher: Mapped[bytes] = mapped_column(LargeBinary(1024))


class CanaryRow(Row):
    """One canary report: sent by this desk to itself; its bytes are here until it was opened."""

    __tablename__ = "canary"
    __table_args__ = (Index("canary_by_path", "relay_id", "channel_id", "made_at"),)

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    relay_id: Mapped[int] = mapped_column(ForeignKey("relay.id"))
    channel_id: Mapped[int | None] = mapped_column(ForeignKey("relay_channel.id"))
    envelope_id: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    blob: Mapped[bytes | None] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    handed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fetched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    faulty: Mapped[bool] = mapped_column(Boolean, default=False)
    problem: Mapped[str] = mapped_column(String(40), default="")


class CanaryWatchRow(Row):
    """Since when canaries are sent, where somebody switched it: one row, or none."""

    __tablename__ = "canary_watch"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    on_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
