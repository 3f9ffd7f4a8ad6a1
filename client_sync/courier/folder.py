"""A watched folder: what somebody left in it, and the marks we leave.

Theory of operation: a memory stick comes from a stranger. A file counts by its content: it is
opened without following links, only if it is a plain file, and read no further than a bundle may
be long. Its name is never interpreted, never printed and never leaves the folder; the folder is
held by a handle, so that nothing put in its place meanwhile is touched. What was handled is renamed
next to where it lay, which is the only thing written about it; a stick that cannot be written is
remembered by digest for as long as we run, and to take something twice has no effect anyway.

Spec: docs/spec/bundle.md
"""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from schemas.bundle.reader import looks_like_bundle
from schemas.constants import ID_BYTES, MAX_BUNDLE_BYTES, PERSON_BUNDLE
from schemas.envelope import primitives

TAKEN: Final = ".taken"
DAMAGED: Final = ".damaged"
OWN_NAME: Final = "courier.tocsin"  # the same for everybody: a name must not tell who or when
_OUR_MARKS: Final = (TAKEN, DAMAGED, ".partial")
_SUFFIX: Final = ".tocsin"
_MOST_FILES: Final = 4096  # of a full stick; a bundle is rarely alone, but never behind so many
_SNIFF_BYTES: Final = 16
_READ_ONLY: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(frozen=True, slots=True, repr=False)
class Found:
    """One file that may be a bundle.

    Attributes:
        name: Inside of the folder; only ever handed back to it.
        shape: Size and time of change: a file that still grows has another one at the next look.
    """

    name: str
    shape: tuple[int, int]

    def __repr__(self) -> str:
        """Hide the name: it may say who gave the file."""
        return "<Found>"


class WatchedFolder:
    """The folder of one look."""

    def __init__(self, path: Path) -> None:
        """Take hold of the folder.

        Raises:
            OSError: When it is not there, as a stick that is not plugged in.
        """
        self._handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)

    def close(self) -> None:
        """Let go, so that the stick can be taken out."""
        os.close(self._handle)

    def candidates(self) -> Iterator[Found]:
        """List what looks like a bundle by its first bytes, or says by its name that it is one."""
        with os.scandir(self._handle) as entries:
            names = sorted(entry.name for entry in islice(entries, _MOST_FILES))
        for name in names:
            if name.startswith(".") or name.endswith(_OUR_MARKS):
                continue
            start = self._read(name, _SNIFF_BYTES)
            if start is not None and (looks_like_bundle(start[0]) or name.endswith(_SUFFIX)):
                yield Found(name, start[1])

    def content(self, found: Found) -> bytes | None:
        """Read a file, one byte further than a bundle may be long; None when it went away."""
        read = self._read(found.name, MAX_BUNDLE_BYTES + 1)
        return None if read is None else read[0]

    def mark(self, found: Found, mark: str) -> bool:
        """Rename a file next to where it lies, over nothing; False where that cannot be written."""
        for number in range(100):
            target = f"{found.name}{mark}" if number == 0 else f"{found.name}.{number}{mark}"
            if self._exists(target):
                continue
            try:
                os.rename(found.name, target, src_dir_fd=self._handle, dst_dir_fd=self._handle)
            except OSError:
                return False
            with suppress(OSError):
                os.fsync(self._handle)
            return True
        return False

    def _exists(self, name: str) -> bool:
        try:
            os.stat(name, dir_fd=self._handle, follow_symlinks=False)
        except OSError:
            return False
        return True

    def _read(self, name: str, most_bytes: int) -> tuple[bytes, tuple[int, int]] | None:
        """Read the beginning of a plain file, and tell its shape."""
        try:
            handle = os.open(name, _READ_ONLY, dir_fd=self._handle)
        except OSError:
            return None
        with os.fdopen(handle, "rb") as file:
            facts = os.fstat(file.fileno())
            if not stat.S_ISREG(facts.st_mode):
                return None
            try:
                return file.read(most_bytes), (facts.st_size, facts.st_mtime_ns)
            except OSError:
                return None


def content_digest(content: bytes) -> bytes:
    """Name a content, to know it again."""
    return primitives.blake2b(content, size=ID_BYTES, person=PERSON_BUNDLE)
