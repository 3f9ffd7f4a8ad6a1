"""The sealed column of the room."""

from typing import Final

from server.desk.keys.sealed_columns import SealedColumn

PUBLICATION: Final = SealedColumn("publication", "sealed_alert")
"""JSON of the values, the document exactly as it left, and the words as signed; row: the id."""
