"""Pulling: everything comes in once, in any order, and the relay is told to forget it."""

from schemas.domain.vocabulary import Category
from server.desk.intake.store import report_detail, reports_page
from server.desk.keys.keyring import keyring
from tests.support.desk import DeskRoom, a_report, an_attachment


def test_a_report_is_pulled_opened_and_readable(room: DeskRoom) -> None:
    sealed = room.seal(a_report("Three trucks came at night."))
    room.relay.put([sealed.blob])
    tally = room.pull()
    assert tally.counts() == {"pulled": 1, "opened": 1, "quarantined": 0, "duplicates": 0}
    with room.work() as session:
        view = report_detail(session, keyring(), sealed.id.hex())
        assert view.report.text == "Three trucks came at night."
        assert view.report.category is Category.MARKING
        assert view.attachments == ()


def test_a_second_pull_finds_nothing(room: DeskRoom) -> None:
    room.relay.put([room.seal(a_report()).blob])
    room.pull()
    assert room.pull().counts() == {"pulled": 0, "opened": 0, "quarantined": 0, "duplicates": 0}


def test_chunks_that_come_before_their_report_are_joined(room: DeskRoom) -> None:
    content = bytes(range(256)) * 200
    manifest, chunks = an_attachment(content)
    room.relay.put(chunks)
    assert room.pull().counts()["opened"] == 0
    room.relay.put([room.seal(a_report(attachments=(manifest,))).blob])
    room.pull()
    with room.work() as session:
        (view,) = reports_page(session, keyring(), limit=5)
        assert view.attachments[0].complete
        assert view.attachments[0].name == "gate.jpg"
