"""The storage key, while it is in memory, and the one way to seal and open what the desk keeps.

Theory of operation: every sensitive value is sealed before it reaches the database or a file,
with XChaCha20-Poly1305 under the storage key, a random nonce, and associated data that names the
table, the column and the row: a value moved to another row does not open. The key is in the
memory of the unlocked process and nowhere else in clear.
"""

from threading import Lock
from typing import Final

from flask import current_app

from schemas.constants import AEAD_NONCE_BYTES, KEY_BYTES
from schemas.envelope import primitives
from schemas.envelope.entropy import Entropy, random_bytes
from server.desk.keys.errors import DeskLockedError, SealedColumnError

KEYRING_KEY: Final = "tocsin.keyring"


class Keyring:
    """Holds the storage key of one process, or nothing."""

    def __init__(self, entropy: Entropy = random_bytes) -> None:
        """Make a locked keyring."""
        self._entropy = entropy
        self._storage_key: bytes | None = None
        self._lock = Lock()

    def __repr__(self) -> str:
        """Say whether it is locked and nothing else."""
        return f"<Keyring {'locked' if self.locked else 'unlocked'}>"

    @property
    def locked(self) -> bool:
        """Tell whether sealing and opening are impossible now."""
        return self._storage_key is None

    def unlock(self, storage_key: bytes) -> None:
        """Take the storage key.

        Args:
            storage_key: 32 bytes.
        """
        if len(storage_key) != KEY_BYTES:
            raise ValueError("a storage key is 32 bytes")
        with self._lock:
            self._storage_key = storage_key

    def lock(self) -> None:
        """Forget the storage key."""
        with self._lock:
            self._storage_key = None

    def storage_key(self) -> bytes:
        """Give the key itself, for wrapping it under another credential.

        Raises:
            DeskLockedError: It is not there.
        """
        if self._storage_key is None:
            raise DeskLockedError
        return self._storage_key

    def seal(self, table: str, column: str, row: str, plain: bytes) -> bytes:
        """Seal one value for one place in the database.

        Args:
            table: Name of the table.
            column: Name of the column.
            row: What names the row for ever: a report id, a random id.
            plain: Any bytes.

        Returns:
            Nonce and ciphertext, 40 bytes more than the value.

        Raises:
            DeskLockedError: The desk is locked.
        """
        nonce = self._entropy(AEAD_NONCE_BYTES)
        ad = _place(table, column, row)
        return nonce + primitives.aead_seal(self.storage_key(), nonce, ad, plain)

    def open(self, table: str, column: str, row: str, sealed: bytes) -> bytes:
        """Open what :meth:`seal` made for the same place.

        Args:
            table: Name of the table.
            column: Name of the column.
            row: What names the row.
            sealed: What the database holds.

        Returns:
            The value.

        Raises:
            DeskLockedError: The desk is locked.
            SealedColumnError: It was changed or belongs to another place.
        """
        nonce, body = sealed[:AEAD_NONCE_BYTES], sealed[AEAD_NONCE_BYTES:]
        plain = primitives.aead_open(self.storage_key(), nonce, _place(table, column, row), body)
        if plain is None:
            raise SealedColumnError(f"{table}.{column} does not open")
        return plain


def _place(table: str, column: str, row: str) -> bytes:
    return f"{table}|{column}|{row}".encode()


def keyring() -> Keyring:
    """Give the keyring of the running desk."""
    found = current_app.extensions[KEYRING_KEY]
    if not isinstance(found, Keyring):
        raise TypeError("the app was not made by create_desk_app")
    return found
