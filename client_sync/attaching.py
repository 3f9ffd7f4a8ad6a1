"""A file becomes staged chunks and a manifest, read once and never held whole.

Theory of operation: a chunk needs only the attachment's own key, so it can be sealed before
the desk's directory is known. The file is read, hashed and sealed piece by piece; what is
staged cannot be sent until the report itself is kept. Should the file change its length while
it is read, nothing of it is kept: the hash in the report is what evidence rests on.

Spec: docs/spec/envelope.md section 4
"""

import hashlib
import mimetypes
import re
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final

from client_sync.errors import AttachmentError
from client_sync.outbox.rows import BlobKind
from client_sync.outbox.store import OutboxStore
from schemas.constants import KEY_BYTES, MAX_NAME_CHARACTERS
from schemas.domain.ids import EnvelopeId
from schemas.domain.report import Manifest
from schemas.envelope.chunks import ChunkPlan, plan, seal_chunks
from schemas.envelope.entropy import Entropy
from schemas.envelope.sealing import envelope_id

CHUNKS_PER_COMMIT: Final = 64  # 1 MiB in memory at a time; one flush to the disk for each
_UNNAMEABLE = re.compile(r"[\x00-\x1f\x7f/\\]")
_KNOWN_MIME = re.compile(r"[a-z0-9.+-]{1,39}/[a-z0-9.+-]{1,40}")
_ANY_MIME: Final = "application/octet-stream"

Progress = Callable[[int, int], None]
"""Is told bytes done and bytes in all."""


class _Reading:
    """A file that is hashed and counted while it is cut."""

    def __init__(self, file: BinaryIO, cut: ChunkPlan, progress: Progress) -> None:
        self._file = file
        self._cut = cut
        self._progress = progress
        self._digest = hashlib.sha256()
        self._seen_bytes = 0

    def pieces(self) -> Iterator[bytes]:
        while piece := self._file.read(self._cut.room_bytes):
            self._digest.update(piece)
            self._seen_bytes += len(piece)
            self._progress(self._seen_bytes, self._cut.size_bytes)
            yield piece

    def checked_sha256(self) -> bytes:
        if self._seen_bytes != self._cut.size_bytes or self._file.read(1):
            raise AttachmentError("the file changed while it was read; try again")
        return self._digest.digest()


def attach(
    path: Path,
    parcel: bytes,
    outbox: OutboxStore,
    *,
    most_bytes: int,
    entropy: Entropy,
    progress: Progress,
) -> Manifest:
    """Stage a file's chunks.

    Args:
        path: The file.
        parcel: The report it belongs to.
        outbox: Where the chunks are staged.
        most_bytes: The desk's limit for one file.
        entropy: Source of the attachment's key.
        progress: Is told how far it is.

    Returns:
        The manifest that belongs into the report.

    Raises:
        AttachmentError: When it is no file, empty, too large, or changes while it is read.
        OutboxFullError: When its chunks do not fit.
    """
    key = entropy(KEY_BYTES)
    try:
        with path.open("rb") as file:
            cut = plan(_checked_size(path, most_bytes))
            reading = _Reading(file, cut, progress)
            blobs = seal_chunks(key, cut, reading.pieces())
            _stage(outbox, parcel, blobs)
            sha256 = reading.checked_sha256()
    except OSError as error:
        raise AttachmentError("a file to attach cannot be read; check its name") from error
    return Manifest(
        key=key,
        sha256=sha256,
        size_bytes=cut.size_bytes,
        chunk_count=cut.chunk_count,
        class_bytes=cut.class_bytes,
        mime=_mime_of(path),
        name=_name_of(path),
    )


def _stage(outbox: OutboxStore, parcel: bytes, blobs: Iterator[bytes]) -> None:
    named: Iterator[tuple[EnvelopeId, bytes]] = ((envelope_id(blob), blob) for blob in blobs)
    while batch := list(islice(named, CHUNKS_PER_COMMIT)):
        with outbox.transaction():
            outbox.stage(parcel, BlobKind.CHUNK, batch)


def _checked_size(path: Path, most_bytes: int) -> int:
    if not path.is_file():
        raise AttachmentError("only files can be attached")
    size_bytes = path.stat().st_size
    if size_bytes == 0:
        raise AttachmentError("a file to attach is empty")
    if size_bytes > most_bytes:
        raise AttachmentError(f"a file to attach is over this desk's {most_bytes} bytes")
    return size_bytes


def _name_of(path: Path) -> str:
    """Give the name as the contract allows it: the end is kept, since it says the kind."""
    printable = path.name.encode("utf-8", "replace").decode("utf-8")
    return _UNNAMEABLE.sub("_", printable)[-MAX_NAME_CHARACTERS:]


def _mime_of(path: Path) -> str:
    guessed = (mimetypes.guess_type(path.name)[0] or _ANY_MIME).lower()
    return guessed if _KNOWN_MIME.fullmatch(guessed) else _ANY_MIME
