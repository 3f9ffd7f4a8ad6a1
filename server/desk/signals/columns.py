"""The sealed columns of the room."""

from typing import Final

from server.desk.keys.sealed_columns import SealedColumn

SIGNAL: Final = SealedColumn("signal", "sealed_signal")
"""JSON of what the line showed when the signal was opened; the row is the signal's id."""

ASSESSMENT: Final = SealedColumn("assessment", "sealed_findings")
"""JSON of the findings; the row is the assessment's id."""
