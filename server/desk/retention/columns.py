"""The sealed columns of the room."""

from typing import Final

from server.desk.keys.sealed_columns import SealedColumn

LEVEL: Final = SealedColumn("report_level", "sealed_level")
"""One byte, the level's place in `LEVELS`: its length tells nothing. The row is the report id."""

HOLD: Final = SealedColumn("legal_hold", "sealed_reason")
"""Why something is held; the row is the hold's id."""

LIFTED: Final = SealedColumn("legal_hold", "sealed_lifted")
"""Why it is not held any more; the row is the hold's id."""
