"""What the keys room does for accounts: see `server.desk.accounts.slots`."""

from sqlalchemy.orm import Session

from server.desk.keys import credentials
from server.desk.keys.keyring import Keyring
from server.plumbing.config import DeskConfig


class PersonSlots:
    """The slots of people, kept with the keyring of this process."""

    def __init__(self, ring: Keyring, config: DeskConfig) -> None:
        """Take the keyring that slots open.

        Args:
            ring: Of this process.
            config: Tells where the first start's passphrase lies.
        """
        self._ring = ring
        self._config = config

    @property
    def locked(self) -> bool:
        """Tell whether the desk is locked."""
        return self._ring.locked

    def wrap(self, session: Session, person_id: str, salt: bytes, person_key: bytes) -> None:
        """Let a person's key open the desk from now on.

        Raises:
            DeskLockedError: Nobody has unlocked the desk yet.
        """
        credentials.write_derived_slot(
            session, person_id, salt, person_key, self._ring.storage_key()
        )

    def unlock(self, session: Session, person_id: str, person_key: bytes) -> None:
        """Open the desk with a person's key, if it is locked and they have a slot."""
        row = credentials.slot_of(session, person_id) if self._ring.locked else None
        storage_key = credentials.unwrap(row, person_key) if row is not None else None
        if storage_key is not None:
            self._ring.unlock(storage_key)

    def drop(self, session: Session, person_id: str) -> None:
        """Take a person's slot away."""
        credentials.remove_slot(session, person_id)

    def retire_setup_secret(self) -> str | None:
        """Delete the passphrase that the first start left behind; give it to be shown once."""
        path = credentials.secret_path(self._config)
        if not path.exists():
            return None
        passphrase = path.read_text().strip()
        path.unlink()
        return passphrase
