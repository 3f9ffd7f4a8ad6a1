"""A relay that cannot write: nothing acknowledged is lost, and it goes on answering."""

from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError

from schemas.envelope.sealing import envelope_id
from schemas.wire.frames import FrameType, encode_frame
from server.plumbing.clock import Clock, FixedClock
from server.relay.errors import StorageError
from server.relay.inbox import Inbox
from server.relay.load import Limits, Load
from server.relay.noticeboard import Noticeboard
from server.relay.quotas import Room
from server.relay.shared import SharedMemory
from server.relay.store import Offer
from tests.support.relay_answers import put, query
from tests.support.relays import NOON, RelayUnderTest, blob_of, page_of

EASY = Limits(0, 0, 1 << 30, 0, 1 << 30)
"""A relay that never asks for work."""


class FailingStorage:
    """A database on a disk that is gone."""

    def writing(self) -> AbstractContextManager[Connection]:
        """Fail as a dead disk does."""
        raise StorageError("gone")

    reading = writing


class NoHousekeeping:
    """Nothing to do once a day."""

    def tidy(self, day: int) -> None:
        """Do nothing."""


def limit_pages(relay: RelayUnderTest, extra: int) -> None:
    """Let a relay's SQLite file grow by so many pages and no further, as a full disk would."""
    engine: Engine = relay.relay.storage.engine

    def limit(connection: Connection) -> None:
        now = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        if "most" not in pages:
            pages["most"] = now + extra
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages['most']}")

    pages: dict[str, int] = {}
    event.listen(engine, "begin", limit)


def test_full_disk_says_full_and_names_the_problem(tmp_path: Path) -> None:
    relay = RelayUnderTest(tmp_path)
    relay.put(*[blob_of(number) for number in range(10)])
    limit_pages(relay, 4)
    answer = relay.exchange(put(*[blob_of(100 + number) for number in range(50)]))
    # How many the inbox commits at once depends on the machine; the first few may still fit.
    assert answer.statuses[-1] == 2
    assert set(answer.statuses) <= {0, 2}
    assert answer.slugs == ["storage"]
    assert answer.policy is not None
    assert answer.policy.retry_after_seconds > 0
    relay.close()


def test_full_disk_loses_nothing_it_acknowledged(tmp_path: Path) -> None:
    relay = RelayUnderTest(tmp_path)
    relay.put(blob_of(0))
    limit_pages(relay, 12)
    acknowledged, refused = [blob_of(0)], 0
    for number in range(1, 60):
        answer = relay.exchange(put(blob_of(number)))
        if answer.statuses == [0]:
            acknowledged.append(blob_of(number))
        else:
            assert (answer.statuses, answer.slugs) == ([2], ["storage"])
            refused += 1
    assert len(acknowledged) > 5
    assert refused > 5
    relay.close()
    again = RelayUnderTest(tmp_path)
    assert again.held(*acknowledged) == [True] * len(acknowledged)
    assert [item.blob for item in again.pull().envelopes] == acknowledged
    again.close()


def test_full_disk_still_answers_questions_and_knows_duplicates(tmp_path: Path) -> None:
    relay = RelayUnderTest(tmp_path)
    relay.put(blob_of(1))
    relay.desk(encode_frame(FrameType.PUT_BOARD, page_of(1)))
    limit_pages(relay, 0)
    answer = relay.exchange(query(envelope_id(blob_of(1))) + put(blob_of(1)))
    assert answer.have[0].held == (True,)
    assert answer.pages == [page_of(1)]
    assert answer.statuses == [1]
    relay.close()


def test_relay_takes_blobs_again_when_there_is_room(tmp_path: Path) -> None:
    relay = RelayUnderTest(tmp_path)
    relay.put(*[blob_of(number) for number in range(100)])
    limit_pages(relay, 1)
    assert relay.exchange(put(*[blob_of(200 + n) for n in range(40)])).slugs == ["storage"]
    relay.purge(*[blob_of(number) for number in range(100)])
    answer = relay.exchange(put(*[blob_of(300 + n) for n in range(40)]))
    assert (set(answer.statuses), answer.slugs) == ({0}, [])
    relay.close()


def test_desk_request_on_a_full_disk_did_nothing_and_may_be_repeated(tmp_path: Path) -> None:
    relay = RelayUnderTest(tmp_path)
    limit_pages(relay, 0)
    entry = bytes(16) + bytes(1024)
    frames = b"".join(
        encode_frame(FrameType.PUT_REPLY, bytes([number]) + entry[1:]) for number in range(60)
    )
    body = relay.desk_bytes(frames)
    reply = relay.http("POST", relay.path, body)
    answer = relay.read(reply.body, b"")
    assert (answer.done, answer.slugs) == (0, ["storage"])
    page = relay.exchange(b"").mailbox
    assert page is not None
    assert page.entries == ()
    relay.close()
    again = RelayUnderTest(tmp_path)
    assert again.read(again.http("POST", again.path, body).body, b"").done == 60
    again.close()


def test_ticket_on_a_dead_disk_says_so() -> None:
    clock: Clock = FixedClock(NOON)
    inbox = Inbox(
        FailingStorage(), clock, Room(1 << 20, 100), Load(EASY, clock), NoHousekeeping(), 512
    )
    ticket = inbox.put([Offer(envelope_id(blob_of(1)), blob_of(1))])
    with pytest.raises(StorageError, match="free disk space"):
        ticket.outcomes()
    inbox.stop()


def test_noticeboard_on_a_dead_disk_says_so() -> None:
    board = Noticeboard(FailingStorage(), SharedMemory(), FixedClock(NOON))
    with pytest.raises(StorageError):
        board.notice()


def test_database_error_leaves_the_storage_as_its_own_error(lone_relay: RelayUnderTest) -> None:
    with pytest.raises(StorageError), lone_relay.relay.storage.writing():
        raise OperationalError("statement", {}, Exception("database or disk is full"))


def test_answer_without_a_readable_database_is_still_an_answer(
    lone_relay: RelayUnderTest,
) -> None:
    lone_relay.put(blob_of(1))
    with lone_relay.relay.storage.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE replies RENAME TO elsewhere")
    lone_relay.relay.shared.change_mark()
    answer = lone_relay.exchange(put(blob_of(2)))
    assert (answer.statuses, answer.slugs) == ([0], ["storage"])
    assert answer.types.count(FrameType.MAILBOX) == answer.types.count(FrameType.POLICY) == 1
