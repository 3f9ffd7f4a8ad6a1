"""Steps that make the room's tables."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection

from server.desk.migrate import make_tables
from server.desk.suggestions import models
from server.plumbing.migrations import Step


def _first(connection: Connection) -> None:
    make_tables(connection, models.SuggestionModelRow, models.SuggestionSwitchRow)


STEPS: Final[Sequence[Step]] = (Step(1, _first),)
