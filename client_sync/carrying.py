"""Bundles in and out: what goes by hand when no relay can be reached.

Theory of operation: an export changes no state, because a file is no receipt; the desk's board or
a relay's receipt will speak for the blobs in the end. An import takes only what stands for
itself: blobs are named by their hash, the directory and the pages are signed.

Spec: docs/spec/bundle.md
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from client_sync.session import Session
from client_sync.sync.board import BoardNews, read_pages
from client_sync.transports.bundle_file import write_bundle_file
from client_sync.views import ExportView, ImportView
from schemas.bundle.reader import Bundle
from schemas.bundle.writer import write_bundle
from schemas.constants import (
    ID_BYTES,
    MAX_BUNDLE_BYTES,
    MAX_BUNDLE_FRAMES,
    PERSON_BUNDLE,
)
from schemas.envelope import primitives
from schemas.envelope.sealing import envelope_id

_ROOM_BYTES: Final = MAX_BUNDLE_BYTES - 1024  # header and end
_ROOM_FRAMES: Final = MAX_BUNDLE_FRAMES - 1
_FRAME_BYTES: Final = 4


def export(session: Session, path: Path) -> ExportView:
    """Write what the desk has not acknowledged; see `Client.export`."""
    files: list[str] = []
    blobs = 0
    for number, batch in enumerate(_batches(session), start=1):
        target = path if number == 1 else path.with_stem(f"{path.stem}-{number}")
        write_bundle_file(target, write_bundle(batch))
        files.append(str(target))
        blobs += len(batch)
    return ExportView(blobs, tuple(files), len(session.vault.contents.drafts))


def waiting(session: Session) -> tuple[int, bytes]:
    """Count and name what waits; see `Client.waiting`."""
    ids = session.outbox.undelivered_ids()
    return len(ids), primitives.blake2b(*ids, size=ID_BYTES, person=PERSON_BUNDLE)


def waiting_bundle(session: Session) -> bytes:
    """Give what waits as one bundle; see `Client.waiting_bundle`."""
    return write_bundle(next(_batches(session)))


def take(session: Session, bundle: Bundle) -> ImportView:
    """Take what a bundle holds; see `Client.import_`."""
    has_new_directory = bundle.directory is not None and session.vault.take_directory(
        bundle.directory
    )
    drafts_sealed = len(session.sealer.seal_drafts())
    news = BoardNews()
    with session.outbox.transaction():
        if session.vault.trusted is not None:
            reports = session.vault.contents.reports.values()
            news = read_pages(bundle.pages, session.vault.trusted, reports, session.outbox)
        carried = session.outbox.carry((envelope_id(blob), blob) for blob in bundle.blobs)
    return ImportView(
        carried=carried,
        pages=news.pages,
        acknowledged=news.acknowledged,
        has_new_directory=has_new_directory,
        drafts_sealed=drafts_sealed,
        is_cut=bundle.truncated,
        is_damaged=bundle.damaged or news.is_broken,
    )


def _batches(session: Session) -> Iterator[list[bytes]]:
    """Cut what waits into bundles; there is always at least one, if only an empty one."""
    batch: list[bytes] = []
    used_bytes = 0
    for blob_id in session.outbox.undelivered_ids():
        blob = session.outbox.sealed_bytes(blob_id)
        used_bytes += len(blob) + _FRAME_BYTES
        if used_bytes > _ROOM_BYTES or len(batch) == _ROOM_FRAMES:
            yield batch
            batch, used_bytes = [], len(blob) + _FRAME_BYTES
        batch.append(blob)
    yield batch
