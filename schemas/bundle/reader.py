"""Read a bundle file and salvage what is whole.

Theory of operation: a blob's id is its hash, so a blob needs no file around it to be
trusted as itself. A file that was cut on the way gives every frame before the cut.

Spec: docs/spec/bundle.md
"""

import base64
import re
from dataclasses import dataclass, field

from schemas.constants import (
    BUCKETS_BYTES,
    BUNDLE_END_BYTES,
    BUNDLE_MAGIC,
    FRAME_HEADER_BYTES,
    ID_BYTES,
    MAX_BUNDLE_BYTES,
    MAX_BUNDLE_FRAMES,
    PERSON_BUNDLE,
)
from schemas.domain.directory import BridgeLine
from schemas.envelope import primitives
from schemas.errors import BundleError, FrameError, InviteError
from schemas.wire.frames import Frame, FrameDecoder, FrameType, OversizeFrameError
from schemas.wire.invite import parse_invite

_MAGIC = BUNDLE_MAGIC.encode("ascii")
_TEXT_MAGIC = b"VE9DU0lOQj"  # how the Base64 of every bundle begins
_BASE64 = re.compile(rb"[A-Za-z0-9+/]*={0,2}")


@dataclass(slots=True)
class Bundle:
    """What a bundle file held.

    Attributes:
        blobs: Whole blobs of a bucket size, in order; ids are not checked against anything.
        truncated: The end is missing; what came before it is here.
        damaged: Some bytes are not as written: wrong digest or count, or refused frames.
        refused: How many frames were of a wrong size or kind.
    """

    invite: BridgeLine | None = None
    directory: bytes | None = None
    blobs: list[bytes] = field(default_factory=list)
    pages: list[bytes] = field(default_factory=list)
    truncated: bool = False
    damaged: bool = False
    refused: int = 0


def looks_like_bundle(start: bytes) -> bool:
    """Tell by the first 16 bytes whether a file is a bundle in either form."""
    return start.startswith((_MAGIC, _TEXT_MAGIC))


def read_bundle(data: bytes) -> Bundle:
    """Read a bundle, in its own form or as text.

    Args:
        data: The whole file, untrusted.

    Returns:
        What could be salvaged.

    Raises:
        BundleError: `not-a-bundle` without the header, `too-large` over 64 MiB or 8192 frames.
    """
    if len(data) > MAX_BUNDLE_BYTES:
        raise BundleError("too-large", "a bundle is at most 64 MiB; export it in parts")
    if data.startswith(_TEXT_MAGIC):
        data = _from_text(data)
    if not data.startswith(_MAGIC):
        raise BundleError(hint="this file was not made by this app's export")
    bundle = Bundle()
    frames = _whole_frames(data[len(_MAGIC) :], bundle)
    if len(frames) > MAX_BUNDLE_FRAMES:
        raise BundleError("too-large", "a bundle has at most 8192 frames")
    for frame in frames:
        _take(frame, bundle)
    _check_end(data, frames, bundle)
    return bundle


def _from_text(text: bytes) -> bytes:
    """Decode the text form as far as it is Base64; a last group that is not whole is dropped."""
    packed = _BASE64.match(b"".join(text.split()))
    letters = packed.group() if packed else b""
    return base64.b64decode(letters[: len(letters) // 4 * 4])


def _whole_frames(rest: bytes, bundle: Bundle) -> list[Frame]:
    decoder = FrameDecoder()
    try:
        frames = decoder.feed(rest)
    except OversizeFrameError as error:
        bundle.damaged = True
        return error.frames
    try:
        decoder.close()
    except FrameError:
        bundle.truncated = True
    return frames


def _take(frame: Frame, bundle: Bundle) -> None:
    match frame.type:
        case FrameType.PUT if len(frame.payload) in BUCKETS_BYTES:
            bundle.blobs.append(frame.payload)
        case FrameType.INVITE if bundle.invite is None:
            try:
                bundle.invite = parse_invite(frame.payload.decode("utf-8"))
            except (InviteError, UnicodeDecodeError):
                bundle.refused += 1
        case FrameType.DIRECTORY if bundle.directory is None:
            bundle.directory = frame.payload
        case FrameType.BOARD:
            bundle.pages.append(frame.payload)
        case FrameType.END | FrameType.PAD:
            return
        case _:
            bundle.refused += 1


def _check_end(data: bytes, frames: list[Frame], bundle: Bundle) -> None:
    bundle.damaged = bundle.damaged or bundle.refused > 0
    if not frames or frames[-1].type != FrameType.END:
        bundle.truncated = not bundle.damaged or bundle.truncated
        return
    end = frames[-1].payload
    body = data[: len(data) - FRAME_HEADER_BYTES - BUNDLE_END_BYTES]
    digest = primitives.blake2b(body, size=ID_BYTES, person=PERSON_BUNDLE)
    count = (len(frames) - 1).to_bytes(4, "big")
    if bundle.truncated or end != count + digest:
        bundle.damaged = True
