"""Searching every byte of a folder for words, as somebody does who took a disk.

Theory of operation: a word may lie on a disk as it was typed, in another encoding, as hex, as
base64 at any of three alignments, or in a compressed stream. Each form is a run of bytes that is
looked for; compressed streams are found by their first bytes and unpacked, and what comes out is
searched like a file. Words have at least six bytes, so that sealed bytes, which are as good as
random, hold one by chance less than once in ten million megabytes.
"""

import base64
import json
import re
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

FEWEST_BYTES: Final = 6
STREAM_STARTS: Final = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]")
"""How gzip and zlib begin."""
STREAM_BYTES: Final = 1024 * 1024
"""Unpacked of one stream: a report is far smaller."""


def forms_of(word: bytes | str) -> dict[str, bytes]:
    """Give every run of bytes by which a word is recognised.

    Args:
        word: At least six bytes.

    Returns:
        Name of the form to its bytes.
    """
    plain = word.encode() if isinstance(word, str) else word
    assert len(plain) >= FEWEST_BYTES, "too short to be told from chance"
    forms = {
        "plain": plain,
        "hex": plain.hex().encode(),
        "HEX": plain.hex().upper().encode(),
        **{f"base64 at {shift}": _base64_within(plain, shift) for shift in range(3)},
    }
    if isinstance(word, str):
        forms |= {
            "UTF-16": word.encode("utf-16-le"),
            "UTF-16 BE": word.encode("utf-16-be"),
            "capitals": word.upper().encode(),
            "escaped": json.dumps(word)[1:-1].encode(),
            "reversed": plain[::-1],
        }
    return forms


def _base64_within(plain: bytes, shift: int) -> bytes:
    """Give the letters that stand for a word wherever a base64 text has it at this alignment."""
    encoded = base64.b64encode(bytes(shift) + plain)
    # The first letters also depend on what stands before the word, the last on what follows.
    first = {0: 0, 1: 2, 2: 3}[shift]
    whole = (shift + len(plain)) // 3 * 4
    return encoded[first:whole]


def found_in(content: bytes, words: Mapping[str, bytes | str]) -> set[tuple[str, str]]:
    """Tell which words stand in some bytes.

    Args:
        content: All of them.
        words: What is looked for, by name.

    Returns:
        Name of each word that is there, with its form.
    """
    found = _found_plainly(content, words)
    for stream in _unpacked(content):
        found |= {(name, f"compressed {form}") for name, form in _found_plainly(stream, words)}
    return found


def _found_plainly(content: bytes, words: Mapping[str, bytes | str]) -> set[tuple[str, str]]:
    return {
        (name, form)
        for name, word in words.items()
        for form, run in forms_of(word).items()
        if run in content
    }


def _unpacked(content: bytes) -> Iterable[bytes]:
    for start in STREAM_STARTS.finditer(content):
        stream = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
        try:
            yield stream.decompress(content[start.start() :][:STREAM_BYTES], STREAM_BYTES)
        except zlib.error:
            continue


def search(files: Iterable[Path], words: Mapping[str, bytes | str]) -> set[tuple[str, str, str]]:
    """Search some files, their names too.

    Returns:
        File, word and form of each that was found.
    """
    found: set[tuple[str, str, str]] = set()
    for path in files:
        content = path.read_bytes() + b"\n" + path.as_posix().encode()
        found |= {(path.name, name, form) for name, form in found_in(content, words)}
    return found


def files_below(*folders: Path) -> list[Path]:
    """List every file below some folders."""
    return sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
