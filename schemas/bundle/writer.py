"""Write a bundle file, frame by frame.

Spec: docs/spec/bundle.md
"""

from collections.abc import Iterable, Iterator

from schemas.constants import BUNDLE_MAGIC, ID_BYTES, PERSON_BUNDLE
from schemas.domain.directory import BridgeLine
from schemas.envelope import primitives
from schemas.wire.frames import FrameType, encode_frame
from schemas.wire.invite import format_bridge_line


def write_bundle(
    blobs: Iterable[bytes] = (),
    *,
    invite: BridgeLine | None = None,
    directory: bytes | None = None,
    pages: Iterable[bytes] = (),
) -> bytes:
    """Write a bundle.

    Args:
        blobs: Sealed blobs to be carried.
        invite: Makes a joining bundle, together with the directory.
        directory: Signed directory.
        pages: Board pages, oldest first.

    Returns:
        The whole file.
    """
    parts = [BUNDLE_MAGIC.encode("ascii")]
    parts.extend(_frames(blobs, invite, directory, pages))
    count = len(parts) - 1
    body = b"".join(parts)
    digest = primitives.blake2b(body, size=ID_BYTES, person=PERSON_BUNDLE)
    return body + encode_frame(FrameType.END, count.to_bytes(4, "big") + digest)


def _frames(
    blobs: Iterable[bytes],
    invite: BridgeLine | None,
    directory: bytes | None,
    pages: Iterable[bytes],
) -> Iterator[bytes]:
    if invite is not None:
        yield encode_frame(FrameType.INVITE, format_bridge_line(invite).encode("utf-8"))
    if directory is not None:
        yield encode_frame(FrameType.DIRECTORY, directory)
    for page in pages:
        yield encode_frame(FrameType.BOARD, page)
    for blob in blobs:
        yield encode_frame(FrameType.PUT, blob)
