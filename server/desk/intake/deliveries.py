"""How a report and the parts of its files reached the desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.desk.intake.models import ExpectedChunkRow, PulledBlobRow, ReportRow
from server.desk.keys.models import RelayRow


@dataclass(frozen=True, slots=True)
class Delivery:
    """One sealed blob and its way.

    Attributes:
        envelope_id: 64 hex digits: BLAKE2b of the sealed bytes, which the relay's receipt names.
        relay: What the desk calls the relay; empty when the blob was carried by hand.
        relay_day: The day on which the relay says that it took the blob.
        pulled_at: When the desk had it on stable storage.
    """

    envelope_id: str
    relay: str
    relay_day: date | None
    pulled_at: datetime


def delivery_of_report(session: Session, report_id: str) -> Delivery:
    """Tell how a report came."""
    wanted = select(ReportRow.blob_id).where(ReportRow.report_id == report_id)
    (found,) = _deliveries(session, [session.execute(wanted).scalar_one()])
    return found


def deliveries_of_file(session: Session, attachment_id: str) -> list[Delivery]:
    """Tell how the parts of a file came, in the order of the parts; missing ones are left out."""
    wanted = select(ExpectedChunkRow.blob_id).where(
        ExpectedChunkRow.attachment_id == attachment_id, ExpectedChunkRow.blob_id.is_not(None)
    )
    ids = session.execute(wanted.order_by(ExpectedChunkRow.position)).scalars()
    return _deliveries(session, [one for one in ids if one is not None])


def _deliveries(session: Session, blob_ids: Sequence[int]) -> list[Delivery]:
    wanted = (
        select(PulledBlobRow, RelayRow.name)
        .outerjoin(RelayRow, RelayRow.id == PulledBlobRow.relay_id)
        .where(PulledBlobRow.id.in_(blob_ids))
    )
    found = {row.id: _delivery(row, name) for row, name in session.execute(wanted).all()}
    return [found[one] for one in blob_ids]


def _delivery(row: PulledBlobRow, relay: str | None) -> Delivery:
    return Delivery(
        envelope_id=row.envelope_id.hex(),
        relay=relay or "",
        relay_day=None if row.relay_day is None else _date_of(row.relay_day),
        pulled_at=row.pulled_at,
    )


def _date_of(day: int) -> date:
    return (datetime.fromtimestamp(0, tz=UTC) + timedelta(days=day)).date()
