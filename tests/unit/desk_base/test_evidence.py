"""Files reporters sent: given out whole, to those who may, and never able to act."""

from dataclasses import replace

import pytest

from schemas.constants import THUMBNAIL_CLASS_BYTES
from server.desk.accounts.roles import Role
from server.desk.audit.store import latest
from server.desk.evidence.kinds import image_kind
from server.desk.intake.store import reports_page
from server.desk.keys.errors import SealedColumnError
from server.desk.keys.keyring import Keyring, keyring
from server.desk.keys.sealed_files import PIECE_BYTES, path_of, read_sealed, write_sealed
from tests.support.desk import DeskRoom, a_report, an_attachment
from tests.support.desk_browser import somebody

JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 700
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def _receive(room: DeskRoom, content: bytes, name: str, mime: str) -> str:
    """Let a file come in; give its id."""
    manifest, chunks = an_attachment(content, name, mime)
    room.relay.put([room.seal(a_report(attachments=(manifest,))).blob, *chunks])
    room.pull()
    with room.work() as session:
        return reports_page(session, keyring(), limit=1)[0].attachments[0].id


def test_an_image_is_shown_under_a_policy_that_allows_it_nothing(room: DeskRoom) -> None:
    file_id = _receive(room, JPEG, "gate.jpg", "image/jpeg")
    response = somebody(room, Role.READER).get(f"/evidence/{file_id}")
    assert response.get_data() == JPEG
    assert response.mimetype == "image/jpeg"
    assert response.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("content", "name", "mime"),
    [
        (SVG, "picture.svg", "image/svg+xml"),
        (b"<html><script>alert(1)</script>", "a.html", "text/html"),
        (b"<html><script>alert(1)</script>", "a.jpg", "image/jpeg"),
        (b"%PDF-1.7 with a script", "a.pdf", "application/pdf"),
    ],
)
def test_what_could_act_is_saved_and_never_shown(
    room: DeskRoom, content: bytes, name: str, mime: str
) -> None:
    file_id = _receive(room, content, name, mime)
    response = somebody(room, Role.READER).get(f"/evidence/{file_id}")
    assert response.get_data() == content
    assert response.mimetype == "application/octet-stream"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["Content-Security-Policy"].startswith("sandbox")


def test_a_name_in_any_script_survives_the_saving(room: DeskRoom) -> None:
    file_id = _receive(room, JPEG, 'بوابة "القرية"; x.jpg', "image/jpeg")
    response = somebody(room, Role.READER).get(f"/evidence/{file_id}/save")
    header = response.headers["Content-Disposition"]
    assert header.startswith("attachment; filename*=UTF-8''%D8%A8")
    assert header.count(";") == 1


def test_every_access_is_an_entry_of_the_report(room: DeskRoom) -> None:
    file_id = _receive(room, JPEG, "gate.jpg", "image/jpeg")
    browser = somebody(room, Role.READER)
    browser.get(f"/evidence/{file_id}")
    browser.get(f"/evidence/{file_id}/save")
    with room.work() as session:
        (view,) = reports_page(session, keyring(), limit=1)
        acts = [
            one
            for one in latest(session, limit=50, subject=view.report_id)
            if one.act == "attachment.read"
        ]
    assert len(acts) == 2
    assert all(act.detail == {"attachment": file_id} for act in acts)
    assert all(act.actor.startswith("person:") for act in acts)


def test_an_administrator_gets_no_file(room: DeskRoom) -> None:
    file_id = _receive(room, JPEG, "gate.jpg", "image/jpeg")
    assert somebody(room, Role.ADMIN).get(f"/evidence/{file_id}").status_code == 403


def test_a_file_that_is_not_whole_is_not_there(room: DeskRoom) -> None:
    manifest, chunks = an_attachment(JPEG)
    room.relay.put([room.seal(a_report(attachments=(manifest,))).blob, *chunks[:-1]])
    room.pull()
    with room.work() as session:
        file_id = reports_page(session, keyring(), limit=1)[0].attachments[0].id
    browser = somebody(room, Role.READER)
    assert browser.get(f"/evidence/{file_id}").status_code == 404
    assert browser.get("/evidence/" + "0" * 32).status_code == 404
    assert browser.get("/evidence/..%2f..%2fdesk.db").status_code == 404


def test_a_thumbnail_stands_for_its_picture_until_that_is_whole(room: DeskRoom) -> None:
    picture, chunks = an_attachment(JPEG, "gate.jpg", "image/jpeg")
    small, pieces = an_attachment(JPEG[:7000], class_bytes=THUMBNAIL_CLASS_BYTES)
    manifests = (picture, replace(small, thumbnail_of=0))
    room.relay.put([room.seal(a_report(attachments=manifests)).blob, *pieces])
    room.pull()
    with room.work() as session:
        (view,) = reports_page(session, keyring(), limit=1)
    (file,) = view.attachments
    assert file.thumbnail is not None
    assert (file.complete, file.thumbnail.complete) == (False, True)
    browser = somebody(room, Role.READER)
    shown = browser.get(f"/evidence/{file.thumbnail.id}")
    assert shown.get_data() == JPEG[:7000]
    page = browser.get(f"/reports/{view.report_id}").text
    assert f"/evidence/{file.thumbnail.id}" in page

    room.relay.put(chunks)
    room.pull()
    page = browser.get(f"/reports/{view.report_id}").text
    assert f"/evidence/{file.id}" in page
    assert f"/evidence/{file.thumbnail.id}" not in page


def test_a_locked_desk_gives_no_file(room: DeskRoom) -> None:
    file_id = _receive(room, JPEG, "gate.jpg", "image/jpeg")
    browser = somebody(room, Role.READER)
    room.ring.lock()
    assert browser.get(f"/evidence/{file_id}").status_code == 423


def test_files_on_disk_are_written_once(room: DeskRoom) -> None:
    file_id = _receive(room, JPEG, "gate.jpg", "image/jpeg")
    path = path_of(room.config.evidence_path, file_id)
    assert path.stat().st_mode & 0o777 == 0o400
    assert JPEG[:32] not in path.read_bytes()


@pytest.mark.parametrize("size", [0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 200_000])
def test_sealed_files_of_any_length_come_back(room: DeskRoom, size: int) -> None:
    ring = Keyring()
    ring.unlock(bytes(32))
    folder = room.config.evidence_path
    content = bytes(index % 251 for index in range(size))
    write_sealed(ring, folder, "ab" * 16, iter([content]))
    assert b"".join(read_sealed(ring, folder, "ab" * 16)) == content


@pytest.mark.parametrize("spoil", ["cut", "piece dropped", "changed", "renamed"])
def test_a_changed_sealed_file_does_not_open(room: DeskRoom, spoil: str) -> None:
    ring = Keyring()
    ring.unlock(bytes(32))
    folder, file_id = room.config.evidence_path, "ab" * 16
    write_sealed(ring, folder, file_id, iter([bytes(PIECE_BYTES * 2 + 5)]))
    path = path_of(folder, file_id)
    content = path.read_bytes()
    head_bytes = 8 + int.from_bytes(content[4:8], "big")
    second = head_bytes + 4 + int.from_bytes(content[head_bytes : head_bytes + 4], "big")
    spoiled = {
        "cut": content[:-3],
        "piece dropped": content[:head_bytes] + content[second:],
        "changed": content[:100] + bytes([content[100] ^ 1]) + content[101:],
        "renamed": content,
    }[spoil]
    if spoil == "renamed":
        file_id = "cd" * 16
        path = path_of(folder, file_id)
        path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.write_bytes(spoiled)
    with pytest.raises(SealedColumnError):
        list(read_sealed(ring, folder, file_id))


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\xff\xd8\xff\xdb", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n\x00", "image/png"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", None),
        (SVG[:16], None),
        (b"", None),
    ],
)
def test_a_kind_is_judged_by_its_bytes(head: bytes, kind: str | None) -> None:
    assert image_kind(head) == kind
