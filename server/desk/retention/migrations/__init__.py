"""Steps that make the room's tables."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection

from server.desk.migrate import make_tables
from server.desk.retention import models
from server.plumbing.migrations import Step


def _first(connection: Connection) -> None:
    make_tables(
        connection,
        models.RetentionRuleRow,
        models.ReportLevelRow,
        models.LegalHoldRow,
        models.AnnouncedDeletionRow,
        models.ErasureDueRow,
    )


STEPS: Final[Sequence[Step]] = (Step(1, _first),)
