"""A person's own key, derived from their password, and the box it opens.

Theory of operation: no hash of a password is stored. Argon2id gives a key; the key opens the box
that holds the secret of the second factor, and that it opens is the proof of the password. The
same key unwraps the storage key for people who may read, so a login derives once.
"""

from dataclasses import dataclass

from schemas.constants import AEAD_NONCE_BYTES
from schemas.envelope import primitives
from schemas.envelope.entropy import random_bytes
from server.plumbing import passwords


@dataclass(frozen=True, slots=True, repr=False)
class PersonKey:
    """A derived key and the salt that led to it."""

    salt: bytes
    key: bytes

    def __repr__(self) -> str:
        """Hide the key."""
        return "<PersonKey>"

    def close_box(self, person_id: str, totp_secret: str) -> bytes:
        """Seal the secret of the second factor for a person."""
        nonce = random_bytes(AEAD_NONCE_BYTES)
        return nonce + primitives.aead_seal(
            self.key, nonce, _place(person_id), totp_secret.encode()
        )

    def open_box(self, person_id: str, box: bytes) -> str | None:
        """Open a person's box; None says that the password was wrong."""
        nonce, body = box[:AEAD_NONCE_BYTES], box[AEAD_NONCE_BYTES:]
        plain = primitives.aead_open(self.key, nonce, _place(person_id), body)
        return None if plain is None else plain.decode()


def derive_new(password: str) -> PersonKey:
    """Derive a key under a fresh salt, for a new password."""
    return derive_known(password, random_bytes(passwords.SALT_BYTES))


def derive_known(password: str, salt: bytes) -> PersonKey:
    """Derive the key of a password under the salt it was set with."""
    return PersonKey(salt, passwords.derive(password, salt))


def _place(person_id: str) -> bytes:
    return f"person|secret_box|{person_id}".encode()
