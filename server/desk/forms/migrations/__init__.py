"""Steps that make the tables of drafts."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection

from server.desk.forms.models import FormDraftRow
from server.desk.migrate import make_tables
from server.plumbing.migrations import Step


def _drafts(connection: Connection) -> None:
    make_tables(connection, FormDraftRow)


STEPS: Final[Sequence[Step]] = (Step(1, _drafts),)
