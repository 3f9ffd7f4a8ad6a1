"""Sealed blobs and their states, durably.

Theory of operation: every change runs inside `transaction()`, and every state comes out of the
transition table by `_move`, the only statement that writes a state. Deleting a row is no state:
it is for blobs that were never the report's (a seal that a crash cut off) and for a courier's
blobs once a relay holds them.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from client_sync.errors import OutboxFullError, StorageError
from client_sync.outbox.ledger import Ledger
from client_sync.outbox.migrations import open_outbox_file
from client_sync.outbox.rows import BlobKind, OutboxRow
from client_sync.outbox.states import BlobEvent, BlobState, after, knows
from schemas.domain.ids import EnvelopeId, RelayKey

MOST_OUTBOX_BYTES: Final = 536_870_912  # 512 MiB: twenty videos of 25 MiB wait for a link
_UNSETTLED = (BlobState.QUEUED.value, BlobState.IN_DOUBT.value)
_ORDER = "CASE kind WHEN 'text' THEN 0 WHEN 'chunk' THEN 1 ELSE 2 END, attempts, row_no"


class OutboxStore:
    """The outbox file."""

    def __init__(self, path: Path, most_bytes: int = MOST_OUTBOX_BYTES) -> None:
        """Open the file and settle what a crash left in flight: it is in doubt."""
        self._connection = open_outbox_file(path)
        self._most_bytes = most_bytes
        self.released = 0  # blobs queued since this was opened: a sync that runs looks at it
        self.ledger = Ledger(self._connection)
        with self.transaction():
            for blob_id in self._ids_in(BlobState.IN_FLIGHT):
                self.happen(blob_id, BlobEvent.LOST)

    def close(self) -> None:
        """Close the file; the log beside it is folded in."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make all changes inside survive together or not at all.

        Raises:
            StorageError: When the disk is full or fails; nothing inside happened then.
        """
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            yield
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            raise StorageError("the disk is full or fails; free some space, try again") from error
        except BaseException:
            self._roll_back()
            raise

    # --- from the pen to the queue -------------------------------------------------------

    def stage(
        self, parcel: bytes, kind: BlobKind, blobs: Iterable[tuple[EnvelopeId, bytes]]
    ) -> None:
        """Keep sealed blobs that nobody may send yet.

        Args:
            parcel: The report they belong to.
            kind: Text or chunk.
            blobs: Id and bytes of each.

        Raises:
            OutboxFullError: When they do not fit.
        """
        room_bytes = self._room_bytes()
        for blob_id, blob in blobs:
            room_bytes -= len(blob)
            self._insert(blob_id, parcel, kind, blob, room_bytes)

    def enqueue(self, parcel: bytes) -> None:
        """Release all staged blobs of a report."""
        for blob_id in self._ids_in(BlobState.SEALED, parcel):
            self._move(blob_id, BlobEvent.ENQUEUE)
            self.released += 1

    def staged_parcels(self) -> frozenset[bytes]:
        """Tell which reports have blobs that were not released."""
        query = "SELECT DISTINCT parcel FROM blobs WHERE state = ?"
        return frozenset(row[0] for row in self._connection.execute(query, (BlobState.SEALED,)))

    def discard_staged(self, parcel: bytes, kind: BlobKind | None = None) -> None:
        """Drop staged blobs whose keys were never kept.

        Args:
            parcel: The report that was being sealed.
            kind: Drop only this kind.
        """
        self._connection.execute(
            "DELETE FROM blobs WHERE parcel = ? AND state = ? AND kind = coalesce(?, kind)",
            (parcel, BlobState.SEALED, kind),
        )

    def carry(self, blobs: Iterable[tuple[EnvelopeId, bytes]]) -> int:
        """Queue blobs of others; those known already change nothing.

        Returns:
            How many are new.
        """
        new = 0
        room_bytes = self._room_bytes()
        for blob_id, blob in blobs:
            if not self.has(blob_id):
                room_bytes -= len(blob)
                self._insert(blob_id, None, BlobKind.CARRIED, blob, room_bytes)
                self._move(blob_id, BlobEvent.ENQUEUE)
                self.released += 1
                new += 1
        return new

    def has(self, blob_id: EnvelopeId) -> bool:
        """Tell whether the outbox knows a blob, wiped ones included."""
        query = "SELECT 1 FROM blobs WHERE blob_id = ?"
        return self._connection.execute(query, (blob_id,)).fetchone() is not None

    # --- to the relay and back -----------------------------------------------------------

    def unsettled(self, limit: int) -> tuple[OutboxRow, ...]:
        """List what is queued or in doubt: text, chunks, carried; the least tried first."""
        rows = self._connection.execute(
            "SELECT row_no, blob_id, kind, size_bytes, state, relay_key, attempts,"  # noqa: S608  # _ORDER is constant
            " (SELECT group_concat(hex(relay_key)) FROM holdings h WHERE h.blob_id = b.blob_id)"
            f" FROM blobs b WHERE state IN (?, ?) ORDER BY {_ORDER} LIMIT ?",
            (*_UNSETTLED, limit),
        )
        return tuple(_row(values) for values in rows)

    def owed_ids(self) -> frozenset[EnvelopeId]:
        """Name what is queued, in flight or in doubt."""
        query = "SELECT blob_id FROM blobs WHERE state IN (?, ?, ?)"
        rows = self._connection.execute(query, (*_UNSETTLED, BlobState.IN_FLIGHT))
        return frozenset(EnvelopeId(row[0]) for row in rows)

    def sealed_bytes(self, blob_id: EnvelopeId) -> bytes:
        """Read one blob."""
        query = "SELECT blob FROM blobs WHERE blob_id = ? AND blob IS NOT NULL"
        (blob,) = self._connection.execute(query, (blob_id,)).fetchone()
        return bytes(blob)

    def undelivered_ids(self) -> tuple[EnvelopeId, ...]:
        """List all released blobs the desk has not acknowledged, in the order of sending."""
        query = (
            "SELECT blob_id FROM blobs WHERE blob IS NOT NULL AND state NOT IN (?, ?)"  # noqa: S608
            f" ORDER BY {_ORDER}"  # a constant
        )
        states = (BlobState.SEALED, BlobState.ACKNOWLEDGED)
        return tuple(EnvelopeId(row[0]) for row in self._connection.execute(query, states))

    def put(self, blob_ids: Sequence[EnvelopeId], relay_key: RelayKey) -> None:
        """Note that blobs are about to leave for a relay."""
        for blob_id in blob_ids:
            self._move(blob_id, BlobEvent.PUT, relay_key)
            self._connection.execute(
                "UPDATE blobs SET attempts = attempts + 1 WHERE blob_id = ?", (blob_id,)
            )

    def happen(self, blob_id: EnvelopeId, event: BlobEvent) -> bool:
        """Let an event happen to a blob, if its state knows it.

        Returns:
            Whether the state changed. A late answer to a settled blob changes nothing.
        """
        state = self._state_of(blob_id)
        if state is None or not knows(state, event):
            return False
        keeps_relay = after(state, event) is BlobState.IN_DOUBT
        self._move(blob_id, event, self._relay_of(blob_id) if keeps_relay else None)
        if event is BlobEvent.WIPE:
            self._connection.execute("UPDATE blobs SET blob = NULL WHERE blob_id = ?", (blob_id,))
        return True

    def keep_stamp(self, blob_id: EnvelopeId, stamp: bytes, bits: int) -> None:
        """Keep the work shown for a blob beside it."""
        self._connection.execute(
            "UPDATE blobs SET stamp = ?, stamp_bits = ? WHERE blob_id = ?", (stamp, bits, blob_id)
        )

    def stamp_of(self, blob_id: EnvelopeId) -> tuple[bytes, int]:
        """Give the work shown for a blob and its bits; nothing and 0 when there is none."""
        query = "SELECT stamp, stamp_bits FROM blobs WHERE blob_id = ?"
        row = self._connection.execute(query, (blob_id,)).fetchone()
        return (bytes(row[0]), int(row[1])) if row and row[0] is not None else (b"", 0)

    def drop_carried(self, blob_id: EnvelopeId) -> None:
        """End a courier's duty for a blob that a relay holds now."""
        self._connection.execute(
            "DELETE FROM blobs WHERE blob_id = ? AND kind = ?", (blob_id, BlobKind.CARRIED)
        )

    def ids_of(self, parcel: bytes, kind: BlobKind | None = None) -> tuple[EnvelopeId, ...]:
        """List the blobs of a report."""
        query = "SELECT blob_id FROM blobs WHERE parcel = ? AND kind = coalesce(?, kind)"
        rows = self._connection.execute(query + " ORDER BY row_no", (parcel, kind))
        return tuple(EnvelopeId(row[0]) for row in rows)

    # --- inside --------------------------------------------------------------------------

    def _roll_back(self) -> None:
        """End a transaction, unless the disk's own error has ended it already."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def _room_bytes(self) -> int:
        query = "SELECT coalesce(sum(size_bytes), 0) FROM blobs WHERE blob IS NOT NULL"
        (used_bytes,) = self._connection.execute(query).fetchone()
        return self._most_bytes - int(used_bytes)

    def _insert(
        self,
        blob_id: EnvelopeId,
        parcel: bytes | None,
        kind: BlobKind,
        blob: bytes,
        left_bytes: int,
    ) -> None:
        if left_bytes < 0:
            raise OutboxFullError("the outbox is full; sync, or export what waits, and try again")
        self._connection.execute(
            "INSERT INTO blobs (blob_id, parcel, kind, size_bytes, state, blob)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (blob_id, parcel, kind, len(blob), after(BlobState.DRAFT, BlobEvent.SEAL), blob),
        )

    def _move(
        self, blob_id: EnvelopeId, event: BlobEvent, relay_key: RelayKey | None = None
    ) -> None:
        """Write the state that the table gives; nothing else writes a state."""
        state = self._state_of(blob_id) or BlobState.DRAFT
        self._connection.execute(
            "UPDATE blobs SET state = ?, relay_key = ? WHERE blob_id = ?",
            (after(state, event), relay_key, blob_id),
        )

    def _state_of(self, blob_id: EnvelopeId) -> BlobState | None:
        query = "SELECT state FROM blobs WHERE blob_id = ?"
        row: tuple[str] | None = self._connection.execute(query, (blob_id,)).fetchone()
        return BlobState(row[0]) if row else None

    def _relay_of(self, blob_id: EnvelopeId) -> RelayKey | None:
        query = "SELECT relay_key FROM blobs WHERE blob_id = ?"
        (relay_key,) = self._connection.execute(query, (blob_id,)).fetchone()
        return RelayKey(relay_key) if relay_key is not None else None

    def _ids_in(self, state: BlobState, parcel: bytes | None = None) -> list[EnvelopeId]:
        query = "SELECT blob_id FROM blobs WHERE state = ? AND parcel IS coalesce(?, parcel)"
        rows = self._connection.execute(query, (state, parcel))
        return [EnvelopeId(row[0]) for row in rows]


def _row(values: tuple[int, bytes, str, int, str, bytes | None, int, str | None]) -> OutboxRow:
    row_no, blob_id, kind, size_bytes, state, relay_key, attempts, holders = values
    return OutboxRow(
        row_no=row_no,
        blob_id=EnvelopeId(blob_id),
        kind=BlobKind(kind),
        size_bytes=size_bytes,
        state=BlobState(state),
        relay_key=RelayKey(relay_key) if relay_key is not None else None,
        attempts=attempts,
        holders=frozenset(
            RelayKey(bytes.fromhex(holder)) for holder in (holders or "").split(",") if holder
        ),
    )
