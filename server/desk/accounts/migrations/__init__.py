"""Steps that make the accounts' tables."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection

from server.desk.accounts.models import (
    KeyChallengeRow,
    LinkRow,
    PersonRow,
    RecoveryCodeRow,
    SecurityKeyRow,
    SessionRow,
    ThrottleRow,
)
from server.desk.migrate import make_tables
from server.plumbing.migrations import Step


def _first(connection: Connection) -> None:
    make_tables(connection, PersonRow, RecoveryCodeRow, SessionRow, LinkRow, ThrottleRow)


def _keys(connection: Connection) -> None:
    make_tables(connection, SecurityKeyRow, KeyChallengeRow)


STEPS: Final[Sequence[Step]] = (Step(1, _first), Step(2, _keys))
