"""A stolen desk disk shows no word, place, name, hash, coding or reply of any report.

A report with canaries goes the whole way: pulled, opened, joined, shown, answered, backed up. Then
every file below the desk's home is searched for them, in every form a database may give them, and
the list of files that may be there at all is compared word for word.
"""

import base64
import io
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.domain.report import Place
from schemas.domain.vocabulary import PlacePrecision, ReplyKind
from schemas.envelope.keys import new_signing_key
from server.desk.accounts.roles import Role
from server.desk.backup import write_backup
from server.desk.db import db, start_writing
from server.desk.intake.replies import queue_reply
from server.desk.intake.store import reports_page
from server.desk.keys.keyring import keyring
from server.plumbing import logs
from tests.support.desk import DeskRoom, a_report, an_attachment, make_desk
from tests.support.desk_browser import DeskBrowser, somebody

TEXT = "canary-kestrel over the granary at dusk"
PLACE = "canary-quarry behind the second bend"
AREA = "ZZ-CANARY"
NAME = "canary-ferry-1987.jpg"
REPLY = "canary-reply thank you, stay where you are"
VIEW_NAME = "canary-view of the quarry"
VIEW_WORD = "canary-sought"
CONTENT = b"canary-content " * 3000
LAT_E5, LON_E5 = 4_711_373, -1_234_987

ALLOWED = re.compile(
    r"desk\.db|desk\.db-wal|desk\.db-shm|pull\.key|pull\.lock"
    r"|evidence/[0-9a-f]{2}/[0-9a-f]{32}"
)
"""Every file a desk may leave in its home, and no other."""


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Everything that is logged, at any level."""
    stream = io.StringIO()
    logs.configure(stream, logging.DEBUG)
    yield stream
    logging.getLogger().handlers.clear()


@pytest.fixture
def room(tmp_path: Path) -> Iterator[DeskRoom]:
    """A desk on SQLite, whose files can be searched."""
    desk = make_desk(tmp_path)
    yield desk
    desk.close()


def _needles(room: DeskRoom) -> dict[str, bytes]:
    """Every canary, as it might stand in a file."""
    with room.work() as session:
        (view,) = reports_page(session, keyring(), limit=5)
    sha256 = view.attachments[0].sha256
    plain = {
        "text": TEXT.encode(),
        "place": PLACE.encode(),
        "area": AREA.encode(),
        "file name": NAME.encode(),
        "content": CONTENT[:15],
        "reply": REPLY.encode(),
        "view": VIEW_NAME.encode(),
        "view's word": VIEW_WORD.encode(),
        "coding": b'"7.12"',
        "latitude": str(LAT_E5).encode(),
        "longitude": str(LON_E5).encode(),
        "hash": sha256.encode(),
        "hash bytes": bytes.fromhex(sha256),
        "author": bytes.fromhex(view.author or ""),
        "storage key": keyring_bytes(room),
    }
    encoded = {f"{name} in base64": base64.b64encode(value)[:-4] for name, value in plain.items()}
    wide = {
        f"{name} in UTF-16": value.decode().encode("utf-16-le")
        for name, value in plain.items()
        if value.isascii()
    }
    return plain | encoded | wide


def keyring_bytes(room: DeskRoom) -> bytes:
    """The storage key itself: it may be in no file."""
    with room.work():
        return keyring().storage_key()


def _go_the_whole_way(room: DeskRoom, backup: Path) -> None:
    manifest, chunks = an_attachment(CONTENT, name=NAME)
    place = Place(PLACE, LAT_E5, LON_E5, PlacePrecision.POINT, AREA)
    report = a_report(TEXT, place=place, attachments=(manifest,))
    sealed = room.seal(report, new_signing_key())
    room.relay.put([chunks[0], sealed.blob, *chunks[1:]])
    room.pull()
    browser = somebody(room, Role.LEAD, administers=True)
    with room.work() as session:
        (view,) = reports_page(session, keyring(), limit=5)
        start_writing(session)
        queue_reply(
            session,
            keyring(),
            view.report_id,
            kind=ReplyKind.QUESTION,
            text=REPLY,
            lang="en",
            actor="command",
        )
        session.commit()
    assert browser.get(f"/evidence/{view.attachments[0].id}").get_data() == CONTENT
    for path in ("/", "/queue", "/relays", "/people", "/audit", "/quarantine"):
        browser.get(path)
    _look_for_it(room, browser, view.report_id)
    room.pull()
    with room.work():
        write_backup(db.engine, room.config, backup)


def _look_for_it(room: DeskRoom, browser: DeskBrowser, report_id: str) -> None:
    """Search, keep the search as a view, code and give away, as a shift does."""
    found = browser.get("/queue?q=kestrel%20granary&state=all").text
    assert report_id[:8] in found
    browser.post(f"/queue/views?q={VIEW_WORD}", {"name": VIEW_NAME}, page="/queue")
    assert VIEW_NAME in browser.get("/queue").text
    for act in ({"act": "code", "indicator_id": "7.12"}, {"act": "claim"}):
        browser.post("/queue/acts", {"report_id": report_id, **act}, page="/queue")
    assert "7.12" in browser.get("/queue?state=mine&coded=7.12").text


def test_no_file_of_a_desk_holds_what_a_report_said(
    room: DeskRoom, tmp_path: Path, lines: io.StringIO
) -> None:
    backup = tmp_path / "desk.tar"
    _go_the_whole_way(room, backup)
    needles = _needles(room)
    files = [path for path in room.config.home.rglob("*") if path.is_file()]
    assert any(path.name == "desk.db-wal" for path in files)
    found = {
        (path.name, name)
        for path in [*files, backup]
        for name, needle in needles.items()
        if needle in path.read_bytes()
    }
    assert found == set()
    said = lines.getvalue().encode()
    assert {name for name, needle in needles.items() if needle in said} == set()


def test_a_desk_leaves_no_file_that_is_not_on_the_list(room: DeskRoom, tmp_path: Path) -> None:
    _go_the_whole_way(room, tmp_path / "desk.tar")
    files = [path for path in room.config.home.rglob("*") if path.is_file()]
    names = {path.relative_to(room.config.home).as_posix() for path in files}
    assert {name for name in names if not ALLOWED.fullmatch(name)} == set()
    open_to_others = {name for name in names if (room.config.home / name).stat().st_mode & 0o077}
    assert open_to_others == set()


def test_the_audit_log_tells_who_and_what_and_never_what_was_said(
    room: DeskRoom, tmp_path: Path
) -> None:
    _go_the_whole_way(room, tmp_path / "desk.tar")
    with room.work() as session:
        rows = session.connection().exec_driver_sql(
            "SELECT actor, act, subject, detail FROM audit_entry"
        )
        told = json.dumps([list(map(str, row)) for row in rows])
    for needle in (TEXT, PLACE, AREA, NAME, REPLY, str(LAT_E5)):
        assert needle not in told


def test_errors_and_representations_hide_what_they_hold(room: DeskRoom) -> None:
    manifest, _ = an_attachment(CONTENT, name=NAME)
    sealed = room.seal(a_report(TEXT, attachments=(manifest,)))
    room.relay.put([sealed.blob])
    room.pull()
    with room.work() as session:
        (view,) = reports_page(session, keyring(), limit=5)
        shown = f"{view!r} {view.attachments!r} {keyring()!r} {view.report!r} {manifest!r}"
    for needle in (TEXT, NAME, "kestrel"):
        assert needle not in shown
