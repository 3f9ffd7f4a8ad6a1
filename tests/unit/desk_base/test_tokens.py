"""Tokens for senders whom the desk knows: eight a report at each relay, once it is accepted."""

from pathlib import Path

import pytest
from sqlalchemy import select

from schemas.envelope.tokens import token_hash, tokens_of
from server.desk.intake.models import TokensDueRow
from server.relay.app import relay_of
from server.relay.tokens import unspent
from tests.support.desk import (
    DeskRoom,
    RelayRoom,
    a_report,
    an_attachment,
    join_relay,
    make_desk,
)


def hashes_for(reply_key: bytes, relay: RelayRoom) -> set[bytes]:
    """Compute what one relay is given for a report."""
    return {token_hash(secret) for secret in tokens_of(reply_key, relay.bridge.relay_key)}


def known(relay: RelayRoom, hashes: set[bytes]) -> set[bytes]:
    """Ask a relay's database which of some hashes it holds."""
    with relay_of(relay.app).storage.reading() as connection:
        return unspent(connection, hashes)


def rows_due(room: DeskRoom) -> int:
    """Count what still waits for relays."""
    with room.work() as session:
        return len(session.execute(select(TokensDueRow)).all())


@pytest.fixture
def desk_at_two(tmp_path: Path) -> tuple[DeskRoom, RelayRoom, RelayRoom]:
    """A desk with two relays."""
    room = make_desk(tmp_path / "one")
    second = RelayRoom(tmp_path / "two", room.clock, port=8570)
    join_relay(room, second)
    return room, room.relay, second


def test_accepted_report_gives_each_relay_eight_tokens_of_its_own(
    desk_at_two: tuple[DeskRoom, RelayRoom, RelayRoom],
) -> None:
    room, first, second = desk_at_two
    sealed = room.seal(a_report())
    first.put([sealed.blob])
    room.pull()
    for relay, other in ((first, second), (second, first)):
        mine = hashes_for(sealed.keys.reply, relay)
        assert len(mine) == 8
        assert known(relay, mine) == mine
        assert known(other, mine) == set()
    assert rows_due(room) == 0
    room.close()


def test_report_whose_files_are_missing_gives_no_token_yet(tmp_path: Path) -> None:
    room = make_desk(tmp_path)
    manifest, chunks = an_attachment(bytes(40_000))
    sealed = room.seal(a_report(attachments=(manifest,)))
    mine = hashes_for(sealed.keys.reply, room.relay)
    room.relay.put([sealed.blob, *chunks[:-1]])
    room.pull()
    assert known(room.relay, mine) == set()
    room.relay.put(chunks[-1:])
    room.pull()
    assert known(room.relay, mine) == mine
    room.close()


def test_tokens_wait_for_a_relay_that_cannot_be_reached(
    desk_at_two: tuple[DeskRoom, RelayRoom, RelayRoom],
) -> None:
    room, first, second = desk_at_two
    sealed = room.seal(a_report())
    first.put([sealed.blob])
    second.up = False
    room.pull()
    assert rows_due(room) == 1
    second.up = True
    room.pull()
    mine = hashes_for(sealed.keys.reply, second)
    assert known(second, mine) == mine
    assert rows_due(room) == 0
    room.close()


def test_many_reports_of_one_pull_fit_into_few_frames(tmp_path: Path) -> None:
    room = make_desk(tmp_path)
    sealed = [room.seal(a_report(f"Report {number}.")) for number in range(70)]
    room.relay.put([one.blob for one in sealed])
    room.pull()
    wanted = set().union(*(hashes_for(one.keys.reply, room.relay) for one in sealed))
    assert len(wanted) == 560
    assert known(room.relay, wanted) == wanted
    room.close()
