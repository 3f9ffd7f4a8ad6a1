"""Pictures of strangers are opened apart, and a copy holds nothing but the pixels that are seen."""

import json
import subprocess
from io import BytesIO

import pytest
from PIL import ExifTags, Image, ImageDraw

from server.desk.evidence import apart, exchange_with_pictures, picture_process
from server.desk.evidence.areas import WHOLE, Area, NoAreaError, read_areas
from server.desk.evidence.errors import PictureRefusedError
from server.desk.evidence.finding import Finding, State, decode, encode
from server.desk.evidence.pictures import GROWN_PIXELS, KINDS
from tests.unit.evidence.pictures import CANARY, SIDE, noise, noted, written

QUARTER = Area(2500, 2500, 2500, 2500)
LEFT = SIDE // 4


def test_what_a_camera_noted_is_found() -> None:
    found = apart.look(written(noise(), exif=noted()))
    assert found.state is State.SEEN
    assert (found.kind, found.width, found.height) == ("image/jpeg", SIDE, SIDE)
    assert found.camera == f"Acme {CANARY}"
    assert found.taken_at == "2026-11-20 14:03:22 +03:00"
    assert found.place == (-1.5, 36.25)
    assert ("EXIF", "Model", CANARY) in [(one.group, one.name, one.value) for one in found.facts]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_every_kind_that_is_shown_is_looked_into_and_copied(kind: str) -> None:
    content = written(noise(64), kind)
    assert apart.look(content).kind == KINDS[kind]
    assert Image.open(BytesIO(apart.working_copy(content))).size == (64, 64)


def _with_a_face(face: int, kind: str) -> bytes:
    """A picture that is the same but for what stands in its second quarter."""
    picture = noise()
    picture.paste(noise(LEFT, face), (LEFT, LEFT))
    return written(picture, kind, noted() if kind == "JPEG" else None)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_covered_picture_does_not_depend_on_what_was_covered(kind: str) -> None:
    one, other = _with_a_face(7, kind), _with_a_face(8, kind)
    assert one != other
    assert apart.redacted(one, [QUARTER]) == apart.redacted(other, [QUARTER])


def test_a_covered_picture_holds_neither_the_pixels_nor_the_notes_nor_a_small_copy() -> None:
    picture = noise()
    ImageDraw.Draw(picture).rectangle((LEFT, LEFT, 2 * LEFT, 2 * LEFT), fill=(255, 0, 255))
    content = written(picture, exif=noted()) + CANARY.encode()
    made = apart.redacted(content, [QUARTER])
    copy = Image.open(BytesIO(made))
    assert dict(copy.getexif()) == {}
    assert set(copy.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert made.count(b"\xff\xd8\xff") == 1
    for needle in (CANARY.encode(), b"Exif", b"http", b"Acme"):
        assert needle not in made
    covered = copy.crop((LEFT, LEFT, 2 * LEFT, 2 * LEFT))
    assert max(high for _low, high in covered.getextrema()) <= 3  # type: ignore[misc]


def test_a_covered_picture_is_what_it_was_elsewhere() -> None:
    made = Image.open(BytesIO(apart.redacted(written(noise(), "PNG"), [QUARTER])))
    assert made.size == (SIDE, SIDE)
    before, after = noise().getpixel((10, 10)), made.getpixel((10, 10))
    assert isinstance(before, tuple)
    assert isinstance(after, tuple)
    assert all(abs(one - other) < 40 for one, other in zip(before, after, strict=True))


def test_an_area_lies_where_it_was_seen_though_the_camera_was_held_sideways() -> None:
    picture = Image.new("RGB", (400, 200), (255, 255, 255))
    ImageDraw.Draw(picture).rectangle((0, 150, 49, 199), fill=(255, 0, 0))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    # Turned upright, the lower left corner of the sensor is the upper left corner of what is seen.
    made = Image.open(
        BytesIO(apart.redacted(written(picture, exif=exif), [Area(0, 0, 2500, 1250)]))
    )
    assert made.size == (200, 400)
    raw = made.tobytes()
    assert not [at for at in range(0, len(raw), 3) if raw[at] > 128 > raw[at + 1]]


def test_what_a_program_hid_behind_transparency_is_in_no_copy() -> None:
    picture = Image.new("RGBA", (64, 64), (255, 0, 0, 0))
    made = Image.open(BytesIO(apart.working_copy(written(picture, "PNG"))))
    assert made.getpixel((5, 5)) == (255, 255, 255)


def test_an_area_covers_a_little_more_than_it_was_drawn() -> None:
    made = Image.open(
        BytesIO(apart.redacted(written(Image.new("RGB", (SIDE, SIDE), "white")), [QUARTER]))
    )
    assert made.getpixel((LEFT - GROWN_PIXELS + 1, LEFT)) == (0, 0, 0)


@pytest.mark.parametrize(
    ("content", "state"),
    [
        (b"", State.NOT_A_PICTURE),
        (b"%PDF-1.7 with a script", State.NOT_A_PICTURE),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", State.NOT_A_PICTURE),
        (b"II*\0" + bytes(200), State.NOT_A_PICTURE),
        (written(noise(64))[:900], State.UNREADABLE),
        (written(Image.new("L", (9000, 8000)), "PNG"), State.TOO_LARGE),
        (written(Image.new("1", (16_000, 15_000)), "PNG"), State.TOO_LARGE),
    ],
    ids=["empty", "pdf", "svg", "tiff", "cut", "large", "bomb"],
)
def test_what_is_no_picture_or_too_large_is_refused_and_named(content: bytes, state: State) -> None:
    assert apart.look(content).state is state
    with pytest.raises(PictureRefusedError) as refused:
        apart.working_copy(content)
    assert refused.value.state is state
    with pytest.raises(PictureRefusedError) as refused:
        apart.redacted(content, [QUARTER])
    assert refused.value.state is state


def test_the_process_that_opens_pictures_can_open_no_file_and_no_connection() -> None:
    script = (
        "import socket, sys\n"
        "from server.desk.evidence import pictures, picture_process as process\n"
        "pictures.prepare(); process._shut()\n"
        "for opening in (lambda: open('/dev/null'), socket.socket):\n"
        "    try: opening()\n"
        "    except OSError as error: print(error.errno)\n"
    )
    ended = subprocess.run(
        [*apart.COMMAND[:1], "-c", script], capture_output=True, env={}, check=True
    )
    assert ended.stdout.split() == [b"24", b"24"]


def test_a_process_that_breaks_off_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "COMMAND", (*apart.COMMAND[:1], "-c", "raise SystemExit(9)"))
    assert apart.look(b"x").state is State.FAILED
    with pytest.raises(PictureRefusedError):
        apart.working_copy(b"x")


def _finding(**changes: object) -> bytes:
    return json.dumps(json.loads(encode(Finding(State.SEEN))) | changes).encode()


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[]",
        b"{}",
        b"[" * 100_000,
        _finding(state="invented"),
        _finding(width=-1),
        _finding(height=70_000),
        _finding(height="8"),
        _finding(place=[91, 0]),
        _finding(place=[0]),
        _finding(place="here"),
        _finding(likeness="zz"),
        _finding(facts=[{"group": "EXIF"}]),
        _finding(facts=7),
    ],
)
def test_an_answer_of_another_shape_is_no_finding(line: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        decode(line)


def test_an_answer_is_cut_and_cleaned() -> None:
    long = {"group": "EXIF", "name": "n" * 500, "value": "a\u202eb\x1b[31m\0" + "v" * 5000}
    found = decode(_finding(facts=[long] * 500, camera="\u2066x"))
    assert len(found.facts) == 120
    assert all(len(one.value) <= 301 and len(one.name) <= 61 for one in found.facts)
    assert not set("\u202e\x1b\0\u2066") & set(found.facts[0].value + found.camera)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1 2 3",
        "0 0 0 10",
        "0 0 10001 1",
        "9000 0 1001 1",
        "-1 0 5 5",
        "1 2 3 4\nx",
        "1 1 1 1\n" * 201,
    ],
)
def test_what_is_no_list_of_areas_is_refused(text: str) -> None:
    with pytest.raises(NoAreaError):
        read_areas(text)


def test_an_area_cuts_no_pixel_in_half() -> None:
    assert Area(1, 1, 1, 1).pixels(100, 100) == (0, 0, 1, 1)
    assert Area(0, 0, WHOLE, WHOLE).pixels(33, 7) == (0, 0, 33, 7)


def test_the_words_of_the_pipes_are_told_apart() -> None:
    words = (
        exchange_with_pictures.FINDING,
        exchange_with_pictures.COPY,
        exchange_with_pictures.REFUSED,
        exchange_with_pictures.FAILED,
    )
    assert len({word[:3] for word in words}) == len(words)
    assert picture_process.MOST_SECONDS < apart.MOST_WAIT_SECONDS
