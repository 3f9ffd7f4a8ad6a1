"""Pulling: everything comes in once, in any order, and the relay is told to forget it."""

import io
from collections.abc import Sequence
from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import select

from schemas.bundle.writer import write_bundle
from schemas.domain.vocabulary import Category
from schemas.envelope.keys import new_signing_key
from server.desk.accounts.roles import Role
from server.desk.intake import opening, relay_visit, stages
from server.desk.intake.errors import PullRunningError, RelayUnreachableError
from server.desk.intake.models import PulledBlobRow, PurgeDueRow, RelayStateRow, ReportRow
from server.desk.intake.relay_exchange import read_answer
from server.desk.intake.schedule import Schedule
from server.desk.intake.stages import TABLE, IllegalMoveError, Move, Stage, after
from server.desk.intake.store import (
    count_reports,
    report_detail,
    report_heads,
    reports_after,
    reports_named,
    reports_page,
)
from server.desk.intake.turn import only_pull
from server.desk.keys.errors import DeskLockedError
from server.desk.keys.keyring import keyring
from server.relay import store as relay_store
from server.relay.app import relay_of
from tests.support.desk import DeskRoom, RelayRoom, a_report, an_attachment, join_relay
from tests.support.desk_browser import somebody

NOTHING = {"pulled": 0, "opened": 0, "quarantined": 0, "duplicates": 0}


def _held(relay: RelayRoom) -> int:
    with relay_of(relay.app).storage.reading() as connection:
        return sum(relay_store.holdings(connection).values())


def test_a_report_is_pulled_opened_and_readable(room: DeskRoom) -> None:
    author = new_signing_key()
    sealed = room.seal(a_report("Three trucks came at night."), author)
    room.relay.put([sealed.blob])
    tally = room.pull()
    assert tally.counts() == {"pulled": 1, "opened": 1, "quarantined": 0, "duplicates": 0}
    with room.work() as session:
        view = report_detail(session, keyring(), sealed.id.hex())
        assert view.report == a_report("Three trucks came at night.")
        assert view.report.category is Category.MARKING
        assert view.author == author.public.hex()
        assert view.received_at == view.opened_at == room.clock.now()
        assert view.attachments == ()


def test_a_second_pull_finds_nothing_and_the_relay_holds_nothing(room: DeskRoom) -> None:
    room.relay.put([room.seal(a_report()).blob])
    room.pull()
    assert room.pull().counts() == NOTHING
    assert _held(room.relay) == 0


def test_a_relay_that_forgets_to_forget_gives_duplicates_that_are_counted(room: DeskRoom) -> None:
    other = RelayRoom(room.config.home.parent / "other", room.clock, port=8999)
    join_relay(room, other)
    sealed = room.seal(a_report())
    room.relay.put([sealed.blob])
    other.put([sealed.blob])
    tally = room.pull()
    assert tally.counts() == {"pulled": 1, "opened": 1, "quarantined": 0, "duplicates": 1}
    assert (_held(room.relay), _held(other)) == (0, 0)
    with room.work() as session:
        assert session.execute(select(PurgeDueRow)).first() is None


def test_a_relay_that_is_away_does_not_keep_the_others_waiting(room: DeskRoom) -> None:
    other = RelayRoom(room.config.home.parent / "other", room.clock, port=8999)
    join_relay(room, other)
    room.relay.up = False
    other.put([room.seal(a_report()).blob])
    tally = room.pull()
    assert (tally.opened, tally.unreachable) == (1, 1)


def test_a_relay_whose_numbers_began_anew_hides_nothing(room: DeskRoom) -> None:
    room.relay.put([room.seal(a_report("Before.")).blob])
    room.pull()
    with room.work() as session:
        session.execute(select(RelayStateRow)).scalar_one().cursor = 1_000_000
        session.commit()
    room.relay.put([room.seal(a_report("After.")).blob])
    assert room.pull().opened == 0
    room.clock.advance(timedelta(days=1))
    assert room.pull().opened == 1


def test_more_than_one_answer_is_fetched_to_the_end(
    room: DeskRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_visit, "PULL_BYTES", 4096)
    sealed = [room.seal(a_report(f"Number {number}.")) for number in range(30)]
    room.relay.put([one.blob for one in sealed])
    assert room.pull().opened == 30
    with room.work() as session:
        assert session.execute(select(RelayStateRow)).scalar_one().behind is False


def _orders(chunks: Sequence[bytes], report: bytes) -> dict[str, list[list[bytes]]]:
    return {
        "together": [[report, *chunks]],
        "report first": [[report], list(chunks)],
        "chunks first": [list(chunks), [report]],
        "backwards": [list(reversed(chunks)), [report]],
        "around": [[chunks[-1]], [report], list(chunks[:-1])],
    }


@pytest.mark.parametrize(
    "order", ["together", "report first", "chunks first", "backwards", "around"]
)
def test_a_file_is_joined_whatever_comes_first(room: DeskRoom, order: str) -> None:
    content = bytes(range(256)) * 300
    manifest, chunks = an_attachment(content)
    report = room.seal(a_report(attachments=(manifest,))).blob
    for blobs in _orders(chunks, report)[order]:
        room.relay.put(blobs)
        room.pull()
    with room.work() as session:
        (view,) = reports_page(session, keyring(), limit=5)
        assert view.attachments[0].complete
        assert view.attachments[0].name == "gate.jpg"
        stages = set(session.execute(select(PulledBlobRow.stage)).scalars())
        assert stages == {"opened", "joined"}


def test_chunks_give_their_room_back_once_their_file_is_written(room: DeskRoom) -> None:
    manifest, chunks = an_attachment(b"x" * 100_000)
    room.relay.put([room.seal(a_report(attachments=(manifest,))).blob, *chunks])
    room.pull()
    with room.work() as session:
        kept = session.execute(
            select(PulledBlobRow.blob).where(PulledBlobRow.stage == Stage.JOINED.value)
        ).scalars()
        assert set(kept) == {None}


def test_the_sealed_original_of_a_report_is_kept_as_it_came(room: DeskRoom) -> None:
    sealed = room.seal(a_report())
    room.relay.put([sealed.blob])
    room.pull()
    with room.work() as session:
        assert session.execute(select(PulledBlobRow.blob)).scalar_one() == sealed.blob


def test_two_reports_may_speak_of_one_file(room: DeskRoom) -> None:
    manifest, chunks = an_attachment(b"the same file" * 3000)
    room.relay.put([room.seal(a_report("One.", attachments=(manifest,))).blob, *chunks])
    room.pull()
    room.relay.put([room.seal(a_report("Two.", attachments=(manifest,))).blob])
    room.pull()
    with room.work() as session:
        views = reports_page(session, keyring(), limit=5)
    assert [view.attachments[0].complete for view in views] == [True, True]
    assert views[0].attachments[0].id != views[1].attachments[0].id


def test_a_locked_desk_fetches_and_opens_when_somebody_unlocks_it(room: DeskRoom) -> None:
    browser = somebody(room)
    room.ring.lock()
    room.relay.put([room.seal(a_report("While you slept.")).blob])
    assert room.pull().counts() == {"pulled": 1, "opened": 0, "quarantined": 0, "duplicates": 0}
    assert _held(room.relay) == 0
    with room.work() as session:
        assert count_reports(session) == 0
        with pytest.raises(DeskLockedError):
            keyring().storage_key()
    room.clock.advance(timedelta(minutes=2))
    browser.log_in("Noor")
    assert room.pull().opened == 1


def test_one_pull_at_a_time(room: DeskRoom) -> None:
    with only_pull(room.config.home), pytest.raises(PullRunningError):
        room.pull()
    assert room.pull().counts() == NOTHING


def test_a_bundle_carried_by_hand_comes_in_the_same_way(room: DeskRoom) -> None:
    browser = somebody(room, Role.MONITOR)
    sealed = room.seal(a_report("By hand."))
    for _ in range(2):
        file = io.BytesIO(write_bundle([sealed.blob]))
        fields: dict[str, object] = {"bundle": (file, "reports.tocsin")}
        assert browser.post("/carried", fields, page="/carried").status_code == 302
    with room.work() as session:
        assert count_reports(session) == 1
        assert report_detail(session, keyring(), sealed.id.hex()).relay_day is None


def test_a_file_that_is_no_bundle_is_refused_on_the_page(room: DeskRoom) -> None:
    browser = somebody(room, Role.MONITOR)
    fields: dict[str, object] = {"bundle": (io.BytesIO(b"holiday"), "x.tocsin")}
    assert browser.post("/carried", fields, page="/carried").status_code == 422


def test_the_schedule_pulls_by_itself_and_ends_when_told(room: DeskRoom) -> None:
    room.relay.put([room.seal(a_report()).blob])
    asked = Event()

    class Listening:
        """The room's link, that says when it was used."""

        def exchange(self, url: str, body: bytes) -> bytes:
            answer = room.exchange(url, body)
            asked.set()
            return answer

    schedule = Schedule(room.app, 3600, Listening())
    schedule.start()
    assert asked.wait(30)
    schedule.stop()
    with room.work() as session:
        assert count_reports(session) == 1


def test_a_turn_of_the_schedule_outlives_any_failure(room: DeskRoom) -> None:
    class Broken:
        """A link that fails in a way nobody foresaw."""

        def exchange(self, url: str, body: bytes) -> bytes:
            del url, body
            raise ZeroDivisionError

    Schedule(room.app, 60, Broken()).turn()
    assert room.pull().counts() == NOTHING


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Please log in to the hotel's network</html>",
        b"\x01\x00\x00\x00\x00\x00\x00\x00",
        b"\x01\x00\x00\x00\x00\x00\x00\x00\x93\x00\x00\x09abc",
        b"\x02" * 64,
    ],
)
def test_what_is_not_a_relays_answer_is_no_answer(body: bytes) -> None:
    with pytest.raises(RelayUnreachableError):
        read_answer(body)


def test_reports_are_read_in_pages_and_by_name(room: DeskRoom) -> None:
    sealed = [room.seal(a_report(f"Number {number}.")) for number in range(5)]
    for one in sealed:
        room.relay.put([one.blob])
        room.pull()
    with room.work() as session:
        ring = keyring()
        newest = reports_page(session, ring, limit=2)
        older = reports_page(session, ring, limit=9, before=newest[-1].row_id)
        assert [view.report.text for view in newest] == ["Number 4.", "Number 3."]
        assert len(older) == 3
        fresh = reports_after(session, ring, row_id=older[0].row_id, limit=9)
        assert [view.report.text for view in fresh] == ["Number 3.", "Number 4."]
        named = reports_named(session, ring, [sealed[0].id.hex(), "0" * 64])
        assert list(named) == [sealed[0].id.hex()]
        assert len(report_heads(session, limit=9)) == 5


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("move", Move)
def test_a_blob_moves_only_as_the_table_says(stage: Stage, move: Move) -> None:
    if (stage, move) in TABLE:
        assert after(stage.value, move) is TABLE[stage, move]
    else:
        with pytest.raises(IllegalMoveError):
            after(stage.value, move)


def test_the_drawing_of_the_stages_is_the_table() -> None:
    drawn = {
        (words[0], words[1].strip("->"), words[2])
        for line in (stages.__doc__ or "").splitlines()
        if "->" in line and (words := line.split())
    }
    assert drawn == {(a.value, move.value, b.value) for (a, move), b in TABLE.items()}


def test_the_relays_page_shows_health_and_pulls_now(room: DeskRoom) -> None:
    browser = somebody(room, Role.LEAD, administers=True)
    page = browser.get("/relays").get_data(as_text=True)
    assert room.relay.url in page
    assert browser.post("/pull", {}, page="/relays").status_code == 302
    # The page's own pull goes over the network, where the test's relay is not.
    assert "does not answer" in browser.get("/relays").get_data(as_text=True)


def test_an_invite_page_can_be_printed_and_carried(room: DeskRoom) -> None:
    browser = somebody(room, Role.MONITOR)
    page = browser.get("/relays/1/invite").get_data(as_text=True)
    assert "<svg" in page
    assert "#tocsin1." in page
    file = browser.get("/relays/1/join.tocsin")
    assert file.get_data().startswith(b"TOCSINB1")
    assert browser.get("/relays/99/invite").status_code == 404


def test_a_relay_is_added_by_its_line_and_retired(room: DeskRoom) -> None:
    browser = somebody(room, Role.LEAD, administers=True)
    line = "tocsin1 https://relay.example/x k=" + "A" * 43
    assert (
        browser.post("/relays", {"name": "East", "line": line}, page="/relays").status_code == 302
    )
    assert len(room.directory().relays) == 2
    browser.post("/relays/2/retire", {}, page="/relays")
    assert len(room.directory().relays) == 1
    bad = browser.post("/relays", {"name": "x", "line": "https://relay.example"}, page="/relays")
    assert bad.status_code == 422


def test_opening_never_reads_more_than_one_batch_at_a_time(
    room: DeskRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "BATCH_BLOBS", 3)
    room.relay.put([room.seal(a_report(f"Number {number}.")).blob for number in range(8)])
    steps: list[str] = []
    assert room.pull(steps.append).opened == 8
    assert steps.count("opened") == 3
    with room.work() as session:
        assert len(list(session.execute(select(ReportRow.id)).scalars())) == 8
