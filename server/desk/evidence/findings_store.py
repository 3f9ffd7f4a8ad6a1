"""Keeping what was found in files."""

from typing import Final

from sqlalchemy.orm import Session

from server.desk.audit.store import append
from server.desk.context import now
from server.desk.db import start_writing
from server.desk.evidence import apart, columns
from server.desk.evidence.finding import EDITION, Finding, decode, encode
from server.desk.evidence.models import FindingRow
from server.desk.evidence.store import bytes_of
from server.desk.keys.keyring import Keyring

LOOKED: Final = "attachment.look"


def finding_of(session: Session, ring: Keyring, attachment_id: str) -> Finding | None:
    """Give what was found in a file; None where nobody has looked yet, or not this closely."""
    row = session.get(FindingRow, attachment_id)
    if row is None or row.edition < EDITION:
        return None
    return decode(columns.FINDING.open(ring, attachment_id, row.sealed_finding))


def look_once(
    session: Session, ring: Keyring, actor: str, report_id: str, attachment_id: str
) -> Finding:
    """Look into a whole file unless somebody did, and keep what was found.

    Args:
        session: Any session; it is committed.
        ring: An unlocked keyring.
        actor: Who asks.
        report_id: Its report.
        attachment_id: A file that is whole.
    """
    known = finding_of(session, ring, attachment_id)
    if known is not None:
        return known
    # No transaction stays open while another process looks.
    session.rollback()
    found = apart.look(b"".join(bytes_of(ring, attachment_id)))
    start_writing(session)
    session.merge(_row(ring, attachment_id, found))
    append(session, actor, LOOKED, report_id, {"attachment": attachment_id})
    session.commit()
    return found


def _row(ring: Keyring, attachment_id: str, found: Finding) -> FindingRow:
    likeness = bytes.fromhex(found.likeness)
    return FindingRow(
        attachment_id=attachment_id,
        edition=EDITION,
        found_at=now(),
        sealed_finding=columns.FINDING.seal(ring, attachment_id, encode(found)),
        sealed_likeness=columns.LIKENESS.seal(ring, attachment_id, likeness) if likeness else None,
    )
