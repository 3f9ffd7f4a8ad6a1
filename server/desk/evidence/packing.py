"""Writing a folder of evidence: to disk, or as one zip file that goes out while it is made.

Theory of operation: a zip is written to a pipe of our own and given on piece by piece, so that a
case of 200 MB takes neither memory nor a file for the time being. Nothing is packed tighter:
pictures are already, and what is not packed can be read by a person with simple tools.
"""

import io
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

STAMP: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest a zip can say: when the folder was made stands in its manifest."""


class _Pipe(io.RawIOBase):
    """Takes what is written and gives it on; cannot go back."""

    def __init__(self) -> None:
        """Hold nothing yet."""
        super().__init__()
        self._held: list[bytes] = []

    def writable(self) -> bool:
        """Take bytes."""
        return True

    def write(self, piece: object, /) -> int:
        """Hold a piece."""
        held = bytes(piece)  # type: ignore[call-overload]
        self._held.append(held)
        return len(held)

    def taken(self) -> bytes:
        """Give on what was written since."""
        held, self._held = b"".join(self._held), []
        return held


def zipped(files: Iterable[tuple[str, Iterable[bytes]]], top: str) -> Iterator[bytes]:
    """Pack files below one folder.

    Args:
        files: Paths and bytes.
        top: Name of the folder.

    Yields:
        Pieces of a zip file.
    """
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:
        for path, parts in files:
            info = zipfile.ZipInfo(f"{top}/{path}", STAMP)
            with archive.open(info, "w", force_zip64=True) as member:
                for part in parts:
                    member.write(part)
                    yield pipe.taken()
    yield pipe.taken()


def write_folder(files: Iterable[tuple[str, Iterable[bytes]]], folder: Path) -> int:
    """Write files below a folder that is made for them.

    Args:
        files: Paths and bytes.
        folder: Must not be there yet.

    Returns:
        How many files were written.

    Raises:
        OSError: The folder is there, or cannot be written.
    """
    folder.mkdir(mode=0o700)
    count = 0
    for path, parts in files:
        target = folder / path
        target.parent.mkdir(mode=0o700, exist_ok=True)
        with target.open("xb") as out:
            out.writelines(parts)
        count += 1
    return count
