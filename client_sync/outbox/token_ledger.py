"""Which one-time token was bound to which blob, and which of them a relay did not take.

Theory of operation: a token is bound before it leaves, and for good: a request that is made again
offers the same one for the same blob, and no other blob is ever offered it. Every method runs
inside a transaction of the store.

Spec: docs/spec/sync.md section 8
"""

import sqlite3

from schemas.domain.ids import EnvelopeId, RelayKey


class TokenLedger:
    """Tokens by relay."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Work on the outbox's own connection."""
        self._connection = connection

    def bound(self, relay_key: RelayKey, blob_id: EnvelopeId) -> tuple[bytes, int] | None:
        """Give the token bound to a blob at a relay: its report and number."""
        row = self._connection.execute(
            "SELECT parcel, number FROM spent_tokens"
            " WHERE relay_key = ? AND blob_id = ? AND is_void = 0",
            (relay_key, blob_id),
        ).fetchone()
        return (bytes(row[0]), int(row[1])) if row else None

    def spent(self, relay_key: RelayKey, parcel: bytes) -> frozenset[int]:
        """List the numbers of a report's tokens that were bound at a relay."""
        rows = self._connection.execute(
            "SELECT number FROM spent_tokens WHERE relay_key = ? AND parcel = ?",
            (relay_key, parcel),
        )
        return frozenset(int(row[0]) for row in rows)

    def bind(self, relay_key: RelayKey, parcel: bytes, number: int, blob_id: EnvelopeId) -> None:
        """Bind a token to one blob, for good: it is never offered with another."""
        self._connection.execute(
            "INSERT OR IGNORE INTO spent_tokens (relay_key, parcel, number, blob_id)"
            " VALUES (?, ?, ?, ?)",
            (relay_key, parcel, number, blob_id),
        )

    def refused(self, relay_key: RelayKey) -> tuple[frozenset[bytes], frozenset[EnvelopeId]]:
        """Name the reports of whose tokens a relay refused one, and the blobs it refused them for.

        The tokens of a report come to a relay together, so where one is unknown the others are.
        """
        rows = self._connection.execute(
            "SELECT parcel, blob_id FROM spent_tokens WHERE relay_key = ? AND is_void = 1",
            (relay_key,),
        ).fetchall()
        return frozenset(row[0] for row in rows), frozenset(EnvelopeId(row[1]) for row in rows)

    def void(self, relay_key: RelayKey, blob_id: EnvelopeId) -> None:
        """Note that a relay did not take the token bound to a blob."""
        self._connection.execute(
            "UPDATE spent_tokens SET is_void = 1 WHERE relay_key = ? AND blob_id = ?",
            (relay_key, blob_id),
        )
