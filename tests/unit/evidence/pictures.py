"""Pictures that tests send, and the way they take to the desk."""

from io import BytesIO

from PIL import ExifTags, Image

from server.desk.intake.store import reports_page
from server.desk.keys.keyring import keyring
from tests.support.desk import DeskRoom, a_report, an_attachment

SIDE = 320
CANARY = "canary-lens"


def noise(side: int = SIDE, seed: int = 1) -> Image.Image:
    """A picture of which no two pixels are alike; the same seed gives the same."""
    state, values = seed, bytearray()
    for _ in range(side * side * 3):
        state = (state * 1_103_515_245 + 12_345) % 2**31
        values.append(state >> 16 & 0xFF)
    return Image.frombytes("RGB", (side, side), bytes(values))


def noted() -> Image.Exif:
    """What a camera notes: itself, a time, a place, a small copy's canary."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Acme"
    exif[ExifTags.Base.Model] = CANARY
    taken = exif.get_ifd(ExifTags.IFD.Exif)
    taken[ExifTags.Base.DateTimeOriginal] = "2026:11:20 14:03:22"
    taken[ExifTags.Base.OffsetTimeOriginal] = "+03:00"
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef] = "S"
    place[ExifTags.GPS.GPSLatitude] = (1.0, 30.0, 0.0)
    place[ExifTags.GPS.GPSLongitudeRef] = "E"
    place[ExifTags.GPS.GPSLongitude] = (36.0, 15.0, 0.0)
    return exif


def written(picture: Image.Image, kind: str = "JPEG", exif: Image.Exif | None = None) -> bytes:
    """Write a picture as a file."""
    out = BytesIO()
    if exif is None:
        picture.save(out, kind)
    else:
        picture.save(out, kind, exif=exif)
    return out.getvalue()


def receive(
    room: DeskRoom, content: bytes, name: str = "gate.jpg", mime: str = "image/jpeg"
) -> str:
    """Let a report with one file come in; give the file's id."""
    manifest, chunks = an_attachment(content, name, mime)
    room.relay.put([room.seal(a_report(attachments=(manifest,))).blob, *chunks])
    room.pull()
    with room.work() as session:
        return reports_page(session, keyring(), limit=1)[0].attachments[0].id
