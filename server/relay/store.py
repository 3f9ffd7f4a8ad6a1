"""Blobs in the database: admit once, tell what is held, pull, purge, expire.

Theory of operation: every function works inside of a transaction its caller began. `admit` is
given all blobs of one group commit: it looks up which ids are known, asks the quota for each of
the rest, and inserts those in one statement. Because there is one writer at a time, what it
looked up stays true until the commit.

Spec: sync.md sections 2 and 6.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, bindparam, delete, insert, select

from schemas.domain.ids import EnvelopeId
from schemas.domain.sync import Pulled, PulledEnvelope
from schemas.domain.vocabulary import PutStatus
from server.relay import hot_sql
from server.relay.models import BLOBS
from server.relay.quotas import Room
from server.relay.tokens import spend, unspent

ROWS_PER_STEP: Final = 500
"""Rows expired, or looked at for a pull, in one statement: a few milliseconds of writing."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A blob somebody wants held.

    Attributes:
        id: Its hash.
        blob: Its bytes, of a bucket's size.
        barred: What to answer unless it is held already; None when it may be stored.
        token: Hash of a one-time token that came with it, or None: good for the work it lacks.
    """

    id: EnvelopeId
    blob: bytes
    barred: PutStatus | None = None
    token: bytes | None = None


@dataclass(slots=True)
class _Ledger:
    """What one gathering is judged by; it changes with each blob that is stored."""

    day: int
    room: Room
    known: dict[EnvelopeId, int]
    counts: Counter[int]
    tokens: set[bytes]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an offer.

    Attributes:
        status: The word for the receipt.
        day: The day from which its time here counts.
    """

    status: PutStatus
    day: int


@dataclass(frozen=True, slots=True)
class Admission:
    """What became of one gathering.

    Attributes:
        outcomes: One per offer, in the same order.
        stored: How many were new.
        held_bytes: Bytes of all blobs held now.
    """

    outcomes: list[Outcome]
    stored: int
    held_bytes: int


_AFTER = (
    select(BLOBS.c.seq, BLOBS.c.day, BLOBS.c.blob)
    .where(BLOBS.c.seq > bindparam("cursor"), BLOBS.c.blob.is_not(None))
    .order_by(BLOBS.c.seq)
    .limit(bindparam("most"))
)
_OLDEST = (
    select(BLOBS.c.seq, BLOBS.c.day, BLOBS.c.bucket, BLOBS.c.blob.is_not(None))
    .order_by(BLOBS.c.seq)
    .limit(ROWS_PER_STEP)
)


def admit(connection: Connection, offers: Sequence[Offer], day: int, room: Room) -> Admission:
    """Store what is new and fits.

    Args:
        connection: Of the only writer.
        offers: In the order in which they came.
        day: Today's day number.
        room: The quotas.

    Returns:
        What became of them; true once the transaction is committed.
    """
    shown = {offer.token for offer in offers if offer.token is not None}
    known = held_days(connection, [offer.id for offer in offers])
    ledger = _Ledger(day, room, known, holdings(connection), unspent(connection, shown))
    outcomes = [_judge(offer, ledger) for offer in offers]
    fresh = [
        offer
        for offer, outcome in zip(offers, outcomes, strict=True)
        if outcome.status is PutStatus.STORED
    ]
    if fresh:
        rows = [(offer.id, len(offer.blob), day, offer.blob) for offer in fresh]
        hot_sql.add(connection, rows)
        hot_sql.change_counts(connection, Counter(len(offer.blob) for offer in fresh))
        spend(connection, {offer.token for offer in fresh if offer.token is not None})
    total_bytes = sum(bucket * blobs for bucket, blobs in ledger.counts.items())
    return Admission(outcomes, len(fresh), total_bytes)


def held_days(connection: Connection, ids: Sequence[EnvelopeId]) -> dict[EnvelopeId, int]:
    """Tell which ids are known, purged ones among them, and since which day.

    Args:
        connection: Of any transaction.
        ids: Any number.

    Returns:
        Day of arrival by id; unknown ids are left out.
    """
    return {EnvelopeId(found): day for found, day in hot_sql.find(connection, ids)}


def holdings(connection: Connection) -> Counter[int]:
    """Count the blobs whose bytes are here, by bucket."""
    return Counter(hot_sql.counts(connection))


def held_bytes(connection: Connection) -> int:
    """Add up the bytes of the blobs that are here."""
    return sum(bucket * blobs for bucket, blobs in hot_sql.counts(connection).items())


def pull(
    connection: Connection, cursor: int, max_bytes: int
) -> tuple[list[PulledEnvelope], Pulled]:
    """Read blobs for the desk, oldest first.

    Args:
        connection: Of any transaction.
        cursor: Row number of the last one the desk has; 0 for none.
        max_bytes: Most bytes of blobs wanted; one blob is always given if there is one.

    Returns:
        The envelopes, and where to go on.
    """
    taken: list[PulledEnvelope] = []
    room_bytes = max_bytes
    for item in _after(connection, cursor):
        if taken and len(item.blob) > room_bytes:
            return taken, Pulled(taken[-1].seq, more=True)
        taken.append(item)
        room_bytes -= len(item.blob)
    return taken, Pulled(taken[-1].seq if taken else cursor, more=False)


def purge(connection: Connection, ids: Sequence[EnvelopeId]) -> int:
    """Forget the bytes of blobs the desk has; their ids stay known until they expire.

    Args:
        connection: Of the only writer.
        ids: At most 256.

    Returns:
        How many had their bytes here.
    """
    query = select(BLOBS.c.seq, BLOBS.c.id, BLOBS.c.bucket, BLOBS.c.day)
    found = connection.execute(query.where(BLOBS.c.id.in_(ids), BLOBS.c.blob.is_not(None)))
    rows = [dict(row) for row in found.mappings()]
    if rows:
        # Deleted and written anew rather than changed in place: SQLite gives the pages of a row
        # that shrank back to nobody, and a purge must make room on a full disk.
        gone = [row["seq"] for row in rows]
        connection.execute(delete(BLOBS).where(BLOBS.c.seq.in_(gone)))
        connection.execute(insert(BLOBS), rows)
        lost = Counter(row["bucket"] for row in rows)
        hot_sql.change_counts(connection, {bucket: -blobs for bucket, blobs in lost.items()})
    return len(rows)


def expire(connection: Connection, before_day: int) -> int:
    """Delete the oldest rows, at most one step of them.

    Rows lie in the order in which they came, so the first one young enough ends the step. A
    clock that once ran ahead only keeps rows longer.

    Args:
        connection: Of the only writer.
        before_day: Rows of earlier days go.

    Returns:
        How many rows went; call again while this is a whole step.
    """
    last_seq, lost, rows = 0, Counter[int](), 0
    for seq, day, bucket, has_bytes in connection.execute(_OLDEST):
        if day >= before_day:
            break
        last_seq, rows = seq, rows + 1
        lost[bucket] -= int(has_bytes)
    if rows:
        connection.execute(delete(BLOBS).where(BLOBS.c.seq <= last_seq))
        hot_sql.change_counts(connection, lost)
    return rows


def _judge(offer: Offer, ledger: _Ledger) -> Outcome:
    """Decide on one offer, given what is known and held so far; note it if it is stored."""
    if offer.id in ledger.known:
        return Outcome(PutStatus.DUPLICATE, ledger.known[offer.id])
    is_paid = offer.barred is PutStatus.NEED_WORK and offer.token in ledger.tokens
    if offer.barred is not None and not is_paid:
        return Outcome(offer.barred, ledger.day)
    if not ledger.room.fits(len(offer.blob), ledger.counts):
        return Outcome(PutStatus.FULL, ledger.day)
    ledger.known[offer.id] = ledger.day
    ledger.counts[len(offer.blob)] += 1
    ledger.tokens.discard(offer.token or b"")
    return Outcome(PutStatus.STORED, ledger.day)


def _after(connection: Connection, cursor: int) -> Iterator[PulledEnvelope]:
    """Walk the blobs behind a row number, a page at a time."""
    while True:
        page = connection.execute(_AFTER, {"cursor": cursor, "most": ROWS_PER_STEP}).all()
        for row in page:
            yield PulledEnvelope(row.seq, row.day, bytes(row.blob))
        if len(page) < ROWS_PER_STEP:
            return
        cursor = page[-1].seq
