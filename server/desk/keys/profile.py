"""What this desk is, and its signing keys."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from schemas.domain.ids import DeskId, RootKey
from schemas.envelope.keys import SigningKey
from server.desk.keys.errors import NotFoundedError
from server.desk.keys.keyring import Keyring
from server.desk.keys.models import DeskProfileRow, SigningKeyRow
from server.desk.keys.sealed_columns import SealedColumn

SECRET: Final = SealedColumn("signing_key", "sealed_secret", of_the_desk=True)
ROOT: Final = "root"
BOARD: Final = "board"


@dataclass(frozen=True, slots=True)
class DeskProfile:
    """What this desk is to the outside."""

    name: str
    desk_id: DeskId
    founding_root: RootKey
    grace_days: int


def profile(session: Session) -> DeskProfile:
    """Read what this desk is.

    Raises:
        NotFoundedError: `server up` or `server desk found` has not run yet.
    """
    row = session.get(DeskProfileRow, 1)
    if row is None:
        raise NotFoundedError("this desk has no keys yet: run `python -m server up` first")
    return DeskProfile(row.name, DeskId(row.desk_id), RootKey(row.founding_root), row.grace_days)


def founded(session: Session) -> bool:
    """Tell whether this desk has its keys."""
    return session.get(DeskProfileRow, 1) is not None


def signing_key(session: Session, ring: Keyring, name: str) -> SigningKey:
    """Open the root or the board key.

    Raises:
        DeskLockedError: The desk is locked.
    """
    row = session.get_one(SigningKeyRow, name)
    return SigningKey(SECRET.open(ring, name, row.sealed_secret))


def board_public(session: Session) -> bytes:
    """Give the public half of the board key."""
    return session.get_one(SigningKeyRow, BOARD).public
