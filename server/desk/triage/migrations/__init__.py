"""Steps that make triage's tables."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection

from server.desk.migrate import add_columns, add_indexes, make_tables
from server.desk.triage import models
from server.plumbing.migrations import Step


def _first(connection: Connection) -> None:
    make_tables(
        connection,
        models.TriageRow,
        models.CodingRow,
        models.NoteRow,
        models.TriageActRow,
    )


def _second(connection: Connection) -> None:
    add_columns(connection, models.TriageRow, "assignee")
    add_indexes(connection, models.TriageRow)
    make_tables(connection, models.SavedViewRow)


def _third(connection: Connection) -> None:
    make_tables(connection, models.IncidentRow, models.IncidentReportRow, models.ToldApartRow)


def _fourth(connection: Connection) -> None:
    make_tables(connection, models.TranslationRow)


STEPS: Final[Sequence[Step]] = (
    Step(1, _first),
    Step(2, _second),
    Step(3, _third),
    Step(4, _fourth),
)
