"""Steps that make the intake's tables."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection

from server.desk.intake import models
from server.desk.migrate import make_tables
from server.plumbing.migrations import Step


def _first(connection: Connection) -> None:
    make_tables(
        connection,
        models.RelayStateRow,
        models.PulledBlobRow,
        models.PurgeDueRow,
        models.ReportRow,
        models.AttachmentRow,
        models.ExpectedChunkRow,
        models.QuarantineRow,
        models.AcknowledgementRow,
        models.BoardPageRow,
        models.ReplyRow,
        models.SealedReplyRow,
    )


def _second(connection: Connection) -> None:
    make_tables(connection, models.TokensDueRow)


def _third(connection: Connection) -> None:
    make_tables(connection, models.ContactStopRow)


def _fourth(connection: Connection) -> None:
    make_tables(connection, models.DeletedReportRow)


def _fifth(connection: Connection) -> None:
    make_tables(connection, models.CanaryRow, models.CanaryWatchRow)


STEPS: Final[Sequence[Step]] = (
    Step(1, _first),
    Step(2, _second),
    Step(3, _third),
    Step(4, _fourth),
    Step(5, _fifth),
)
