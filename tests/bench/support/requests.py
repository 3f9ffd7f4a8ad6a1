"""Requests as bytes, made before the clock runs."""

import os
from typing import Final

from schemas.domain.sync import RequestHeader
from schemas.wire.classes import REQUEST_CLASSES_BYTES
from schemas.wire.exchange import encode_request_header
from schemas.wire.frames import FrameType, encode_frame

BLOB_BYTES: Final = 1024
_HEADER: Final = encode_request_header(RequestHeader())


def put_requests(count: int, blobs_each: int, path: str) -> list[bytes]:
    """Make HTTP requests that each put new 1 KiB blobs.

    Args:
        count: How many requests.
        blobs_each: Blobs in one request.
        path: The relay's path.

    Returns:
        Whole HTTP/1.1 requests.
    """
    return [_post(path, _body(blobs_each)) for _ in range(count)]


def get_requests(count: int, path: str) -> list[bytes]:
    """Make plain GET requests."""
    return [f"GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n".encode("ascii")] * count


def _body(blobs: int) -> bytes:
    frames = b"".join(encode_frame(FrameType.PUT, os.urandom(BLOB_BYTES)) for _ in range(blobs))
    body = _HEADER + frames
    missing = REQUEST_CLASSES_BYTES[0] - len(body) - 4
    return body + encode_frame(FrameType.PAD, bytes(missing)) if missing > 0 else body


def _post(path: str, body: bytes) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode("ascii") + body


def hanging_request(path: str) -> bytes:
    """Write the beginning of a request whose body never comes to its end."""
    head = f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Length: 4400\r\n\r\n"
    return head.encode("ascii") + _HEADER
