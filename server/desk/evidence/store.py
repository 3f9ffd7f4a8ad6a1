"""Finding and opening the files that reporters sent; every access is written down."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from server.desk.audit.store import append
from server.desk.context import desk_config
from server.desk.evidence.errors import NoSuchFileError
from server.desk.intake.models import AttachmentRow
from server.desk.intake.store import report_detail
from server.desk.intake.views import AttachmentView, ReportView
from server.desk.keys.keyring import Keyring
from server.desk.keys.sealed_files import read_sealed

READ: Final = "attachment.read"


@dataclass(frozen=True, slots=True, repr=False)
class OpenFile:
    """A file that somebody is about to read."""

    report_id: str
    view: AttachmentView
    parts: Iterator[bytes]

    def __repr__(self) -> str:
        """Hide the name."""
        return "<OpenFile>"


def open_file(session: Session, ring: Keyring, attachment_id: str, actor: str) -> OpenFile:
    """Open a file, and write down who did.

    Args:
        session: A writing session; the caller commits before the first byte is given out.
        ring: An unlocked keyring.
        attachment_id: 32 hex digits.
        actor: Who reads.

    Returns:
        The file; its bytes are opened as they are read.

    Raises:
        NoSuchFileError: There is none, or it is not whole.
    """
    report, view = file_of_report(session, ring, attachment_id)
    append(session, actor, READ, report.report_id, {"attachment": attachment_id})
    return OpenFile(report.report_id, view, bytes_of(ring, attachment_id))


def file_of_report(
    session: Session, ring: Keyring, attachment_id: str
) -> tuple[ReportView, AttachmentView]:
    """Find a whole file and its report.

    Raises:
        NoSuchFileError: There is none, or it is not whole.
    """
    row = session.get(AttachmentRow, attachment_id)
    if row is None:
        raise NoSuchFileError
    report = report_detail(session, ring, row.report_id)
    (view,) = (file for file in report.files if file.id == attachment_id)
    if not view.complete:
        raise NoSuchFileError
    return report, view


def bytes_of(ring: Keyring, attachment_id: str) -> Iterator[bytes]:
    """Read the original of a whole file, a piece at a time."""
    return read_sealed(ring, desk_config().evidence_path, attachment_id)
