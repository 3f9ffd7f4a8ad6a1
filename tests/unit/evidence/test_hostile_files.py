"""Files that were made to act, each shown to be served so that it cannot."""

import zlib
from io import BytesIO

import pytest
from PIL import Image

from schemas.errors import InvalidReportError
from schemas.wire.report import decode_report, encode_report
from server.desk.accounts.roles import Role
from tests.support.desk import DeskRoom, a_report, an_attachment, make_desk
from tests.support.desk_browser import somebody
from tests.unit.evidence.pictures import noise, noted, receive, written

SCRIPT = b"<script>alert(document.cookie)</script>"
PICTURE = written(noise(32))


def _png_with(kind: bytes, content: bytes) -> bytes:
    """A picture with a chunk of somebody's own behind its head."""
    png = written(noise(32), "PNG")
    head = png[:33]
    chunk = len(content).to_bytes(4, "big") + kind + content
    return head + chunk + zlib.crc32(kind + content).to_bytes(4, "big") + png[33:]


def _bomb() -> bytes:
    out = BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG")
    return out.getvalue()


def _noted_script() -> bytes:
    exif = noted()
    exif[0x010E] = SCRIPT.decode()
    return written(noise(32), exif=exif)


HOSTILE: dict[str, tuple[bytes, str, str]] = {
    "a page": (b"<!doctype html>" + SCRIPT, "a.html", "text/html"),
    "a page that calls itself a picture": (b"<html>" + SCRIPT, "a.jpg", "image/jpeg"),
    "a drawing": (b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT, "a.svg", "image/svg+xml"),
    "a drawing with a head of its own": (b'<?xml version="1.0"?><svg/>', "a.png", "image/png"),
    "a document": (b"%PDF-1.7\n/OpenAction << /S /JavaScript >>", "a.pdf", "application/pdf"),
    "a script": (SCRIPT, "a.js", "text/javascript"),
    "a picture and a page": (PICTURE + b"<html>" + SCRIPT, "a.html", "text/html"),
    "a picture whose notes are a page": (_noted_script(), "a.jpg", "image/jpeg"),
    "a picture with a page inside": (_png_with(b"tEXt", b"x\0" + SCRIPT), "a.png", "image/png"),
    "a moving picture that is a script": (b"GIF89a=1;alert(1)//" + SCRIPT, "a.gif", "image/gif"),
    "a picture and an archive": (PICTURE + b"PK\x03\x04" + bytes(40), "a.zip", "application/zip"),
    "a bomb": (_bomb(), "a.png", "image/png"),
    "notes that are a bomb": (
        _png_with(b"zTXt", b"x\0\0" + zlib.compress(bytes(50_000_000))),
        "a.png",
        "image/png",
    ),
    "a name that is a script": (PICTURE, "\"><img src=x onerror='alert(1)'>.jpg", "image/jpeg"),
    "a name that runs backwards": (PICTURE, "\u202egpj.exe", "image/jpeg"),
    "a name with a header": (PICTURE, "a.jpg; Set-Cookie: x=1", "image/jpeg"),
}


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> DeskRoom:
    """One desk for all of them."""
    return make_desk(tmp_path_factory.mktemp("hostile"))


@pytest.mark.parametrize("how", HOSTILE)
def test_a_hostile_file_is_served_so_that_it_cannot_act(room: DeskRoom, how: str) -> None:
    content, name, mime = HOSTILE[how]
    file_id = receive(room, content, name, mime)
    browser = somebody(room, Role.MONITOR, f"Noor {len(how)} {file_id[:6]}")
    for path in ("", "/save", "/copy"):
        answer = browser.get(f"/evidence/{file_id}{path}")
        if path == "/copy" and answer.status_code == 404:
            continue
        headers = answer.headers
        assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Set-Cookie" not in headers
        shown = answer.mimetype in {"image/jpeg", "image/png", "image/gif", "image/webp"}
        assert shown or headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
        assert shown or answer.mimetype == "application/octet-stream"
        if path == "/copy":
            assert b"script" not in answer.get_data()
    page = browser.get(f"/evidence/{file_id}/page")
    assert page.status_code == 200
    for words in (SCRIPT.decode(), "<img src=x", "/OpenAction", "<script>"):
        assert words not in page.text
    assert "\u202e" not in page.text or how == "a name that runs backwards"


@pytest.mark.parametrize(
    ("name", "mime"),
    [
        ("../../../../etc/passwd", "image/jpeg"),
        ("..\\..\\x.exe", "image/jpeg"),
        ("a.jpg\r\nSet-Cookie: x=1", "image/jpeg"),
        ("a\0.jpg", "image/jpeg"),
        ("\x1b[2J.jpg", "image/jpeg"),
        ("a.jpg", "text/html;<script>"),
    ],
)
def test_a_name_with_a_path_or_a_line_end_does_not_come_in(name: str, mime: str) -> None:
    manifest, _ = an_attachment(PICTURE, name, mime)
    with pytest.raises(InvalidReportError):
        decode_report(encode_report(a_report(attachments=(manifest,))))
