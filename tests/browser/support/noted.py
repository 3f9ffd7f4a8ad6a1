"""Pictures that say more than they show: a canary in each place where a program may write."""

import hashlib
import struct
from pathlib import Path
from typing import Final

from tests.browser.support.pictures import png_chunk, write_photo

CANARY: Final = b"canary-5531"
AFTER_HEADER: Final = 33
"""Bytes of a PNG's signature and of its first chunk."""


def write_noted_photo(path: Path, side: int = 160) -> tuple[str, str]:
    """Write a PNG with a place, a time and a comment in it.

    Args:
        path: where to.
        side: pixels.

    Returns:
        SHA-256 of the file without its notes, and of the whole file, hex.
    """
    silent = write_photo(path, side)
    content = path.read_bytes()
    gps = struct.pack(">2sHIHHHII", b"MM", 42, 8, 1, 0x8825, 4, 1, 26) + bytes(4) + CANARY
    notes = (
        png_chunk(b"eXIf", gps)
        + png_chunk(b"tEXt", b"Comment\0" + CANARY)
        + png_chunk(b"tIME", bytes([7, 0xEA, 11, 28, 5, 0, 0]))
    )
    noted = content[:AFTER_HEADER] + notes + content[AFTER_HEADER:]
    path.write_bytes(noted)
    return silent, hashlib.sha256(noted).hexdigest()
