"""Pictures made for tests: a photograph's worth of bytes, and a camera's view of a code."""

import hashlib
import struct
import zlib
from pathlib import Path

import segno


def write_photo(path: Path, side: int = 160) -> str:
    """Write a PNG of noise, which no compression makes small.

    Args:
        path: where to.
        side: pixels; 160 gives about 77 KB, five chunks of the larger class.

    Returns:
        SHA-256 of the file, hex.
    """
    noise = hashlib.shake_256(path.name.encode()).digest(side * side * 3)
    rows = b"".join(b"\0" + noise[y * side * 3 : (y + 1) * side * 3] for y in range(side))
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    content = (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + png_chunk(b"IDAT", zlib.compress(rows, 1))
        + png_chunk(b"IEND", b"")
    )
    path.write_bytes(content)
    return hashlib.sha256(content).hexdigest()


def png_chunk(kind: bytes, body: bytes) -> bytes:
    """Write one part of a PNG, with its length and check value."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def write_camera_view(path: Path, text: str, width: int = 640, height: int = 480) -> None:
    """Write a video of one still frame that shows a QR code, as a camera would see it.

    Args:
        path: a `.y4m` file, which Chromium can play in place of a camera.
        text: what the code says.
        width: pixels.
        height: pixels.
    """
    matrix = [list(row) for row in segno.make(text, error="m", boost_error=False).matrix]
    scale = height // (len(matrix) + 8)
    edge = scale * len(matrix)
    left, top = (width - edge) // 2, (height - edge) // 2
    luma = bytearray(b"\xeb" * (width * height))
    for row, line in enumerate(matrix):
        for column, dark in enumerate(line):
            if dark:
                _fill(luma, width, left + column * scale, top + row * scale, scale)
    chroma = b"\x80" * (width * height // 2)
    header = f"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420jpeg\nFRAME\n"
    path.write_bytes(header.encode() + bytes(luma) + chroma)


def _fill(luma: bytearray, width: int, left: int, top: int, side: int) -> None:
    for y in range(top, top + side):
        start = y * width + left
        luma[start : start + side] = b"\x10" * side
