"""What a courier relay remembers of its upstream, beside the blobs themselves.

Theory of operation: a blob without a mark waits. Before it is put on the way its mark says so, and
is committed: whatever ends the program then, the blob is in doubt at the next start and is asked
about. Only a signature of the upstream makes it held. Marks below a row number under which nothing
waits are dropped again, so that the table is as long as what is on its way.

    none -put-> IN_FLIGHT -receipt or HAVE-> HELD
                IN_FLIGHT -absent, full, need work-> none
                IN_FLIGHT -refused-> REFUSED

A forwarded blob stays until its day: the receipt of this relay promised that.

Spec: sync.md section 5
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from sqlalchemy import Connection, Select, delete, func, insert, select

from schemas.constants import MAX_PUTS, MAX_QUERY_IDS
from schemas.domain.ids import EnvelopeId
from server.relay.models import BLOBS, UPSTREAM, UPSTREAM_MARKS


class Mark(IntEnum):
    """What the upstream has of a blob."""

    IN_FLIGHT = 1
    HELD = 2
    REFUSED = 3


@dataclass(frozen=True, slots=True)
class Waiting:
    """A blob that may be put on the way.

    Attributes:
        seq: Its row number.
        id: Its hash.
        blob: Its bytes.
    """

    seq: int
    id: EnvelopeId
    blob: bytes


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a courier relay has come.

    Attributes:
        waiting: Blobs the upstream has not signed for, those in doubt among them.
        since_day: Day on which the oldest of them came, or None.
        in_doubt: Blobs on the way whose receipt has not come.
        refused: Blobs the upstream will never take.
        answered_day: Day of the upstream's last answer, or None.
        failures: Exchanges that failed in a row.
    """

    waiting: int
    since_day: int | None
    in_doubt: int
    refused: int
    answered_day: int | None
    failures: int


SETTLED: Final = "settled"
"""Row number up to which nothing waits."""

ANSWERED_DAY: Final = "answered_day"
UPSTREAM_DAY: Final = "upstream_day"
"""The upstream's own day number: a box without a battery does not know the date."""

FAILURES: Final = "failures"


def numbers(connection: Connection) -> dict[str, int]:
    """Read every number that is remembered; one that is missing counts as 0."""
    return {row.name: int(row.value) for row in connection.execute(select(UPSTREAM))}


def remember(connection: Connection, values: Mapping[str, int]) -> None:
    """Write some numbers.

    Args:
        connection: Of the only writer.
        values: By name.
    """
    if values:
        connection.execute(delete(UPSTREAM).where(UPSTREAM.c.name.in_(values)))
        rows = [{"name": name, "value": value} for name, value in values.items()]
        connection.execute(insert(UPSTREAM), rows)


def waiting(connection: Connection, room_bytes: int) -> list[Waiting]:
    """List what may be put on the way, oldest first.

    Args:
        connection: Of any transaction.
        room_bytes: Most bytes of blobs; one is always given if there is one.

    Returns:
        At most one request's worth.
    """
    query = (
        _unmarked(connection)
        .with_only_columns(BLOBS.c.seq, BLOBS.c.id, BLOBS.c.bucket)
        .order_by(BLOBS.c.seq)
        .limit(MAX_PUTS)
    )
    chosen: list[int] = []
    for row in connection.execute(query):
        room_bytes -= row.bucket
        if chosen and room_bytes < 0:
            break
        chosen.append(row.seq)
    rows = connection.execute(
        select(BLOBS.c.seq, BLOBS.c.id, BLOBS.c.blob)
        .where(BLOBS.c.seq.in_(chosen))
        .order_by(BLOBS.c.seq)
    )
    return [Waiting(row.seq, EnvelopeId(bytes(row.id)), bytes(row.blob)) for row in rows]


def in_doubt(connection: Connection) -> dict[EnvelopeId, int]:
    """List what was put on the way without an outcome, oldest first: row number by id."""
    query = (
        select(BLOBS.c.id, BLOBS.c.seq)
        .join(UPSTREAM_MARKS, UPSTREAM_MARKS.c.seq == BLOBS.c.seq)
        .where(UPSTREAM_MARKS.c.state == Mark.IN_FLIGHT)
        .order_by(BLOBS.c.seq)
        .limit(MAX_QUERY_IDS)
    )
    return {EnvelopeId(bytes(row.id)): row.seq for row in connection.execute(query)}


def mark(connection: Connection, seqs: Sequence[int], state: Mark) -> None:
    """Write what the upstream has of some blobs.

    Args:
        connection: Of the only writer.
        seqs: Row numbers.
        state: The same for all.
    """
    unmark(connection, seqs)
    if seqs:
        connection.execute(
            insert(UPSTREAM_MARKS), [{"seq": seq, "state": int(state)} for seq in seqs]
        )


def unmark(connection: Connection, seqs: Iterable[int]) -> None:
    """Let some blobs wait again."""
    connection.execute(delete(UPSTREAM_MARKS).where(UPSTREAM_MARKS.c.seq.in_(list(seqs))))


def settle(connection: Connection) -> None:
    """Drop the marks below the first blob that waits or is in doubt."""
    first = _first_unsettled(connection)
    newest = connection.execute(select(func.max(BLOBS.c.seq))).scalar() or 0
    settled = newest if first is None else first - 1
    connection.execute(
        delete(UPSTREAM_MARKS).where(
            UPSTREAM_MARKS.c.seq <= settled, UPSTREAM_MARKS.c.state != Mark.REFUSED
        )
    )
    remember(connection, {SETTLED: settled})


def has_work(connection: Connection) -> bool:
    """Tell whether anything waits or is in doubt."""
    return _first_unsettled(connection) is not None


def standing(connection: Connection) -> Standing:
    """Tell how far it has come."""
    known = numbers(connection)
    unmarked = _unmarked(connection).with_only_columns(func.count(), func.min(BLOBS.c.day))
    fresh, fresh_day = connection.execute(unmarked).one()
    doubted = (
        select(func.count(), func.min(BLOBS.c.day))
        .join(UPSTREAM_MARKS, UPSTREAM_MARKS.c.seq == BLOBS.c.seq)
        .where(UPSTREAM_MARKS.c.state == Mark.IN_FLIGHT)
    )
    doubt, doubt_day = connection.execute(doubted).one()
    refused = select(func.count()).where(UPSTREAM_MARKS.c.state == Mark.REFUSED)
    return Standing(
        waiting=fresh + doubt,
        since_day=min((day for day in (fresh_day, doubt_day) if day is not None), default=None),
        in_doubt=doubt,
        refused=connection.execute(refused).scalar_one(),
        answered_day=known.get(ANSWERED_DAY),
        failures=known.get(FAILURES, 0),
    )


def _first_unsettled(connection: Connection) -> int | None:
    fresh = _unmarked(connection).with_only_columns(func.min(BLOBS.c.seq))
    doubted = (
        select(func.min(UPSTREAM_MARKS.c.seq))
        .join(BLOBS, BLOBS.c.seq == UPSTREAM_MARKS.c.seq)
        .where(UPSTREAM_MARKS.c.state == Mark.IN_FLIGHT)
    )
    found = (connection.execute(fresh).scalar(), connection.execute(doubted).scalar())
    return min((seq for seq in found if seq is not None), default=None)


def _unmarked(connection: Connection) -> Select[tuple[int]]:
    settled = numbers(connection).get(SETTLED, 0)
    return (
        select(BLOBS.c.seq)
        .outerjoin(UPSTREAM_MARKS, UPSTREAM_MARKS.c.seq == BLOBS.c.seq)
        .where(BLOBS.c.seq > settled, BLOBS.c.blob.is_not(None), UPSTREAM_MARKS.c.seq.is_(None))
    )
