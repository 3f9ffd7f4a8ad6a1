"""Which of the outbox's rows the engine knows, and as what.

Theory of operation: an outbox may hold tens of thousands of chunks, and an engine that sorts them
all at each step would be slow on a small machine. So it is given the most urgent 512, and the
next ones when half of these are settled.

Spec: docs/spec/engine.md section 1
"""

from collections.abc import Container, Sequence
from typing import Final

from client_sync.outbox.rows import BlobKind, OutboxRow
from client_sync.outbox.states import BlobState
from client_sync.outbox.store import OutboxStore
from client_sync.sync.engine_state import EngineState, Item, ItemState, Rank
from schemas.constants import CHUNK_CLASSES_BYTES
from schemas.domain.ids import EnvelopeId

ROWS_AT_A_TIME: Final = 512  # two full queries' worth; what is beyond comes up as these settle
_TRIES_OVER_AGE: Final = 1 << 32  # what was tried less goes first, whatever its age


class Feeder:
    """Turns rows into items and knows which row an item is."""

    def __init__(self, outbox: OutboxStore, at_a_time: int = ROWS_AT_A_TIME) -> None:
        """Work on an open outbox."""
        self._outbox = outbox
        self._at_a_time = at_a_time
        self._rows: dict[EnvelopeId, OutboxRow] = {}
        self._has_more = False

    def begin(self) -> tuple[Item, ...]:
        """Give the first items of a run."""
        self._rows = {}
        return self._feed(known=())

    def more(self, state: EngineState, settling: int, *, has_news: bool) -> tuple[Item, ...]:
        """Give items the engine does not know yet.

        Args:
            state: What it knows.
            settling: How many of these it will be told are settled.
            has_news: Something was queued since it was fed; else only a shortage counts.
        """
        left = len(state.items) - settling
        is_short = self._has_more and left < self._at_a_time // 2
        return self._feed(known=state.items) if has_news or is_short else ()

    def rows(self, ids: Sequence[EnvelopeId]) -> tuple[OutboxRow, ...]:
        """Give the rows of items, in the order given."""
        return tuple(self._rows[blob_id] for blob_id in ids)

    def settled(self, state: EngineState) -> frozenset[EnvelopeId]:
        """Name the items that are owed no more: the desk has them."""
        return frozenset(state.items) - self._outbox.owed_ids()

    def _feed(self, known: Container[EnvelopeId]) -> tuple[Item, ...]:
        rows = self._outbox.unsettled(self._at_a_time)
        self._has_more = len(rows) == self._at_a_time
        new = [row for row in rows if row.blob_id not in known]
        self._rows.update((row.blob_id, row) for row in new)
        return tuple(item_of(row) for row in new)


def item_of(row: OutboxRow) -> Item:
    """Describe a row to the engine."""
    is_doubtful = row.state is BlobState.IN_DOUBT
    return Item(
        id=row.blob_id,
        rank=_rank(row),
        urgency=row.attempts * _TRIES_OVER_AGE + row.row_no,
        size_bytes=row.size_bytes,
        state=ItemState.IN_DOUBT if is_doubtful else ItemState.QUEUED,
        relay=row.relay_key if is_doubtful else None,
        holders=row.holders,
    )


def _rank(row: OutboxRow) -> Rank:
    """Rank a row; a blob of a chunk's size that is carried for others is taken for one."""
    if row.kind is BlobKind.TEXT:
        return Rank.TEXT
    if row.kind is BlobKind.CHUNK:
        return Rank.CHUNK
    return Rank.CARRIED_CHUNK if row.size_bytes in CHUNK_CLASSES_BYTES else Rank.CARRIED_TEXT
