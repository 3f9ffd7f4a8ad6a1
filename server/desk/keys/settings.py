"""What an administrator may change about the desk, and the passphrase a lead may renew."""

import base64

from sqlalchemy.orm import Session

from schemas.constants import MAX_DESK_NAME_CHARACTERS
from schemas.envelope.entropy import random_bytes
from server.desk.audit.store import append
from server.desk.keys import credentials
from server.desk.keys.errors import KeysError
from server.desk.keys.keyring import Keyring
from server.desk.keys.models import DeskProfileRow

LEAST_GRACE_DAYS = 14
MOST_GRACE_DAYS = 365


class SettingError(KeysError):
    """A setting is outside of its range; `field` names it."""

    def __init__(self, field: str) -> None:
        """Keep which one."""
        self.field = field
        super().__init__(f"choose another {field}")


def change_desk(session: Session, *, name: str, grace_days: str, actor: str) -> None:
    """Change what reporters see as the desk's name, and how long old keys are kept.

    Args:
        session: A writing session; the caller issues a directory and commits.
        name: 1 to 80 printable characters.
        grace_days: 14 to 365, as typed: days after its week during which a key still opens.
        actor: Who changes it.

    Raises:
        SettingError: A value does not do.
    """
    plain = " ".join(name.split())
    if not 1 <= len(plain) <= MAX_DESK_NAME_CHARACTERS or not plain.isprintable():
        raise SettingError("name")
    if not grace_days.isascii() or not grace_days.isdigit():
        raise SettingError("grace_days")
    days = int(grace_days[:6])
    if not LEAST_GRACE_DAYS <= days <= MOST_GRACE_DAYS:
        raise SettingError("grace_days")
    row = session.get_one(DeskProfileRow, 1)
    row.name, row.grace_days = plain, days
    append(session, actor, "desk.change", "desk", {"grace_days": days})
    session.flush()


def renew_passphrase(session: Session, ring: Keyring, actor: str) -> str:
    """Make a new passphrase in place of the old one; it is shown once and kept nowhere.

    Args:
        session: A writing session; the caller commits.
        ring: An unlocked keyring.
        actor: Who asked.

    Returns:
        The passphrase.
    """
    passphrase = base64.urlsafe_b64encode(random_bytes(credentials.SECRET_BYTES)).decode()
    credentials.write_slot(session, credentials.PASSPHRASE_SLOT, passphrase, ring.storage_key())
    append(session, actor, "passphrase.renew", "desk", {})
    return passphrase
