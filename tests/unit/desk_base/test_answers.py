"""What goes back to senders: tags on the board, replies in the mailbox, to every relay."""

from datetime import timedelta

from sqlalchemy import select

from schemas.constants import MAX_TAGS
from schemas.domain.report import Reply
from schemas.domain.vocabulary import AckStatus, ReplyKind
from schemas.envelope.derived import ack_tag, mailbox_address, open_reply
from schemas.envelope.keys import week_of
from schemas.envelope.sealing import SealedEnvelope
from schemas.envelope.signing import verify_page
from schemas.wire.board import decode_page
from schemas.wire.reply import decode_reply
from server.desk.accounts.roles import Role
from server.desk.db import start_writing
from server.desk.intake.acknowledging import acknowledge_closed
from server.desk.intake.models import BoardPageRow, RelayStateRow
from server.desk.intake.replies import queue_reply
from server.desk.intake.store import replies_to
from server.desk.keys.keyring import keyring
from server.relay import outgoing
from server.relay.app import relay_of
from tests.support.desk import DeskRoom, RelayRoom, a_report, an_attachment, join_relay
from tests.support.desk_browser import somebody


def _tags(room: DeskRoom) -> list[bytes]:
    """Every tag on the board, after checking each page's signature and the chain."""
    directory = room.directory()
    with room.work() as session:
        raws = list(session.execute(select(BoardPageRow.raw).order_by(BoardPageRow.seq)).scalars())
    found: list[bytes] = []
    for number, raw in enumerate(raws, start=1):
        verify_page(directory.board_key, directory.desk_id, raw)
        page = decode_page(raw)
        assert page.seq == number
        assert len(page.tags) <= MAX_TAGS
        found += page.tags
    return found


def _says(room: DeskRoom, sealed: SealedEnvelope) -> list[AckStatus]:
    tags = _tags(room)
    return [status for status in AckStatus if ack_tag(sealed.keys.ack, status) in tags]


def _write(room: DeskRoom, sealed: SealedEnvelope, text: str) -> None:
    with room.work() as session:
        start_writing(session)
        queue_reply(
            session,
            keyring(),
            sealed.id.hex(),
            kind=ReplyKind.REPLY,
            text=text,
            lang="en",
            actor="person:1",
        )
        session.commit()


def _mailbox(relay: RelayRoom, sealed: SealedEnvelope, week: int) -> list[Reply]:
    """What a phone finds at a relay under its address of a week."""
    address = mailbox_address(sealed.keys.mailbox, week)
    with relay_of(relay.app).storage.reading() as connection:
        entries = [entry for _, entry in outgoing.replies_under(connection, 0, 0, 0)]
    return [
        decode_reply(open_reply(sealed.keys, entry))
        for entry in entries
        if entry.address == address
    ]


def test_a_report_without_files_is_accepted(room: DeskRoom) -> None:
    sealed = room.seal(a_report())
    room.relay.put([sealed.blob])
    room.pull()
    assert _says(room, sealed) == [AckStatus.ACCEPTED]


def test_a_report_whose_files_are_on_their_way_is_received_then_accepted(room: DeskRoom) -> None:
    manifest, chunks = an_attachment(b"x" * 50_000)
    sealed = room.seal(a_report(attachments=(manifest,)))
    room.relay.put([sealed.blob, *chunks[:2]])
    room.pull()
    assert _says(room, sealed) == [AckStatus.RECEIVED]
    room.relay.put(chunks[2:])
    room.pull()
    assert _says(room, sealed) == [AckStatus.RECEIVED, AckStatus.ACCEPTED]


def test_chunks_that_do_not_come_are_asked_for_every_three_days(room: DeskRoom) -> None:
    manifest, _ = an_attachment(b"x" * 50_000)
    sealed = room.seal(a_report(attachments=(manifest,)))
    room.relay.put([sealed.blob])
    room.pull()
    room.clock.advance(timedelta(days=2))
    room.pull()
    assert AckStatus.NEED_MORE not in _says(room, sealed)
    room.clock.advance(timedelta(days=2))
    room.pull()
    room.pull()
    wanted = ack_tag(sealed.keys.ack, AckStatus.NEED_MORE)
    assert _tags(room).count(wanted) == 1
    room.clock.advance(timedelta(days=4))
    room.pull()
    assert _tags(room).count(wanted) == 2


def test_a_closed_report_is_said_to_be_closed(room: DeskRoom) -> None:
    sealed = room.seal(a_report())
    room.relay.put([sealed.blob])
    room.pull()
    for _ in range(2):
        with room.work() as session:
            start_writing(session)
            acknowledge_closed(session, keyring(), sealed.id.hex())
            session.commit()
        room.pull()
    assert _tags(room).count(ack_tag(sealed.keys.ack, AckStatus.CLOSED)) == 1


def test_closing_a_report_in_triage_tells_its_sender(room: DeskRoom) -> None:
    sealed = room.seal(a_report())
    room.relay.put([sealed.blob])
    room.pull()
    browser = somebody(room, Role.LEAD)
    page = f"/reports/{sealed.id.hex()}"
    for act in ("claim", "triage", "close"):
        browser.post(f"{page}/acts", {"act": act}, page=page)
    room.pull()
    assert _says(room, sealed) == [AckStatus.ACCEPTED, AckStatus.CLOSED]


def test_a_reply_reaches_the_sender_and_nobody_else(room: DeskRoom) -> None:
    sealed, other = room.seal(a_report("One.")), room.seal(a_report("Other."))
    room.relay.put([sealed.blob, other.blob])
    room.pull()
    _write(room, sealed, "Thank you.")
    room.pull()
    week = week_of(room.clock.now())
    assert AckStatus.REPLY_WAITING in _says(room, sealed)
    assert AckStatus.REPLY_WAITING not in _says(room, other)
    assert [reply.text for reply in _mailbox(room.relay, sealed, week)] == ["Thank you."]
    assert _mailbox(room.relay, other, week) == []


def test_a_reply_written_before_the_week_turned_lies_in_the_week_of_its_page(
    room: DeskRoom,
) -> None:
    sealed = room.seal(a_report())
    room.relay.put([sealed.blob])
    room.pull()
    _write(room, sealed, "Written on Monday.")
    room.clock.advance(timedelta(days=7))
    room.pull()
    assert len(_mailbox(room.relay, sealed, week_of(room.clock.now()))) == 1
    with room.work() as session:
        last = session.execute(select(BoardPageRow).order_by(BoardPageRow.seq.desc())).scalars()
        page = last.first()
        assert page is not None
        assert page.day // 7 == week_of(room.clock.now())


def test_replies_are_numbered_and_kept_for_the_desk(room: DeskRoom) -> None:
    sealed = room.seal(a_report())
    room.relay.put([sealed.blob])
    room.pull()
    _write(room, sealed, "First.")
    _write(room, sealed, "Second.")
    room.pull()
    with room.work() as session:
        replies = replies_to(session, keyring(), sealed.id.hex())
    assert [(reply.number, reply.text) for reply in replies] == [(1, "First."), (2, "Second.")]
    assert all(reply.sent_at == room.clock.now() for reply in replies)
    texts = {one.text for one in _mailbox(room.relay, sealed, week_of(room.clock.now()))}
    assert texts == {"First.", "Second."}


def test_every_relay_gets_every_answer(room: DeskRoom) -> None:
    other = RelayRoom(room.config.home.parent / "other", room.clock, port=8999)
    join_relay(room, other)
    sealed = room.seal(a_report())
    room.relay.put([sealed.blob])
    room.pull()
    _write(room, sealed, "Thank you.")
    room.pull()
    for relay in (room.relay, other):
        assert len(_mailbox(relay, sealed, week_of(room.clock.now()))) == 1
        with relay_of(relay.app).storage.reading() as connection:
            assert outgoing.board_head(connection) == 2
            assert outgoing.directory(connection)[0] == room.directory().version


def test_a_relay_that_was_away_gets_what_it_missed(room: DeskRoom) -> None:
    other = RelayRoom(room.config.home.parent / "other", room.clock, port=8999)
    join_relay(room, other)
    other.up = False
    sealed = room.seal(a_report())
    room.relay.put([sealed.blob])
    assert room.pull().unreachable == 1
    with room.work() as session:
        problems = session.execute(select(RelayStateRow.problem)).scalars()
        assert sorted(problems) == ["", "no-answer"]
    other.up = True
    assert room.pull().unreachable == 0
    with relay_of(other.app).storage.reading() as connection:
        assert outgoing.board_head(connection) == 1


def test_a_relay_that_lost_its_memory_is_filled_again(room: DeskRoom) -> None:
    sealed = room.seal(a_report())
    room.relay.put([sealed.blob])
    room.pull()
    _write(room, sealed, "Thank you.")
    room.pull()
    with relay_of(room.relay.app).storage.writing() as connection:
        for table in ("board_pages", "replies", "directories"):
            connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - our own names
    room.pull()
    room.pull()
    with relay_of(room.relay.app).storage.reading() as connection:
        assert outgoing.board_head(connection) == 2
        assert outgoing.directory(connection)[0] == room.directory().version
    assert len(_mailbox(room.relay, sealed, week_of(room.clock.now()))) == 1


def test_six_hundred_words_make_two_pages(room: DeskRoom) -> None:
    sealed = [room.seal(a_report(f"Number {number}.")) for number in range(600)]
    for start in range(0, 600, 60):
        room.relay.put([one.blob for one in sealed[start : start + 60]])
    room.pull()
    tags = set(_tags(room))
    assert len(tags) == 600
    assert all(ack_tag(one.keys.ack, AckStatus.ACCEPTED) in tags for one in sealed)
    with room.work() as session:
        assert len(list(session.execute(select(BoardPageRow.seq)).scalars())) == 2
