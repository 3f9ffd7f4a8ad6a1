"""The sealed column of the room."""

from typing import Final

from server.desk.keys.sealed_columns import SealedColumn

PUBLICATION: Final = SealedColumn("publication", "sealed_alert")
"""JSON of `{alert, cap}`: the values and the document exactly as they left; the row is the id."""
