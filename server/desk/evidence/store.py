"""Finding and opening the files that reporters sent; every access is written down."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from server.desk.audit.store import append
from server.desk.context import desk_config
from server.desk.intake.errors import IntakeError
from server.desk.intake.models import AttachmentRow
from server.desk.intake.store import report_detail
from server.desk.intake.views import AttachmentView
from server.desk.keys.keyring import Keyring
from server.desk.keys.sealed_files import read_sealed

READ: Final = "attachment.read"


class NoSuchFileError(IntakeError):
    """No file has this id, or it is not whole."""

    def __init__(self) -> None:
        """Say what to look at."""
        super().__init__("there is no whole file of this id: look at its report")


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
    row = session.get(AttachmentRow, attachment_id)
    if row is None:
        raise NoSuchFileError
    report = report_detail(session, ring, row.report_id)
    (view,) = (file for file in report.files if file.id == attachment_id)
    if not view.complete:
        raise NoSuchFileError
    append(session, actor, READ, row.report_id, {"attachment": attachment_id})
    parts = read_sealed(ring, desk_config().evidence_path, attachment_id)
    return OpenFile(row.report_id, view, parts)
