"""What accounts ask of the keys room, which stands behind them on the street.

The app hangs the keys room's implementation in here when it is made; accounts know this
protocol only, so that a password can open the desk without accounts knowing how.
"""

from typing import Final, Protocol

from flask import current_app
from sqlalchemy.orm import Session

SLOTS_KEY: Final = "tocsin.slots"


class StorageSlots(Protocol):
    """The places where the storage key lies wrapped, one for each person who may read."""

    @property
    def locked(self) -> bool:
        """Tell whether the desk is locked: then no slot can be made."""
        ...

    def wrap(self, session: Session, person_id: str, salt: bytes, person_key: bytes) -> None:
        """Let a person's key open the desk from now on."""
        ...

    def unlock(self, session: Session, person_id: str, person_key: bytes) -> None:
        """Open the desk with a person's key, if it is locked and they have a slot."""
        ...

    def drop(self, session: Session, person_id: str) -> None:
        """Take a person's slot away."""
        ...

    def retire_setup_secret(self) -> str | None:
        """Delete the passphrase that the first start left behind; give it to be shown once."""
        ...


def storage_slots() -> StorageSlots:
    """Give the slots of the running desk."""
    found: StorageSlots = current_app.extensions[SLOTS_KEY]
    return found
