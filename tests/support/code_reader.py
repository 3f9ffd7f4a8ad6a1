"""A decoder that is not ours reads codes from pictures: what a stranger's phone would see."""

import struct
import zlib
from typing import Final

import zxingcpp

QR: Final = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_HEADER_END: Final = 8
_CHANNELS: Final = {0: 1, 2: 3, 6: 4}
"""PNG colour types that a browser writes: grey, colour, colour with opacity."""


def read_codes(luma: bytes, width: int, height: int) -> list[str]:
    """Read every code of a grey picture.

    Args:
        luma: One byte a pixel, row by row.
        width: Pixels.
        height: Pixels.

    Returns:
        What each code says.
    """
    picture = memoryview(luma).cast("B", (height, width))
    found = zxingcpp.read_barcodes(picture, formats=QR)
    return [str(code.text) for code in found]


def read_codes_of_png(png: bytes) -> list[str]:
    """Read every code of a screenshot."""
    return read_codes(*grey_of_png(png))


def grey_of_png(png: bytes) -> tuple[bytes, int, int]:
    """Decode a PNG as a browser writes it: eight bits, not interlaced.

    Returns:
        The first channel of every pixel, width and height.
    """
    header, packed, at = b"", b"", _HEADER_END
    while at < len(png):
        length, kind = struct.unpack_from(">I4s", png, at)
        body = png[at + 8 : at + 8 + length]
        header = body if kind == b"IHDR" else header
        packed += body if kind == b"IDAT" else b""
        at += 12 + length
    width, height, depth, colours, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    assert (depth, interlaced) == (8, 0)
    channels = _CHANNELS[colours]
    rows = zlib.decompress(packed)
    grey, before = bytearray(), bytes(width * channels)
    for row in range(height):
        start = row * (width * channels + 1)
        line = rows[start + 1 : start + 1 + width * channels]
        before = _unfiltered(rows[start], line, before, channels)
        grey += before[::channels]
    return bytes(grey), width, height


def _unfiltered(kind: int, line: bytes, above: bytes, channels: int) -> bytes:
    out = bytearray(line)
    for at, value in enumerate(line):
        left = out[at - channels] if at >= channels else 0
        corner = above[at - channels] if at >= channels else 0
        guess = (0, left, above[at], (left + above[at]) // 2, _paeth(left, above[at], corner))[kind]
        out[at] = (value + guess) & 0xFF
    return bytes(out)


def _paeth(left: int, above: int, corner: int) -> int:
    nearest = left + above - corner
    return min((left, above, corner), key=lambda one: abs(nearest - one))
