"""Files too large for a column: sealed piece by piece, written once.

Theory of operation: each piece of 64 KiB is sealed like a column whose row is the file's id, the
piece's number and whether it is the last, so pieces cannot be dropped, swapped or taken from
another file. A file is written under another name, synced, and then renamed: it is there whole
or not at all, and nothing writes to it again.

Layout: `TSF2 | length(u32) | sealed key`, then `length(u32) | sealed piece`, repeated. The pieces
are sealed under the file's own key, and that under the storage key: whoever overwrites the head has
made the rest unreadable for everybody. Files from before have no head, and their pieces are sealed
under the storage key itself.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from schemas.constants import KEY_BYTES
from schemas.envelope.entropy import random_bytes
from server.desk.keys.errors import SealedColumnError
from server.desk.keys.keyring import Keyring

PIECE_BYTES: Final = 65_536
LENGTH_BYTES: Final = 4
MAX_SEALED_BYTES: Final = PIECE_BYTES + 64
MAGIC: Final = b"TSF2"
"""Begins a file with a key of its own; as a length it would be larger than any piece."""
FILE_MODE: Final = 0o400
"""Write-once, for the desk's own account too."""
ERASING_MODE: Final = 0o600


def path_of(folder: Path, file_id: str) -> Path:
    """Tell where a file lies: spread over 256 folders by the start of its random id."""
    return folder / file_id[:2] / file_id


def write_sealed(ring: Keyring, folder: Path, file_id: str, parts: Iterable[bytes]) -> None:
    """Seal and write a file, in place of one that an interrupted run left.

    Args:
        ring: An unlocked keyring.
        folder: Of all sealed files.
        file_id: Random, hex.
        parts: Its bytes, in pieces of any length.
    """
    path = path_of(folder, file_id)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE_MODE), "wb") as file:
        own, sealed_key = _new_key(ring, file_id)
        file.write(MAGIC + _framed(sealed_key))
        for number, (piece, last) in enumerate(_pieces(parts)):
            file.write(_framed(own.seal("file", "piece", _row(file_id, number, last=last), piece)))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    _sync_folder(path.parent)


def read_sealed(ring: Keyring, folder: Path, file_id: str) -> Iterator[bytes]:
    """Open a file piece by piece.

    Args:
        ring: An unlocked keyring.
        folder: Of all sealed files.
        file_id: Its id.

    Yields:
        Its bytes, at most 64 KiB at a time.

    Raises:
        SealedColumnError: It was changed or cut.
    """
    with path_of(folder, file_id).open("rb") as file:
        own = _key_of(ring, file, file_id)
        sealed, number = _next(file), 0
        while sealed is not None:
            following = _next(file)
            row = _row(file_id, number, last=following is None)
            yield own.open("file", "piece", row, sealed)
            sealed, number = following, number + 1


def erase(folder: Path, file_id: str) -> None:
    """Make a file unreadable, then remove it; one that is not there any more is left so.

    Args:
        folder: Of all sealed files.
        file_id: Its id.
    """
    path = path_of(folder, file_id)
    if not path.exists():
        return
    path.chmod(ERASING_MODE)
    with path.open("r+b") as file:
        _overwrite(file)
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    _sync_folder(path.parent)


def _overwrite(file: BinaryIO) -> None:
    """Overwrite a file's head; the whole of one that has none."""
    left = file.seek(0, os.SEEK_END)
    file.seek(0)
    if file.read(len(MAGIC)) == MAGIC:
        left = len(MAGIC) + LENGTH_BYTES + int.from_bytes(file.read(LENGTH_BYTES), "big")
    file.seek(0)
    while left > 0:
        left -= file.write(random_bytes(min(left, PIECE_BYTES)))


def _new_key(ring: Keyring, file_id: str) -> tuple[Keyring, bytes]:
    key = random_bytes(KEY_BYTES)
    return _ring_of(key), ring.seal("file", "key", file_id, key)


def _key_of(ring: Keyring, file: BinaryIO, file_id: str) -> Keyring:
    """Read a file's head and give what opens its pieces."""
    if file.read(len(MAGIC)) != MAGIC:
        file.seek(0)
        return ring
    sealed = _next(file)
    if sealed is None:
        raise SealedColumnError("a sealed file was cut")
    return _ring_of(ring.open("file", "key", file_id, sealed))


def _ring_of(key: bytes) -> Keyring:
    own = Keyring()
    own.unlock(key)
    return own


def _framed(sealed: bytes) -> bytes:
    return len(sealed).to_bytes(LENGTH_BYTES, "big") + sealed


def _next(file: BinaryIO) -> bytes | None:
    head = file.read(LENGTH_BYTES)
    if not head:
        return None
    length = int.from_bytes(head, "big")
    sealed = file.read(min(length, MAX_SEALED_BYTES))
    if len(head) != LENGTH_BYTES or len(sealed) != length:
        raise SealedColumnError("a sealed file was cut")
    return sealed


def _pieces(parts: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Cut into pieces of one length; tell which is the last."""
    held = bytearray()
    for part in parts:
        held += part
        while len(held) > PIECE_BYTES:
            yield bytes(held[:PIECE_BYTES]), False
            del held[:PIECE_BYTES]
    yield bytes(held), True


def _row(file_id: str, number: int, *, last: bool) -> str:
    return f"{file_id}|{number}|{int(last)}"


def _sync_folder(folder: Path) -> None:
    """Make a rename survive power loss."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
