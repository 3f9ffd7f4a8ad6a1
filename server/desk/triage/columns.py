"""The sealed columns of triage."""

from typing import Final

from server.desk.keys.sealed_columns import SealedColumn

GRADE: Final = SealedColumn("triage", "sealed_grade")
"""JSON of `{reliability, credibility, sources}`; the row is the report id."""

CODING: Final = SealedColumn("coding", "sealed_coding")
"""JSON of `{taxonomy_version, indicator_id, confidence, reason}`; the row is the coding's id."""

NOTE: Final = SealedColumn("note", "sealed_text")
"""The note's text; the row is the note's id."""

TRANSLATION: Final = SealedColumn("translation", "sealed_words")
"""JSON of `{lang, text}`; the row is the edition's id."""

ACT: Final = SealedColumn("triage_act", "sealed_before", of_the_desk=True)
"""JSON of what undoing the act restores; the row is the act's id."""

SAVED_VIEW: Final = SealedColumn("saved_view", "sealed_view")
"""JSON of `{name, query}`; the row is the view's id."""

INCIDENT: Final = SealedColumn("incident", "sealed_words")
"""JSON of `{title, note}`; the row is the incident's id."""
