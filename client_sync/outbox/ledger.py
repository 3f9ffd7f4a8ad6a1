"""What relays and the desk said: receipts, acknowledgements, and where each reading stopped.

Every method here runs inside a transaction of the store, so that a receipt and the state it
causes, or a board page and the cursor past it, are kept together or not at all.
"""

import sqlite3
from collections.abc import Sequence
from typing import Final

from client_sync.outbox.rows import Holding, MissedReceipt, ParcelView, WantedMail
from client_sync.outbox.states import BlobState
from client_sync.outbox.token_ledger import TokenLedger
from schemas.constants import ID_BYTES
from schemas.domain.ids import EnvelopeId, RelayKey

_BOARD: Final = "board"
_SYNCS: Final = "syncs"
_RELAY_DAY: Final = "relay_day"
_WORK_BITS: Final = "work_bits"


class Ledger:
    """Receipts, acknowledgements, cursors."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Work on the outbox's own connection."""
        self._connection = connection
        self.tokens = TokenLedger(connection)

    # --- numbers -------------------------------------------------------------------------

    def sync_number(self) -> int:
        """Tell how many syncs were begun."""
        return self._mark(_SYNCS)[0]

    def begin_sync(self) -> None:
        """Count one more sync."""
        self._set_mark(_SYNCS, self.sync_number() + 1)

    def board_mark(self) -> tuple[int, bytes]:
        """Give number and hash of the last board page accepted; 0 and nothing before the first."""
        return self._mark(_BOARD)

    def set_board_mark(self, seq: int, page_hash: bytes) -> None:
        """Move past a page."""
        self._set_mark(_BOARD, seq, page_hash)

    def relay_day(self) -> int:
        """Give the day that the last relay to answer named; 0 before the first.

        It is unsigned and may be wrong; so may our own clock. What depends on it is only
        when something is sent once more.
        """
        return self._mark(_RELAY_DAY)[0]

    def set_relay_day(self, day: int) -> None:
        """Note the day a relay named."""
        self._set_mark(_RELAY_DAY, day)

    def work_bits(self) -> int:
        """Give the most work a relay asked for in the last sync."""
        return self._mark(_WORK_BITS)[0]

    def set_work_bits(self, bits: int) -> None:
        """Note the most work a relay asked for."""
        self._set_mark(_WORK_BITS, bits)

    # --- networks ------------------------------------------------------------------------

    def network(self, name: bytes) -> bytes:
        """Give what is kept, sealed, of a network; nothing when it is new."""
        row = self._connection.execute(
            "SELECT sealed FROM networks WHERE name = ?", (name,)
        ).fetchone()
        return bytes(row[0]) if row else b""

    def keep_network(self, name: bytes, sealed: bytes, most: int) -> None:
        """Keep what is known of a network, and forget those that were left longest ago."""
        self._connection.execute(
            "INSERT OR REPLACE INTO networks VALUES (?, ?, ?)", (name, self.sync_number(), sealed)
        )
        self._connection.execute(
            "DELETE FROM networks WHERE name NOT IN"
            " (SELECT name FROM networks ORDER BY used_sync DESC, name LIMIT ?)",
            (most,),
        )

    # --- receipts ------------------------------------------------------------------------

    def keep_receipt(
        self, relay_key: RelayKey, frame_type: int, ids: Sequence[EnvelopeId], payload: bytes
    ) -> int:
        """Keep a verified receipt with the ids it speaks of: with a missing ack it is proof.

        Returns:
            Its number.
        """
        cursor = self._connection.execute(
            "INSERT INTO receipts (relay_key, kind, ids, payload) VALUES (?, ?, ?, ?)",
            (relay_key, frame_type, b"".join(ids), payload),
        )
        return int(cursor.lastrowid or 0)

    def hold(self, holding: Holding, receipt_no: int) -> None:
        """Note that a relay holds a blob; its newest word replaces the one before."""
        self._connection.execute(
            "INSERT OR REPLACE INTO holdings"
            " (blob_id, relay_key, receipt_no, held_day, until_day, held_hour, held_sync)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                holding.blob_id,
                holding.relay_key,
                receipt_no,
                holding.held_day,
                holding.until_day,
                holding.held_hour,
                holding.held_sync,
            ),
        )

    def holdings(self) -> tuple[Holding, ...]:
        """List the newest holding of every blob that is held and not acknowledged."""
        rows = self._connection.execute(
            "SELECT h.blob_id, h.relay_key, h.held_day, h.until_day, h.held_hour, max(h.held_sync)"
            " FROM holdings h JOIN blobs b USING (blob_id)"
            " WHERE b.state = ? GROUP BY h.blob_id",
            (BlobState.HELD,),
        )
        return tuple(Holding(EnvelopeId(row[0]), RelayKey(row[1]), *row[2:]) for row in rows)

    def receipts_for(self, blob_id: EnvelopeId) -> tuple[tuple[RelayKey, bytes, bytes], ...]:
        """List relay key, ids and payload of every receipt that speaks of a blob."""
        rows = self._connection.execute(
            "SELECT relay_key, ids, payload FROM receipts WHERE receipt_no IN"
            " (SELECT receipt_no FROM holdings WHERE blob_id = ?)",
            (blob_id,),
        )
        return tuple((RelayKey(row[0]), row[1], row[2]) for row in rows)

    def note_missed(self, blob_id: EnvelopeId) -> None:
        """Note that the desk did not acknowledge in time what relays signed for."""
        self._connection.execute(
            "INSERT OR IGNORE INTO missed SELECT blob_id, receipt_no FROM holdings"
            " WHERE blob_id = ?",
            (blob_id,),
        )

    def receipts_of_missed(self) -> tuple[MissedReceipt, ...]:
        """List every receipt for an own blob that was not acknowledged in time, oldest first."""
        rows = self._connection.execute(
            "SELECT blob_id, b.parcel, b.kind, r.relay_key,"
            " EXISTS (SELECT 1 FROM missed m WHERE m.blob_id = s.blob_id"
            " AND m.receipt_no = s.receipt_no), r.kind, r.ids, r.payload"
            " FROM (SELECT blob_id, receipt_no FROM missed UNION"
            " SELECT blob_id, receipt_no FROM holdings) s"
            " JOIN blobs b USING (blob_id) JOIN receipts r USING (receipt_no)"
            " WHERE b.parcel IS NOT NULL AND blob_id IN (SELECT blob_id FROM missed)"
            " ORDER BY blob_id, receipt_no"
        )
        return tuple(
            MissedReceipt(
                blob_id=EnvelopeId(row[0]),
                parcel=row[1],
                blob_kind=row[2],
                relay_key=RelayKey(row[3]),
                is_missed=bool(row[4]),
                frame_type=row[5],
                ids=row[6],
                payload=row[7],
            )
            for row in rows
        )

    # --- board ---------------------------------------------------------------------------

    def note_ack(self, parcel: bytes, status: int, page_seq: int) -> bool:
        """Keep one word of the desk on a report.

        Returns:
            Whether it is the first time the desk says this of it.
        """
        cursor = self._connection.execute(
            "INSERT OR IGNORE INTO acks (parcel, status, page_seq) VALUES (?, ?, ?)",
            (parcel, status, page_seq),
        )
        return cursor.rowcount == 1

    def ack_statuses(self, parcel: bytes) -> frozenset[int]:
        """List what the desk said of a report so far."""
        rows = self._connection.execute("SELECT status FROM acks WHERE parcel = ?", (parcel,))
        return frozenset(int(row[0]) for row in rows)

    def keep_page(self, seq: int, day: int, raw: bytes, oldest_day: int) -> None:
        """Keep a page as it was signed, and let go of those from before a day."""
        self._connection.execute("INSERT OR IGNORE INTO pages VALUES (?, ?, ?)", (seq, day, raw))
        self._connection.execute("DELETE FROM pages WHERE day < ?", (oldest_day,))

    def pages(self) -> tuple[bytes, ...]:
        """Give the pages that are kept, oldest first."""
        rows = self._connection.execute("SELECT raw FROM pages ORDER BY seq")
        return tuple(bytes(row[0]) for row in rows)

    # --- mailbox -------------------------------------------------------------------------

    def want_mail(self, parcel: bytes, week: int) -> None:
        """Note that a reply lies in the mailbox of a week."""
        self._connection.execute("INSERT OR IGNORE INTO wanted_mail VALUES (?, ?)", (parcel, week))

    def wanted_mail(self) -> tuple[WantedMail, ...]:
        """List the replies that are still to be fetched, newest week first."""
        query = "SELECT parcel, week FROM wanted_mail ORDER BY week DESC, parcel"
        return tuple(WantedMail(row[0], row[1]) for row in self._connection.execute(query))

    def drop_wanted_mail(self, parcel: bytes, week: int) -> None:
        """Note that the reply is in the vault."""
        self._connection.execute(
            "DELETE FROM wanted_mail WHERE parcel = ? AND week = ?", (parcel, week)
        )

    def mail_cursor(self, relay_key: RelayKey, prefix: int) -> int:
        """Tell how far a prefix was read at a relay."""
        row = self._connection.execute(
            "SELECT cursor FROM mail_cursors WHERE relay_key = ? AND prefix = ?",
            (relay_key, prefix),
        ).fetchone()
        return int(row[0]) if row else 0

    def highest_mail_cursor(self, relay_key: RelayKey) -> int:
        """Tell the highest row number a relay ever showed."""
        row = self._connection.execute(
            "SELECT coalesce(max(cursor), 0) FROM mail_cursors WHERE relay_key = ?", (relay_key,)
        ).fetchone()
        return int(row[0])

    def set_mail_cursor(self, relay_key: RelayKey, prefix: int, cursor: int) -> None:
        """Move past the entries that were read."""
        self._connection.execute(
            "INSERT OR REPLACE INTO mail_cursors VALUES (?, ?, ?)", (relay_key, prefix, cursor)
        )

    # --- views ---------------------------------------------------------------------------

    def parcel_view(self, parcel: bytes) -> ParcelView:
        """Show a report as the outbox sees it."""
        states = self._connection.execute(
            "SELECT state FROM blobs WHERE parcel = ? ORDER BY row_no", (parcel,)
        )
        relays = self._connection.execute(
            "SELECT DISTINCT h.relay_key FROM holdings h JOIN blobs USING (blob_id)"
            " WHERE parcel = ?"
            " ORDER BY h.relay_key",
            (parcel,),
        )
        return ParcelView(
            parcel=parcel,
            states=tuple(BlobState(row[0]) for row in states),
            relay_keys=tuple(RelayKey(row[0]) for row in relays),
            ack_statuses=self.ack_statuses(parcel),
        )

    def _mark(self, name: str) -> tuple[int, bytes]:
        row = self._connection.execute(
            "SELECT number, raw FROM marks WHERE name = ?", (name,)
        ).fetchone()
        return (int(row[0]), bytes(row[1] or b"")) if row else (0, b"")

    def _set_mark(self, name: str, number: int, raw: bytes = b"") -> None:
        self._connection.execute(
            "INSERT OR REPLACE INTO marks VALUES (?, ?, ?)", (name, number, raw[:ID_BYTES])
        )
