"""The sealed columns of suggestions."""

from typing import Final

from server.desk.keys.sealed_columns import SealedColumn

FIGURES: Final = SealedColumn("suggestion_model", "sealed_figures")
"""JSON of what was measured, which names codings and their numbers; the row is the number."""

MODEL: Final = SealedColumn("suggestion_model", "sealed_model", of_the_desk=True)
"""Bytes of the model, which holds words of witnesses; the row is the number."""
