"""Reading what was published; a message is never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.desk.keys.keyring import Keyring
from server.desk.publishing import columns
from server.desk.publishing.alert import Alert, MessageType
from server.desk.publishing.errors import UnknownPublicationError
from server.desk.publishing.models import PublicationRow
from server.desk.publishing.stored import alert_from_json
from server.desk.signals.assessment import Findings, Pillar


@dataclass(frozen=True, slots=True, repr=False)
class PublicationView:
    """One message that left.

    Attributes:
        cap: The document as it left.
        findings: The words as they were signed then.
        superseded: Whether a later message of its chain followed.
    """

    id: str
    chain_id: str
    assessment_id: str
    alert: Alert
    cap: str
    findings: Findings
    author: str
    signed_by: str
    published_by: str
    published_at: datetime
    superseded: bool

    @property
    def stands(self) -> bool:
        """Tell whether the message is the last word of its chain and not a cancellation."""
        return not self.superseded and self.alert.message_type is not MessageType.CANCEL

    def __repr__(self) -> str:
        """Hide what it says."""
        return f"<PublicationView {self.id}>"


def publications(session: Session, ring: Keyring) -> list[PublicationView]:
    """Open every message that ever left, newest first."""
    order = (PublicationRow.published_at.desc(), PublicationRow.position.desc())
    rows = session.execute(select(PublicationRow).order_by(*order)).scalars()
    return views_of(ring, list(rows))


def publication_named(session: Session, ring: Keyring, publication_id: str) -> PublicationView:
    """Open one message.

    Raises:
        UnknownPublicationError: There is none of this id.
    """
    found = [view for view in publications(session, ring) if view.id == publication_id]
    if not found:
        raise UnknownPublicationError("there is no such publication: see the publications page")
    return found[0]


def chain_of(session: Session, ring: Keyring, publication_id: str) -> list[PublicationView]:
    """Open the messages of a chain, oldest first; none for an empty id."""
    if not publication_id:
        return []
    named = publication_named(session, ring, publication_id)
    wanted = select(PublicationRow).where(PublicationRow.chain_id == named.chain_id)
    rows = session.execute(wanted.order_by(PublicationRow.position)).scalars()
    return views_of(ring, list(rows))


def views_of(ring: Keyring, rows: Sequence[PublicationRow]) -> list[PublicationView]:
    """Open rows, and tell which were followed by a later one among them."""
    last: dict[str, int] = {}
    for row in rows:
        last[row.chain_id] = max(row.position, last.get(row.chain_id, 0))
    return [_view(ring, row, superseded=row.position < last[row.chain_id]) for row in rows]


def _view(ring: Keyring, row: PublicationRow, *, superseded: bool) -> PublicationView:
    held: Any = columns.PUBLICATION.open_json(ring, row.id, row.sealed_alert)
    return PublicationView(
        id=row.id,
        chain_id=row.chain_id,
        assessment_id=row.assessment_id,
        alert=alert_from_json(held["alert"]),
        cap=str(held["cap"]),
        findings=Findings(**{**held["findings"], "pillar": Pillar(held["findings"]["pillar"])}),
        author=str(held["author"]),
        signed_by=str(held["signed_by"]),
        published_by=row.published_by,
        published_at=row.published_at,
        superseded=superseded,
    )
