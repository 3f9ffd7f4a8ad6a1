"""Taking blobs in: stored once, whatever brings them and how often.

Theory of operation: a blob is named by its hash, so taking it twice is seen without opening it.
What came from a relay is marked for that relay to forget in the same transaction that stores it;
a relay is asked to forget only what this database holds.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from schemas.constants import CHUNK_CLASSES_BYTES, CHUNK_TAG_BYTES, MAX_QUERY_IDS
from schemas.domain.ids import EnvelopeId
from schemas.envelope.sealing import envelope_id
from server.desk.context import now
from server.desk.intake.canary_rows import note_fetched
from server.desk.intake.models import PulledBlobRow, PurgeDueRow
from server.desk.intake.stages import Stage

IN_A_QUERY = 500
"""Ids looked up at a time: below the number of parameters either database takes."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One blob that came, and the day a relay took it; None when it was carried by hand."""

    blob: bytes
    relay_day: int | None


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of some arrivals."""

    new: int
    duplicates: int


def take(session: Session, arrivals: Sequence[Arrival], relay_id: int | None) -> Taken:
    """Store what is new.

    Args:
        session: A writing session; the caller commits.
        arrivals: Untrusted blobs of any length.
        relay_id: Which relay gave them, or None.

    Returns:
        How many were new, and how many were here already.
    """
    by_id = {envelope_id(arrival.blob): arrival for arrival in arrivals}
    known = _known(session, list(by_id))
    canaries = _canaries(session, list(by_id))
    rows = [
        _columns(one, arrival, relay_id)
        for one, arrival in by_id.items()
        if one not in known and one not in canaries
    ]
    if rows:
        session.execute(insert(PulledBlobRow), rows)
    if relay_id is not None:
        _mark_for_purge(session, relay_id, list(by_id))
    own = sum(envelope_id(arrival.blob) in canaries for arrival in arrivals)
    return Taken(len(rows), len(arrivals) - len(rows) - own)


def _columns(one: EnvelopeId, arrival: Arrival, relay_id: int | None) -> dict[str, object]:
    blob = arrival.blob
    chunk_sized = len(blob) in CHUNK_CLASSES_BYTES
    return {
        "envelope_id": one,
        "relay_id": relay_id,
        "relay_day": arrival.relay_day,
        "pulled_at": now(),
        "size_bytes": len(blob),
        "chunk_tag": blob[:CHUNK_TAG_BYTES] if chunk_sized else None,
        "stage": Stage.SEALED.value,
        "blob": blob,
    }


def _known(session: Session, ids: Sequence[EnvelopeId]) -> set[bytes]:
    found: set[bytes] = set()
    for part in _parts(ids):
        wanted = select(PulledBlobRow.envelope_id).where(PulledBlobRow.envelope_id.in_(part))
        found.update(session.execute(wanted).scalars())
    return found


def _canaries(session: Session, ids: Sequence[EnvelopeId]) -> set[bytes]:
    """Find and note the desk's own canaries among what came: they are no blobs of the intake."""
    return {one for part in _parts(ids) for one in note_fetched(session, part)}


def _parts(ids: Sequence[EnvelopeId]) -> Iterable[Sequence[EnvelopeId]]:
    return (ids[start : start + IN_A_QUERY] for start in range(0, len(ids), IN_A_QUERY))


def _mark_for_purge(session: Session, relay_id: int, ids: Sequence[EnvelopeId]) -> None:
    marked: set[bytes] = set()
    for part in _parts(ids):
        wanted = select(PurgeDueRow.envelope_id).where(
            PurgeDueRow.relay_id == relay_id, PurgeDueRow.envelope_id.in_(part)
        )
        marked.update(session.execute(wanted).scalars())
    rows = [{"relay_id": relay_id, "envelope_id": one} for one in ids if one not in marked]
    if rows:
        session.execute(insert(PurgeDueRow), rows)


def purge_due(session: Session, relay_id: int, frames: int) -> list[list[EnvelopeId]]:
    """List what a relay may forget.

    Args:
        session: Any session.
        relay_id: Which relay.
        frames: At most so many PURGE frames.

    Returns:
        Lists of 1 to 256 ids, one for each frame.
    """
    wanted = select(PurgeDueRow.envelope_id).where(PurgeDueRow.relay_id == relay_id)
    ids = [
        EnvelopeId(one) for one in session.execute(wanted.limit(frames * MAX_QUERY_IDS)).scalars()
    ]
    return [ids[start : start + MAX_QUERY_IDS] for start in range(0, len(ids), MAX_QUERY_IDS)]


def purge_done(session: Session, relay_id: int, ids: Sequence[EnvelopeId]) -> None:
    """Note that a relay has forgotten some blobs."""
    session.execute(
        delete(PurgeDueRow).where(
            PurgeDueRow.relay_id == relay_id, PurgeDueRow.envelope_id.in_(ids)
        )
    )
