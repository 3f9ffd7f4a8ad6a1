"""Choose the next request: rows, relays and time in, an action out. No I/O.

Theory of operation: one lane. Relays are tried in the order of the directory; the first one
that answers gets everything, the next ones only what the first cannot take (a blob that is
overdue there, or refused). A request is small: text before media, own before carried, least
tried first, so that one failing item never blocks another. What is in doubt is asked about, in
the same request, at the relay where it was lost; if that relay has failed for good, it is put
at another. A sync ends when nothing is left to send, ask or read, or when every relay has
failed three times in a row without moving anything: no answer, however odd, keeps it going for
ever.

Spec: docs/spec/sync.md sections 1 and 5
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from client_sync.outbox.rows import BlobKind, OutboxRow
from client_sync.outbox.states import BlobState
from schemas.constants import FRAME_HEADER_BYTES, MAX_QUERY_IDS
from schemas.domain.ids import EnvelopeId, RelayKey

MOST_FAILURES: Final = 3  # in a row, without anything moved; then the relay rests until next sync


@dataclass(frozen=True, slots=True)
class RelayTraits:
    """What is known of a relay in this sync.

    Attributes:
        batch_bytes: How much to put into one request now.
        failures: Requests in a row that moved nothing.
        has_answered: It gave at least one whole, well-formed answer in this sync.
        is_resting: It asked to be left alone for longer than this sync lasts.
        is_behind: There is more to read there: board pages or announced replies.
        refused: Blobs it refused in this sync.
    """

    relay_key: RelayKey
    batch_bytes: int
    failures: int = 0
    has_answered: bool = False
    is_resting: bool = False
    is_behind: bool = False
    refused: frozenset[EnvelopeId] = frozenset()

    @property
    def is_usable(self) -> bool:
        """Tell whether it is worth another request in this sync."""
        return self.failures < MOST_FAILURES and not self.is_resting


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request to make: put these, ask about those."""

    relay_key: RelayKey
    puts: tuple[OutboxRow, ...]
    queries: tuple[EnvelopeId, ...]


def next_exchange(rows: Sequence[OutboxRow], relays: Sequence[RelayTraits]) -> Exchange | None:
    """Choose the next request of a sync.

    Args:
        rows: What is queued or in doubt, in the order of sending.
        relays: In the order of preference.

    Returns:
        The request, or None when this sync is over.
    """
    is_polled = any(relay.has_answered for relay in relays)
    for relay in relays:
        if not relay.is_usable:
            continue
        queries = _queries(rows, relay)
        puts = _puts(rows, relay, relays)
        if puts or queries or relay.is_behind or not is_polled:
            return Exchange(relay.relay_key, puts, queries)
    return None


def _queries(rows: Sequence[OutboxRow], relay: RelayTraits) -> tuple[EnvelopeId, ...]:
    doubtful = [
        row.blob_id
        for row in rows
        if row.state is BlobState.IN_DOUBT and row.relay_key == relay.relay_key
    ]
    return tuple(doubtful[:MAX_QUERY_IDS])


def _puts(
    rows: Sequence[OutboxRow], relay: RelayTraits, relays: Sequence[RelayTraits]
) -> tuple[OutboxRow, ...]:
    """Fill a batch; at least one blob goes, however large, or nothing would ever move."""
    chosen: list[OutboxRow] = []
    used_bytes = 0
    for row in rows:
        if not _may_go(row, relay, relays):
            continue
        used_bytes += row.size_bytes + FRAME_HEADER_BYTES
        if chosen and (used_bytes > relay.batch_bytes or _mixes(chosen[-1], row)):
            break
        chosen.append(row)
    return tuple(chosen)


def _mixes(before: OutboxRow, row: OutboxRow) -> bool:
    """Keep media out of a batch that text is in: text shall not wait for it."""
    return before.kind is BlobKind.TEXT and row.kind is BlobKind.CHUNK


def _may_go(row: OutboxRow, relay: RelayTraits, relays: Sequence[RelayTraits]) -> bool:
    """Tell whether a blob should be put at this relay now."""
    if row.blob_id in relay.refused:
        return False
    others = [other for other in relays if other.is_usable and other is not relay]
    if row.state is BlobState.IN_DOUBT:
        is_known_elsewhere = any(other.relay_key == row.relay_key for other in others)
        return row.relay_key != relay.relay_key and not is_known_elsewhere
    if relay.relay_key not in row.holders:
        return True
    return not any(
        other.relay_key not in row.holders and row.blob_id not in other.refused for other in others
    )
