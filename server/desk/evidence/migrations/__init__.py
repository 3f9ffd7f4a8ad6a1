"""Steps that make the evidence room's tables."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection

from server.desk.evidence import models
from server.desk.migrate import make_tables
from server.plumbing.migrations import Step


def _first(connection: Connection) -> None:
    make_tables(connection, models.FindingRow, models.DerivativeRow)


STEPS: Final[Sequence[Step]] = (Step(1, _first),)
