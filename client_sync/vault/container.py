"""The vault file: fixed size, two copies, one passphrase.

Theory of operation: the file is as long on the first day as on the last, so that its length
says nothing. Two copies are written one after the other, each in place and each flushed to the
disk before the other is touched: a crash spoils at most the copy being written, and the other
is whole. Both are always brought to the newest content, so that what was dropped from the vault
(a draft that is sealed now) is in neither of them. The newest whole copy counts.

    header = "TOCSINV1" | memory_kib(u32) | passes(u32) | salt(16) | check(16)
    copy   = header | generation(u64) | nonce(24) | XChaCha20-Poly1305(ad = header | generation)

`check` is derived from the key and tells a wrong passphrase from a damaged file; a guesser
gains nothing from it that the AEAD would not give. The costs stand in the header, so a vault
made on a small machine opens on a large one.
"""

import os
import struct
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from client_sync.errors import VaultDamagedError, VaultFullError, WrongPassphraseError
from client_sync.files import flush_folder
from schemas.constants import AEAD_NONCE_BYTES, AEAD_TAG_BYTES
from schemas.envelope import primitives
from schemas.envelope.entropy import Entropy, random_bytes
from schemas.envelope.padding import pad, unpad
from schemas.errors import EnvelopeError, PlaintextTooLargeError

COPY_NAMES: Final = ("vault.a", "vault.b")
MAGIC: Final = b"TOCSINV1"
SALT_BYTES: Final = 16
CHECK_BYTES: Final = 16
VAULT_BYTES: Final = 1_048_576  # 1 MiB: about 2,000 reports' keys, or 60 drafts of 8,000 letters
PERSON_CHECK: Final = "t1.vaultcheck"
_COSTS = struct.Struct(">II")
_GENERATION = struct.Struct(">Q")
_HEADER_BYTES = len(MAGIC) + _COSTS.size + SALT_BYTES + CHECK_BYTES
_FRONT_BYTES = _HEADER_BYTES + _GENERATION.size + AEAD_NONCE_BYTES
_ROOM_BYTES = VAULT_BYTES - _FRONT_BYTES - AEAD_TAG_BYTES
_KIB = 1024


@dataclass(frozen=True, slots=True)
class DerivationCost:
    """What one guess of the passphrase costs.

    Attributes:
        memory_kib: Argon2id memory in KiB.
        passes: Argon2id passes.
    """

    memory_kib: int
    passes: int

    @property
    def is_sane(self) -> bool:
        """Tell whether a header may ask for this; more would be a way to hang us."""
        return (
            _LEAST_MEMORY_KIB <= self.memory_kib <= _MOST_MEMORY_KIB
            and 1 <= self.passes <= _MOST_PASSES
        )


_LEAST_MEMORY_KIB = 8
_MOST_MEMORY_KIB = 1_048_576
_MOST_PASSES = 64
FULL_COST: Final = DerivationCost(memory_kib=65_536, passes=3)  # RFC 9106, second choice
SMALL_COST: Final = DerivationCost(memory_kib=19_456, passes=2)  # OWASP floor, for 64 MiB machines


@dataclass(frozen=True, slots=True)
class _Copy:
    header: bytes
    generation: int
    sealed: bytes


class VaultFile:
    """Both copies, opened with a passphrase."""

    def __init__(self, home: Path, header: bytes, key: bytes, generation: int) -> None:
        """Hold what is needed to save; use `create` or `open`."""
        self._home = home
        self._header = header
        self._key = key
        self._generation = generation

    def __repr__(self) -> str:
        """Hide the key."""
        return "<VaultFile>"

    @staticmethod
    def exists(home: Path) -> bool:
        """Tell whether a vault was ever finished here."""
        return any((home / name).exists() for name in COPY_NAMES)

    @classmethod
    def create(
        cls,
        home: Path,
        passphrase: str,
        content: bytes,
        cost: DerivationCost = FULL_COST,
        entropy: Entropy = random_bytes,
    ) -> "VaultFile":
        """Make a new vault.

        Args:
            home: An existing folder without a vault.
            passphrase: Not empty.
            content: First content.
            cost: What one guess shall cost.
            entropy: Source of salt and nonces.

        Returns:
            The vault, saved in both copies.

        Raises:
            VaultFullError: When the content does not fit.
        """
        salt = entropy(SALT_BYTES)
        key = _derive(passphrase, salt, cost)
        front = MAGIC + _COSTS.pack(cost.memory_kib, cost.passes) + salt
        vault = cls(home, front + _check(key), key, 0)
        vault.save(content, entropy)
        return vault

    @classmethod
    def open(cls, home: Path, passphrase: str) -> tuple["VaultFile", bytes]:
        """Open the newest whole copy.

        Args:
            home: The folder that holds it.
            passphrase: What the person typed.

        Returns:
            The vault and its content.

        Raises:
            WrongPassphraseError: When a copy is there but this does not open it.
            VaultDamagedError: When the passphrase is right and no copy is whole, or no copy
                has a readable header.
        """
        copies = _read_copies(home)
        headers = {copy.header for copy in copies}
        keys = {header: _key_of(header, passphrase) for header in headers}
        if not any(keys.values()):
            if copies:
                raise WrongPassphraseError("the passphrase is wrong; nothing was changed")
            raise VaultDamagedError("both copies of the vault are damaged; join again")
        for copy in copies:
            key = keys[copy.header]
            content = _open_copy(copy, key) if key else None
            if key and content is not None:
                return cls(home, copy.header, key, copy.generation), content
        raise VaultDamagedError("both copies of the vault are damaged; join again")

    def save(self, content: bytes, entropy: Entropy = random_bytes) -> None:
        """Write both copies, one after the other, each flushed before the next.

        Args:
            content: The whole content; replaces what was there.
            entropy: Source of the nonces.

        Raises:
            VaultFullError: When it does not fit; nothing is written then.
        """
        try:
            padded = pad(content, _ROOM_BYTES)
        except PlaintextTooLargeError as error:
            raise VaultFullError(
                "the vault is full; join again with another --home and keep this one"
            ) from error
        self._generation += 1
        ad = self._header + _GENERATION.pack(self._generation)
        for name in self._write_order():
            nonce = entropy(AEAD_NONCE_BYTES)
            sealed = primitives.aead_seal(self._key, nonce, ad, padded)
            _write_in_place(self._home / name, ad + nonce + sealed)

    def _write_order(self) -> tuple[str, ...]:
        """Begin with the older copy: the newest whole one is never the first to be touched."""
        return COPY_NAMES if self._generation % 2 else COPY_NAMES[::-1]


def _derive(passphrase: str, salt: bytes, cost: DerivationCost) -> bytes:
    """Derive the key; keyboards that compose letters differently give the same one."""
    return primitives.argon2id(
        unicodedata.normalize("NFC", passphrase).encode("utf-8"),
        salt,
        passes=cost.passes,
        memory_bytes=cost.memory_kib * _KIB,
    )


def _check(key: bytes) -> bytes:
    return primitives.blake2b(size=CHECK_BYTES, person=PERSON_CHECK, key=key)


def _key_of(header: bytes, passphrase: str) -> bytes | None:
    """Derive the key a header asks for; None when the passphrase is not its own."""
    cost = DerivationCost(*_COSTS.unpack_from(header, len(MAGIC)))
    salt_at = len(MAGIC) + _COSTS.size
    if not cost.is_sane:
        return None
    key = _derive(passphrase, header[salt_at : salt_at + SALT_BYTES], cost)
    return key if primitives.equal(header[-CHECK_BYTES:], _check(key)) else None


def _open_copy(copy: _Copy, key: bytes) -> bytes | None:
    nonce, cipher = copy.sealed[:AEAD_NONCE_BYTES], copy.sealed[AEAD_NONCE_BYTES:]
    ad = copy.header + _GENERATION.pack(copy.generation)
    padded = primitives.aead_open(key, nonce, ad, cipher)
    if padded is None:
        return None
    try:
        return unpad(padded)
    except EnvelopeError:
        return None


def _read_copies(home: Path) -> list[_Copy]:
    """Read what has the shape of a copy, newest first."""
    found: list[_Copy] = []
    for name in COPY_NAMES:
        path = home / name
        raw = path.read_bytes() if path.exists() else b""
        if len(raw) == VAULT_BYTES and raw.startswith(MAGIC):
            (generation,) = _GENERATION.unpack_from(raw, _HEADER_BYTES)
            sealed = raw[_HEADER_BYTES + _GENERATION.size :]
            found.append(_Copy(raw[:_HEADER_BYTES], generation, sealed))
    return sorted(found, key=lambda copy: copy.generation, reverse=True)


def _write_in_place(path: Path, raw: bytes) -> None:
    """Overwrite the same blocks where the file system allows it, and flush.

    The very first time there is no other copy to fall back on, so the file is made under
    another name and gets its own only when it is whole.
    """
    is_new = not path.exists()
    target = path.with_suffix(".new") if is_new else path
    handle = os.open(target, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+b", buffering=0) as file:
        written = 0
        while written < len(raw):
            written += file.write(raw[written:])
        file.truncate(len(raw))
        os.fsync(file.fileno())
    if is_new:
        target.replace(path)
        flush_folder(path.parent)
