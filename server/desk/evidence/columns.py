"""The sealed columns of the evidence room."""

from typing import Final

from server.desk.keys.sealed_columns import SealedColumn

FINDING: Final = SealedColumn("file_finding", "sealed_finding")
"""A finding as JSON; the row is the attachment's id."""

LIKENESS: Final = SealedColumn("file_finding", "sealed_likeness")
"""32 bytes that are close for pictures that look alike; the row is the attachment's id."""

FACTS: Final = SealedColumn("derivative", "sealed_facts")
"""JSON: hashes of original and derivative, why it was made, what was covered, a text's words."""
