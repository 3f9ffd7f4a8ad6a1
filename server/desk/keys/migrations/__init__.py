"""Steps that make the keys' tables."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection

from server.desk.keys.models import (
    AppReleaseRow,
    CredentialSlotRow,
    DeskProfileRow,
    DirectoryRow,
    FormRow,
    RecoverySetRow,
    RecoverySheetRow,
    RelayChannelRow,
    RelayRow,
    SigningKeyRow,
    SmsNumberRow,
    WeeklyIdentityRow,
)
from server.desk.migrate import make_tables
from server.plumbing.migrations import Step


def _first(connection: Connection) -> None:
    make_tables(
        connection,
        CredentialSlotRow,
        DeskProfileRow,
        SigningKeyRow,
        WeeklyIdentityRow,
        DirectoryRow,
        RelayRow,
    )


def _channels(connection: Connection) -> None:
    make_tables(connection, RelayChannelRow)


def _sms(connection: Connection) -> None:
    make_tables(connection, SmsNumberRow)


def _forms(connection: Connection) -> None:
    make_tables(connection, FormRow)


def _release(connection: Connection) -> None:
    make_tables(connection, AppReleaseRow)


def _recovery(connection: Connection) -> None:
    make_tables(connection, RecoverySetRow, RecoverySheetRow)


STEPS: Final[Sequence[Step]] = (
    Step(1, _first),
    Step(2, _channels),
    Step(3, _sms),
    Step(4, _forms),
    Step(5, _release),
    Step(6, _recovery),
)
