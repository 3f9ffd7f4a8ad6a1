"""What cannot be opened is put aside with its bytes and its own kind, and stops nobody."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from schemas.constants import SLOT_BYTES
from schemas.domain.ids import DeskId
from schemas.domain.report import Report
from schemas.envelope import primitives
from schemas.envelope.entropy import random_bytes
from schemas.envelope.keys import new_identity, new_signing_key, week_of
from schemas.envelope.padding import deflate, pad
from schemas.envelope.sealing import body_keys, commitment, seal
from schemas.errors import InvalidReportError
from schemas.wire.report import decode_report, encode_report
from server.desk.accounts.roles import Role
from server.desk.db import start_writing
from server.desk.intake import opening
from server.desk.intake.blobs import Arrival, take
from server.desk.intake.quarantine import blob_bytes, quarantined
from server.desk.intake.store import count_reports
from tests.support.desk import DeskRoom, a_report, an_attachment
from tests.support.desk_browser import somebody

COMMIT_AT = 2 * SLOT_BYTES


def _inner(
    room: DeskRoom, inner: bytes, *, spoil_commit: bool = False, padded: bool = True
) -> bytes:
    """Seal any inner bytes to the desk: what a hostile sender can do."""
    directory = room.directory()
    recipient = directory.recipient_for(week_of(room.clock.now()))
    cek = random_bytes(32)
    other = new_identity(None).public
    slots = primitives.seal_to(recipient.key, cek, random_bytes)
    slots += primitives.seal_to(other, cek, random_bytes)
    commit = commitment(random_bytes(32) if spoil_commit else cek)
    key, nonce = body_keys(cek)
    room_bytes = 1024 - len(slots) - len(commit) - 16
    body = pad(inner, room_bytes) if padded else bytes(room_bytes)
    ad = directory.desk_id + slots + commit
    return slots + commit + primitives.aead_seal(key, nonce, ad, body)


def _changed(blob: bytes) -> bytes:
    return blob[:-1] + bytes([blob[-1] ^ 1])


def _for_another_desk(room: DeskRoom) -> bytes:
    recipient = room.directory().recipient_for(week_of(room.clock.now()))
    plain = encode_report(a_report())
    return seal(plain, recipient=recipient, desk_id=DeskId(bytes(16))).blob


def _to_nobody(room: DeskRoom) -> bytes:
    del room
    record = replace(new_identity(1).record(), week=1)
    return seal(encode_report(a_report()), recipient=record, desk_id=DeskId(bytes(16))).blob


def _forged_author(room: DeskRoom) -> bytes:
    author = new_signing_key()
    inner = b"\x01\x01" + author.public + random_bytes(64) + deflate(encode_report(a_report()))
    return _inner(room, inner)


HOSTILE: dict[str, Callable[[DeskRoom], bytes]] = {
    "not-for-us": _to_nobody,
    "bad-commit": lambda room: _inner(room, b"\x01\x00", spoil_commit=True),
    "bad-body": lambda room: _changed(room.seal(a_report()).blob),
    "bad-padding": lambda room: _inner(room, b"", padded=False),
    "bad-version": lambda room: _inner(room, b"\x02\x00" + deflate(b"{}")),
    "bad-deflate": lambda room: _inner(room, b"\x01\x00" + b"\xff\xff\xff"),
    "bad-author": _forged_author,
    "bad-report": lambda room: _inner(room, b"\x01\x00" + deflate(b'{"v":1}')),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_each_kind_of_refusal_is_kept_under_its_name(room: DeskRoom, kind: str) -> None:
    blob = HOSTILE[kind](room)
    good = room.seal(a_report("I am fine."))
    room.relay.put([blob, good.blob])
    assert room.pull().counts() == {"pulled": 2, "opened": 1, "quarantined": 1, "duplicates": 0}
    with room.work() as session:
        (kept,) = quarantined(session, limit=5)
        assert kept.kind == kind
        assert blob_bytes(session, kept.blob_id, "command") == blob


def test_a_report_sealed_for_another_desk_does_not_open_here(room: DeskRoom) -> None:
    room.relay.put([_for_another_desk(room)])
    room.pull()
    with room.work() as session:
        assert [one.kind for one in quarantined(session, limit=5)] == ["bad-body"]


def test_lengths_that_no_phone_sends_are_put_aside(room: DeskRoom) -> None:
    with room.work() as session:
        start_writing(session)
        take(session, [Arrival(b"x" * 1000, 1), Arrival(b"", 1), Arrival(bytes(40_000), 1)], 1)
        session.commit()
    room.pull()
    with room.work() as session:
        assert [one.kind for one in quarantined(session, limit=5)] == ["bad-size"] * 3


def test_a_chunk_that_nobody_asks_for_is_put_aside_after_two_weeks(room: DeskRoom) -> None:
    _, chunks = an_attachment(b"never spoken of" * 40)
    room.relay.put(chunks)
    room.pull()
    room.clock.advance(timedelta(days=13))
    assert room.pull().quarantined == 0
    room.clock.advance(timedelta(days=2))
    assert room.pull().quarantined == len(chunks)
    with room.work() as session:
        assert {one.kind for one in quarantined(session, limit=50)} == {"unclaimed-chunk"}


def test_a_file_that_is_not_what_its_sender_hashed_is_damaged(room: DeskRoom) -> None:
    manifest, chunks = an_attachment(b"some bytes" * 100, sha256_of=b"other bytes")
    room.relay.put([room.seal(a_report(attachments=(manifest,))).blob, *chunks])
    room.pull()
    with room.work() as session:
        assert {one.kind for one in quarantined(session, limit=5)} == {"bad-attachment"}
        assert count_reports(session) == 1
    assert not [path for path in room.config.evidence_path.rglob("*") if path.is_file()]


def test_a_second_blob_for_a_chunk_that_is_here_is_put_aside(room: DeskRoom) -> None:
    manifest, chunks = an_attachment(b"a" * 40_000)
    forged = chunks[0][:-1] + bytes([chunks[0][-1] ^ 1])
    room.relay.put([room.seal(a_report(attachments=(manifest,))).blob, *chunks])
    room.pull()
    room.relay.put([forged])
    room.pull()
    with room.work() as session:
        assert [one.kind for one in quarantined(session, limit=5)] == ["chunk-again"]


def test_an_error_nobody_foresaw_stops_only_its_own_blob(
    room: DeskRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    poisoned, good = room.seal(a_report("Poisoned.")), room.seal(a_report("Good."))

    def decode(plain: bytes) -> Report:
        if b"Poisoned" in plain:
            raise RecursionError
        return decode_report(plain)

    monkeypatch.setattr(opening, "decode_report", decode)
    room.relay.put([poisoned.blob, good.blob])
    assert room.pull().counts()["opened"] == 1
    with room.work() as session:
        assert [one.kind for one in quarantined(session, limit=5)] == ["unreadable"]


def test_the_quarantine_page_shows_saves_and_tries_again(room: DeskRoom) -> None:
    browser = somebody(room, Role.MONITOR)
    blob = HOSTILE["bad-report"](room)
    room.relay.put([blob])
    room.pull()
    page = browser.get("/quarantine").get_data(as_text=True)
    assert "bad-report" in page
    blob_id = page.split("/quarantine/")[1].split("/")[0]
    saved = browser.get(f"/quarantine/{blob_id}/bytes")
    assert saved.get_data() == blob
    assert saved.headers["Content-Disposition"].startswith("attachment")
    browser.post(f"/quarantine/{blob_id}/retry", {}, page="/quarantine")
    with room.work() as session:
        (kept,) = quarantined(session, limit=5)
        assert kept.tries == 2


def test_a_blob_that_opens_at_another_try_leaves_the_quarantine(
    room: DeskRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = somebody(room, Role.MONITOR)
    room.relay.put([room.seal(a_report("A later version can read this.")).blob])
    with monkeypatch.context() as older:
        older.setattr(opening, "decode_report", _cannot)
        room.pull()
    page = browser.get("/quarantine").get_data(as_text=True)
    blob_id = page.split("/quarantine/")[1].split("/")[0]
    browser.post(f"/quarantine/{blob_id}/retry", {}, page="/quarantine")
    with room.work() as session:
        assert quarantined(session, limit=5) == []
        assert count_reports(session) == 1


def _cannot(_plain: bytes) -> Report:
    raise InvalidReportError


def test_the_bytes_of_a_good_report_are_not_given_out_as_quarantine(room: DeskRoom) -> None:
    browser = somebody(room, Role.MONITOR)
    room.relay.put([room.seal(a_report()).blob])
    room.pull()
    assert browser.get("/quarantine/1/bytes").status_code == 404
    assert browser.post("/quarantine/1/retry", {}, page="/quarantine").status_code == 404
