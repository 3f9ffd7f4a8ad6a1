"""Board pages: sorted acknowledgement tags. Signing is ``envelope.signing``.

Spec: docs/spec/sync.md section 3
"""

import struct
from collections.abc import Iterable
from itertools import pairwise

from schemas.constants import BOARD_VERSION, ID_BYTES, MAX_TAGS, SIGNATURE_BYTES, TAG_BYTES
from schemas.domain.sync import BoardPage
from schemas.errors import BoardError

_HEAD = struct.Struct(f">BII{ID_BYTES}sH")


def encode_page_body(seq: int, day: int, prev: bytes, tags: Iterable[bytes]) -> bytes:
    """Write what of a page is signed.

    Args:
        seq: From 1.
        day: Day number.
        prev: 32-byte hash of the page before; zeros for seq 1.
        tags: At most 500 of 8 bytes, any order; doubles are dropped.

    Raises:
        BoardError: `bad-page` for more than 500 tags.
    """
    ordered = sorted(set(tags))
    if len(ordered) > MAX_TAGS:
        raise BoardError(hint="a page holds at most 500 tags")
    return _HEAD.pack(BOARD_VERSION, seq, day, prev, len(ordered)) + b"".join(ordered)


def decode_page(raw: bytes) -> BoardPage:
    """Read a page; it counts only once signature and chain are verified.

    Raises:
        BoardError: `bad-page` when version, length or order are others.
    """
    if len(raw) < _HEAD.size + SIGNATURE_BYTES:
        raise BoardError(hint="too short")
    version, seq, day, prev, count = _HEAD.unpack(raw[: _HEAD.size])
    body = raw[_HEAD.size : -SIGNATURE_BYTES]
    if version != BOARD_VERSION or seq < 1 or count > MAX_TAGS or len(body) != count * TAG_BYTES:
        raise BoardError(hint="wrong version or length")
    tags = tuple(body[start : start + TAG_BYTES] for start in range(0, len(body), TAG_BYTES))
    if any(later <= earlier for earlier, later in pairwise(tags)):
        raise BoardError(hint="tags are not in order")
    return BoardPage(seq, day, prev, tags, raw)
