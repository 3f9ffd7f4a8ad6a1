"""The drawn pictures are valid, repeatable and of a small photograph's size."""

import struct
import zlib

import pytest

from tools.demo import images
from tools.demo.content import read_content


def _chunks(png: bytes) -> dict[bytes, bytes]:
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    found: dict[bytes, bytes] = {}
    at = 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind, body = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        (crc,) = struct.unpack(">I", png[at + 8 + length : at + 12 + length])
        assert crc == zlib.crc32(kind + body)
        found[kind] = body
        at += 12 + length
    return found


@pytest.mark.parametrize("kind", sorted(images.SCENES))
def test_a_scene_is_a_valid_picture_of_30_to_200_kilobytes(kind: str) -> None:
    png = images.picture(kind, 7)
    assert 30_000 <= len(png) <= 200_000
    chunks = _chunks(png)
    wide, high, depth, colour = struct.unpack(">IIBB", chunks[b"IHDR"][:10])
    assert (wide, high, depth, colour) == (640, 480, 8, 3)
    pixels = zlib.decompress(chunks[b"IDAT"])
    assert len(pixels) == (wide + 1) * high
    assert max(pixels) < len(chunks[b"PLTE"]) // 3


def test_the_same_seed_draws_the_same_bytes_and_another_seed_others() -> None:
    assert images.picture("door", 1) == images.picture("door", 1)
    assert images.picture("door", 1) != images.picture("door", 2)


def test_every_picture_in_the_reports_is_a_different_file() -> None:
    wanted = [one["attachment"] for one in read_content().reports if one["attachment"]]
    assert len(wanted) >= 20
    assert len({(one["kind"], one["seed"]) for one in wanted}) == len(wanted)
    assert len({one["name"] for one in wanted}) == len(wanted)
