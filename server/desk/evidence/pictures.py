"""Pictures of strangers: what is noted in them, and copies that hold nothing but what is seen.

Theory of operation: the home of Pillow, run in a process of its own (`picture_process`). A picture
is opened by its bytes as one of four kinds and no other; one of too many pixels is refused before
it is unpacked. A copy is made from the bare pixels of what is seen: nothing else of the file, its
notes, its small copy or what lies behind its end, can get into it.

A redaction paints over before anything is written, so that the copy does not depend on what was
covered. An area is grown by 20 pixels first: JPEG keeps colours in blocks of up to 16 pixels and
blends 2 beyond, so a block that the area only touches still holds a shade of what is beside it.
"""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Final

from PIL import (
    ExifTags,
    Image,
    ImageDraw,
    ImageOps,
    MpoImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from server.desk.evidence.areas import Area
from server.desk.evidence.finding import MOST_FACTS, Fact, Finding, State, clean

LOADED_LATE: Final = (MpoImagePlugin, TiffImagePlugin, WebPImagePlugin)
"""What the library would look for on disk only when a picture asks for it."""
FORMATS: Final = ("JPEG", "PNG", "GIF", "WEBP")
KINDS: Final = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png"} | {
    "GIF": "image/gif",
    "WEBP": "image/webp",
}
MAX_PIXELS: Final = 64_000_000
"""Cameras of phones write up to 50 million; unpacked, so many take 190 MB."""
COPY_SIDE_PIXELS: Final = 2048
"""A working copy is looked at on a screen."""
GROWN_PIXELS: Final = 20
QUALITY: Final = 90
"""Of a JPEG copy: what is seen stays to be read; higher only makes it larger."""
COVER: Final = (0, 0, 0)
PAPER: Final = (255, 255, 255, 255)
"""What shows through a picture: white, as on a page, never what a program hid behind it."""


class PictureError(Exception):
    """No copy can be made.

    Attributes:
        state: Why.
    """

    def __init__(self, state: State) -> None:
        """Keep why."""
        self.state = state
        super().__init__(state.value)


def prepare() -> None:
    """Load all that a picture may ask for, and set the limit; afterwards no file need be opened."""
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.preinit()
    for kind in FORMATS:
        out = BytesIO()
        Image.new("RGB", (1, 1)).save(out, kind)
        look(out.getvalue())


def look(content: bytes) -> Finding:
    """Look into a file.

    Args:
        content: Any bytes.

    Returns:
        What was found; a file that is no picture, or does not open, is a finding too.
    """
    try:
        picture = _opened(content)
        seen = _upright(picture)
    except PictureError as refused:
        return Finding(refused.state)
    facts = tuple(_facts(picture))[:MOST_FACTS]
    exif = picture.getexif()
    return Finding(
        State.SEEN,
        kind=KINDS[picture.format or ""],
        width=seen.width,
        height=seen.height,
        camera=_camera(exif),
        taken_at=_taken_at(exif),
        place=_place(exif.get_ifd(ExifTags.IFD.GPSInfo)),
        facts=facts,
    )


def working_copy(content: bytes) -> bytes:
    """Make a copy to look at: a JPEG of the pixels alone, at most 2048 on a side.

    Raises:
        PictureError: It is no picture that is opened here.
    """
    seen = _upright(_opened(content))
    seen.thumbnail((COPY_SIDE_PIXELS, COPY_SIDE_PIXELS))
    return _written(seen)


def redacted(content: bytes, areas: Sequence[Area]) -> bytes:
    """Make a copy with areas painted over: a JPEG of the pixels alone.

    Args:
        content: The original.
        areas: Of the picture as it is seen, upright.

    Raises:
        PictureError: It is no picture that is opened here.
    """
    seen = _upright(_opened(content))
    brush = ImageDraw.Draw(seen)
    for area in areas:
        left, top, right, bottom = area.pixels(seen.width, seen.height)
        brush.rectangle(
            (
                left - GROWN_PIXELS,
                top - GROWN_PIXELS,
                right + GROWN_PIXELS,
                bottom + GROWN_PIXELS,
            ),
            fill=COVER,
        )
    return _written(seen)


def _opened(content: bytes) -> Image.Image:
    try:
        return Image.open(BytesIO(content), formats=FORMATS)
    except UnidentifiedImageError as error:
        raise PictureError(State.NOT_A_PICTURE) from error
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise PictureError(State.TOO_LARGE) from error
    except Exception as error:
        # The library raises what its parsers happen to meet: struct.error, KeyError, and so on.
        raise PictureError(State.UNREADABLE) from error


def _upright(picture: Image.Image) -> Image.Image:
    """Unpack the first frame, turned as it is seen, upon white, without anything else."""
    try:
        turned = ImageOps.exif_transpose(picture).convert("RGBA")
        paper = Image.new("RGBA", turned.size, PAPER)
        seen = Image.alpha_composite(paper, turned).convert("RGB")
        return Image.frombytes("RGB", seen.size, seen.tobytes())
    except (Image.DecompressionBombWarning, Image.DecompressionBombError, MemoryError) as error:
        raise PictureError(State.TOO_LARGE) from error
    except Exception as error:
        raise PictureError(State.UNREADABLE) from error


def _written(seen: Image.Image) -> bytes:
    out = BytesIO()
    seen.save(out, "JPEG", quality=QUALITY, subsampling=0)
    return out.getvalue()


def _facts(picture: Image.Image) -> Iterator[Fact]:
    """List everything that is noted, group by group."""
    exif = picture.getexif()
    yield from _named("EXIF", dict(exif), ExifTags.TAGS)
    yield from _named("EXIF", exif.get_ifd(ExifTags.IFD.Exif), ExifTags.TAGS)
    yield from _named("GPS", exif.get_ifd(ExifTags.IFD.GPSInfo), ExifTags.GPSTAGS)
    small = exif.get_ifd(ExifTags.IFD.IFD1)
    if small:
        yield Fact("EXIF", "Thumbnail", "a small copy lies inside")
    for name, value in sorted(picture.info.items(), key=lambda item: str(item[0])):
        if name != "exif":
            yield Fact("file", clean(name), _said(value))


def _named(group: str, held: Mapping[int, object], names: Mapping[int, str]) -> Iterator[Fact]:
    for tag, value in held.items():
        if tag not in (ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo):
            yield Fact(group, names.get(tag, f"tag {tag}"), _said(value))


def _said(value: object) -> str:
    if isinstance(value, bytes):
        text = value.removeprefix(b"ASCII\0\0\0").strip(b"\0 ")
        return clean(text.decode()) if text.isascii() else f"{len(value)} bytes"
    if isinstance(value, tuple):
        return clean(", ".join(_said(one) for one in value[:MOST_FACTS]))
    return clean(value).strip()


def _camera(exif: Image.Exif) -> str:
    maker, model = (_said(exif.get(tag, "")) for tag in (ExifTags.Base.Make, ExifTags.Base.Model))
    return model if model.startswith(maker) else f"{maker} {model}".strip()


def _taken_at(exif: Image.Exif) -> str:
    """Give the time as the camera's clock showed it: `2026-11-20 14:03:22 +03:00`."""
    noted = exif.get_ifd(ExifTags.IFD.Exif)
    at = _said(noted.get(ExifTags.Base.DateTimeOriginal, ""))
    day, _, clock = at.partition(" ")
    offset = _said(noted.get(ExifTags.Base.OffsetTimeOriginal, ""))
    return " ".join(part for part in (day.replace(":", "-"), clock, offset) if part)


def _place(gps: Mapping[int, object]) -> tuple[float, float] | None:
    try:
        north = _degrees(gps[ExifTags.GPS.GPSLatitude], gps[ExifTags.GPS.GPSLatitudeRef], "S")
        east = _degrees(gps[ExifTags.GPS.GPSLongitude], gps[ExifTags.GPS.GPSLongitudeRef], "W")
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    return (north, east) if abs(north) <= 90 and abs(east) <= 180 else None  # noqa: PLR2004


def _degrees(value: object, side: object, negative: str) -> float:
    if not isinstance(value, tuple):
        raise TypeError("degrees are three numbers")
    degrees, minutes, seconds = (float(one) for one in value)
    whole = degrees + minutes / 60 + seconds / 3600
    return round(-whole if side == negative else whole, 6)
