"""Files too large for a column: sealed piece by piece, written once.

Theory of operation: each piece of 64 KiB is sealed like a column whose row is the file's id, the
piece's number and whether it is the last, so pieces cannot be dropped, swapped or taken from
another file. A file is written under another name, synced, and then renamed: it is there whole
or not at all, and nothing writes to it again.

Layout: `length(u32) | sealed piece`, repeated.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from server.desk.keys.errors import SealedColumnError
from server.desk.keys.keyring import Keyring

PIECE_BYTES: Final = 65_536
LENGTH_BYTES: Final = 4
MAX_SEALED_BYTES: Final = PIECE_BYTES + 64
FILE_MODE: Final = 0o400
"""Write-once, for the desk's own account too."""


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
        for number, (piece, last) in enumerate(_pieces(parts)):
            sealed = ring.seal("file", "piece", _row(file_id, number, last=last), piece)
            file.write(len(sealed).to_bytes(LENGTH_BYTES, "big") + sealed)
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
        sealed, number = _next(file), 0
        while sealed is not None:
            following = _next(file)
            row = _row(file_id, number, last=following is None)
            yield ring.open("file", "piece", row, sealed)
            sealed, number = following, number + 1


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
