"""The explicit seam between values and sealed columns.

A room names its sealed columns once, as constants, and seals and opens through them; nothing
happens behind its back, so that reading code shows where a secret becomes readable.
"""

import json
from dataclasses import dataclass

from server.desk.keys.keyring import Keyring
from server.desk.keys.reading import note_opened


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """One sealed column of one table.

    Attributes:
        of_the_desk: Holds what the desk itself works with and no page shows: a key, a model.
    """

    table: str
    column: str
    of_the_desk: bool = False

    def seal(self, ring: Keyring, row: str, plain: bytes) -> bytes:
        """Seal bytes for a row of this column."""
        return ring.seal(self.table, self.column, row, plain)

    def open(self, ring: Keyring, row: str, sealed: bytes) -> bytes:
        """Open the bytes of a row of this column; within a request that is noted."""
        plain = ring.open(self.table, self.column, row, sealed)
        if not self.of_the_desk:
            note_opened(self.table)
        return plain

    def seal_text(self, ring: Keyring, row: str, text: str) -> bytes:
        """Seal a text for a row of this column."""
        return self.seal(ring, row, text.encode())

    def open_text(self, ring: Keyring, row: str, sealed: bytes) -> str:
        """Open the text of a row of this column."""
        return self.open(ring, row, sealed).decode()

    def seal_json(self, ring: Keyring, row: str, value: object) -> bytes:
        """Seal a JSON value for a row of this column."""
        return self.seal_text(ring, row, json.dumps(value, sort_keys=True, ensure_ascii=False))

    def open_json(self, ring: Keyring, row: str, sealed: bytes) -> object:
        """Open the JSON value of a row of this column; the caller checks its shape."""
        value: object = json.loads(self.open_text(ring, row, sealed))
        return value
