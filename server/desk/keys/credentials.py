"""Wrapping the storage key, once for each credential that may open the desk.

Theory of operation: the storage key is 32 random bytes, made once. Each slot holds it encrypted
under a key that Argon2id derives from one credential: the desk's passphrase, or a person's own
password. A slot is added or replaced only by a process that is unlocked. `setup.secret` is the
passphrase a first start makes when it was given none; it opens the desk until a person has set
up their own account, and is deleted then. Slots never open each other, so disabling a person is
deleting a row.
"""

from pathlib import Path
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from schemas.constants import AEAD_NONCE_BYTES, KEY_BYTES
from schemas.envelope import primitives
from schemas.envelope.entropy import random_bytes
from server.desk.audit.store import append
from server.desk.context import now
from server.desk.db import start_writing
from server.desk.keys.errors import WrongPassphraseError
from server.desk.keys.keyring import Keyring
from server.desk.keys.models import CredentialSlotRow
from server.plumbing import passwords
from server.plumbing.config import DeskConfig

PASSPHRASE_SLOT: Final = "passphrase"  # noqa: S105 - the name of a slot
SECRET_FILE: Final = "setup.secret"  # noqa: S105 - the name of a file
SECRET_FILE_MODE: Final = 0o600
SECRET_BYTES: Final = 24


def secret_path(config: DeskConfig) -> Path:
    """Tell where a passphrase made at the first start lies, while it does."""
    return config.home / SECRET_FILE


def known_passphrase(config: DeskConfig) -> str | None:
    """Give the passphrase this process was started with, or the one of the first start."""
    if config.passphrase is not None:
        return config.passphrase
    path = secret_path(config)
    return path.read_text().strip() if path.exists() else None


def write_slot(session: Session, slot: str, credential: str, storage_key: bytes) -> None:
    """Wrap the storage key under a credential, in place of what the slot held.

    Args:
        session: A writing session; the caller commits and audits.
        slot: `passphrase`, or a person's id.
        credential: What opens the slot from now on.
        storage_key: 32 bytes.
    """
    salt = random_bytes(passwords.SALT_BYTES)
    write_derived_slot(session, slot, salt, passwords.derive(credential, salt), storage_key)


def write_derived_slot(
    session: Session, slot: str, salt: bytes, wrapping_key: bytes, storage_key: bytes
) -> None:
    """Wrap the storage key under a key that was derived already."""
    nonce = random_bytes(AEAD_NONCE_BYTES)
    wrapped = nonce + primitives.aead_seal(wrapping_key, nonce, _place(slot), storage_key)
    remove_slot(session, slot)
    session.add(CredentialSlotRow(id=slot, salt=salt, wrapped=wrapped, made_at=now()))
    session.flush()


def remove_slot(session: Session, slot: str) -> None:
    """Take a credential away."""
    session.execute(delete(CredentialSlotRow).where(CredentialSlotRow.id == slot))


def open_slot(session: Session, slot: str, credential: str) -> bytes | None:
    """Give the storage key if a slot is there and opens with a credential, else None."""
    row = session.get(CredentialSlotRow, slot)
    return None if row is None else unwrap(row, passwords.derive(credential, row.salt))


def unwrap(row: CredentialSlotRow, wrapping_key: bytes) -> bytes | None:
    """Open a slot with a key that was derived already; None if it is another's."""
    nonce, body = row.wrapped[:AEAD_NONCE_BYTES], row.wrapped[AEAD_NONCE_BYTES:]
    return primitives.aead_open(wrapping_key, nonce, _place(row.id), body)


def slot_of(session: Session, slot: str) -> CredentialSlotRow | None:
    """Read a slot, or None."""
    return session.get(CredentialSlotRow, slot)


def unlock_from_config(session: Session, ring: Keyring, config: DeskConfig) -> None:
    """Unlock with the passphrase that is at hand, if the desk was founded and one is.

    Args:
        session: Any session.
        ring: The keyring of this process.
        config: The settings.

    Raises:
        WrongPassphraseError: The passphrase given opens nothing.
    """
    if session.execute(select(CredentialSlotRow.id).limit(1)).first() is None:
        return
    passphrase = known_passphrase(config)
    if passphrase is None:
        return
    storage_key = open_slot(session, PASSPHRASE_SLOT, passphrase)
    if storage_key is not None:
        ring.unlock(storage_key)
        return
    ring.unlock(_adopt(session, config, passphrase))


def _adopt(session: Session, config: DeskConfig, passphrase: str) -> bytes:
    """Take a passphrase given later in place of the one that the first start made."""
    path = secret_path(config)
    made = path.read_text().strip() if path.exists() else None
    storage_key = open_slot(session, PASSPHRASE_SLOT, made) if made else None
    if storage_key is None:
        raise WrongPassphraseError(
            "TOCSIN_DESK_PASSPHRASE does not open this desk: set the right one, or leave it out"
        )
    start_writing(session)
    write_slot(session, PASSPHRASE_SLOT, passphrase, storage_key)
    append(session, "desk", "passphrase.adopt", "desk", {})
    session.commit()
    path.unlink()
    return storage_key


def new_storage_key() -> bytes:
    """Make a storage key: once in the life of a desk."""
    return random_bytes(KEY_BYTES)


def _place(slot: str) -> bytes:
    return f"credential_slot|wrapped|{slot}".encode()
