"""Steps that make the audit log's tables."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, insert

from server.desk.audit.chain import GENESIS
from server.desk.audit.models import AuditEntryRow, AuditHeadRow
from server.desk.migrate import make_tables
from server.plumbing.migrations import Step


def _first(connection: Connection) -> None:
    make_tables(connection, AuditEntryRow, AuditHeadRow)
    connection.execute(insert(AuditHeadRow).values(id=1, number=0, entry_hash=GENESIS))


STEPS: Final[Sequence[Step]] = (Step(1, _first),)
