"""The page of a file: where it comes from, what is noted in it, who had it, what was made of it."""

import re
from io import BytesIO

import pytest
from PIL import Image

from server.desk.accounts.roles import Role
from server.desk.audit.store import entries_about
from server.desk.backup import write_backup
from server.desk.db import db
from server.desk.evidence.derivatives import Kind, derivatives_of
from server.desk.evidence.findings_store import finding_of
from server.desk.intake.store import reports_page
from server.desk.keys.keyring import keyring
from server.desk.keys.sealed_files import path_of
from tests.support.desk import DeskRoom
from tests.support.desk_browser import somebody
from tests.unit.evidence.pictures import CANARY, noise, noted, receive, written

AREAS = "2500 2500 2500 2500\r\n0 0 500 500"


def _report_id(room: DeskRoom) -> str:
    with room.work() as session:
        return str(reports_page(session, keyring(), limit=1)[0].report_id)


def test_the_report_leads_to_the_page_of_each_whole_file(room: DeskRoom) -> None:
    file_id = receive(room, written(noise(64)))
    page = somebody(room, Role.READER).get(f"/reports/{_report_id(room)}").text
    assert f"/evidence/{file_id}/page" in page


def test_the_page_shows_the_hash_the_way_and_the_notes(room: DeskRoom) -> None:
    content = written(noise(64), exif=noted())
    file_id = receive(room, content)
    page = somebody(room, Role.READER).get(f"/evidence/{file_id}/page").text
    with room.work() as session:
        (view,) = reports_page(session, keyring(), limit=1)
    assert view.attachments[0].sha256 in page
    assert f"Acme {CANARY}" in page
    assert "2026-11-20 14:03:22 +03:00" in page
    assert "-1.50000, 36.25000" in page
    assert "<bdi>first</bdi>" in page, "the relay's name"
    assert view.report_id in page


def test_who_had_the_file_is_read_from_the_audit_log(room: DeskRoom) -> None:
    file_id = receive(room, written(noise(64)))
    browser = somebody(room, Role.MONITOR, "Noor")
    browser.get(f"/evidence/{file_id}")
    browser.get(f"/evidence/{file_id}/copy")
    page = browser.get(f"/evidence/{file_id}/page").text
    custody = page.split('id="custody-heading"')[1]
    for words in ("opened the sealed report", "put the file together", "was given the original"):
        assert words in custody
    for words in ("made a copy", "was given a copy", "looked at this page", "Noor"):
        assert words in custody
    with room.work() as session:
        for _entry, entry_hash in entries_about(session, _report_id(room)):
            assert entry_hash.hex()[:8] in custody


def test_a_file_is_looked_into_once_and_what_was_found_is_sealed(room: DeskRoom) -> None:
    file_id = receive(room, written(noise(64), exif=noted()))
    browser = somebody(room, Role.READER)
    for _ in range(2):
        browser.get(f"/evidence/{file_id}/page")
    with room.work() as session:
        acts = [entry.act for entry, _ in entries_about(session, _report_id(room))]
        found = finding_of(session, keyring(), file_id)
    assert acts.count("attachment.look") == 1
    assert acts.count("file.read") == 2
    assert found is not None
    assert CANARY in found.camera
    for path in room.config.home.rglob("*"):
        assert not path.is_file() or CANARY.encode() not in path.read_bytes()


def test_a_covered_picture_is_linked_to_its_original_with_who_when_and_why(room: DeskRoom) -> None:
    content = written(noise(200), exif=noted())
    file_id = receive(room, content)
    browser = somebody(room, Role.MONITOR, "Noor")
    answer = browser.post(
        f"/evidence/{file_id}/redact",
        {"areas": AREAS, "reason": "A face of a child"},
        page=f"/evidence/{file_id}/page",
    )
    assert answer.status_code == 302
    with room.work() as session:
        report_id = _report_id(room)
        (made,) = derivatives_of(session, keyring(), report_id, file_id)
        (view,) = reports_page(session, keyring(), limit=1)
    assert made.kind is Kind.PICTURE
    assert made.original == view.attachments[0].sha256
    assert (made.reason, made.covered) == ("A face of a child", tuple(AREAS.split("\r\n")))
    assert made.made_by.startswith("person:")
    page = browser.get(f"/evidence/{file_id}/page").text
    assert "A face of a child" in page
    shown = browser.get(f"/evidence/derivatives/{made.id}")
    assert Image.open(BytesIO(shown.get_data())).size == (200, 200)
    assert shown.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    saved = browser.get(f"/evidence/derivatives/{made.id}/save")
    assert saved.headers["Content-Disposition"].endswith(f"redacted-{made.id[:8]}.jpg")
    assert browser.get(f"/evidence/{file_id}").get_data() == content, "the original is untouched"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"areas": "", "reason": "A face"}, "Draw at least one area"),
        ({"areas": "9 9 99999 1", "reason": "A face"}, "Draw at least one area"),
        ({"areas": "0 0 10 10", "reason": " "}, "Say in a few words"),
        ({"areas": "0 0 10 10", "reason": "x" * 501}, "Say in a few words"),
    ],
)
def test_what_cannot_be_covered_is_told_and_what_was_typed_stays(
    room: DeskRoom, fields: dict[str, object], words: str
) -> None:
    file_id = receive(room, written(noise(64)))
    browser = somebody(room, Role.MONITOR)
    answer = browser.post(f"/evidence/{file_id}/redact", fields, page=f"/evidence/{file_id}/page")
    assert answer.status_code == 422
    assert words in answer.text
    assert str(fields["areas"]) in answer.text


def test_a_file_that_is_no_picture_has_a_page_without_one(room: DeskRoom) -> None:
    file_id = receive(room, b"%PDF-1.7 with a script", "a.pdf", "application/pdf")
    browser = somebody(room, Role.MONITOR)
    page = browser.get(f"/evidence/{file_id}/page").text
    assert "Not a picture that this desk opens" in page
    assert "/copy" not in page
    assert browser.get(f"/evidence/{file_id}/copy").status_code == 404


def test_a_reader_covers_nothing_and_an_administrator_sees_nothing(room: DeskRoom) -> None:
    file_id = receive(room, written(noise(64)))
    reader, admin = somebody(room, Role.READER, "Rima"), somebody(room, Role.ADMIN, "Tarek")
    fields: dict[str, object] = {"areas": AREAS, "reason": "x"}
    path = f"/evidence/{file_id}"
    assert reader.post(f"{path}/redact", fields, page="/me").status_code == 403
    assert 'id="redact"' not in reader.get(f"{path}/page").text
    for page in ("/page", "/copy", "/save"):
        assert admin.get(path + page).status_code == 403


def test_ids_that_nothing_has_lead_nowhere(room: DeskRoom) -> None:
    browser = somebody(room, Role.MONITOR)
    for path in ("page", "copy", "save"):
        assert browser.get(f"/evidence/{'0' * 32}/{path}").status_code == 404
    for path in ("", "/save"):
        assert browser.get(f"/evidence/derivatives/{'0' * 32}{path}").status_code == 404


def test_pictures_that_were_made_are_sealed_written_once_and_in_the_backup(room: DeskRoom) -> None:
    file_id = receive(room, written(noise(64)))
    browser = somebody(room, Role.MONITOR)
    copy = browser.get(f"/evidence/{file_id}/copy").get_data()
    with room.work() as session:
        (made,) = derivatives_of(session, keyring(), _report_id(room), file_id)
        counts = write_backup(db.engine, room.config, room.config.home.parent / "backup.tar")
    path = path_of(room.config.evidence_path, made.id)
    assert path.stat().st_mode & 0o777 == 0o400
    assert copy[:64] not in path.read_bytes()
    assert counts["files"] == 2


def test_what_a_camera_noted_cannot_act_on_the_page(room: DeskRoom) -> None:
    exif = noted()
    exif[0x010E] = '"><script>alert(1)</script>'
    exif[0x0131] = "\u202etxt.exe"
    file_id = receive(room, written(noise(64), exif=exif), '"><img src=x onerror=alert(1)>.jpg')
    page = somebody(room, Role.READER).get(f"/evidence/{file_id}/page").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "\u202e" not in page
    assert re.search(r"&lt;script&gt;alert", page)
