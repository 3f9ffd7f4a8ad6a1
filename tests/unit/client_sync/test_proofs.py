"""Work and tokens: made while a blob waits, kept with it, and never spent on two."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from client_sync.sync.stamping import MOST_WORK_BITS, OLDEST_STAMP_WEEKS, Proofs
from schemas.domain.directory import Policy
from schemas.envelope.stamps import stamp_bits
from schemas.wire.frames import FrameType
from tests.support.client_world import Fate, World

BITS = 6


@pytest.fixture
def lone(tmp_path: Path) -> Iterator[World]:
    """A world with one relay."""
    made = World(tmp_path, relays=1)
    made.join()
    yield made
    made.client.close()


def _proofs(world: World) -> Proofs:
    session = world.client._open()
    return Proofs(session.vault, session.outbox, world.clock)


def _frames(world: World) -> list[list[int]]:
    """Give the frame types of each request since the last time, and forget them."""
    types = list(world.relays[0].frame_types)
    world.relays[0].frame_types.clear()
    return types


def test_work_asked_once_is_done_while_the_next_report_waits(lone: World) -> None:
    lone.relays[0].work_bits = BITS
    lone.client.sync()
    lone.write()
    outbox = lone.client._open().outbox
    (row,) = outbox.unsettled(1)
    assert outbox.stamp_of(row.blob_id)[1] == BITS
    _frames(lone)
    result = lone.client.sync()
    assert (result.sent, result.receipts) == (1, 1)
    assert FrameType.STAMP in _frames(lone)[0]


def test_work_the_directory_asks_for_is_done_while_the_report_waits(tmp_path: Path) -> None:
    world = World(tmp_path, relays=1)
    world.desk.policy = Policy(work_bits=BITS)
    world.desk.push_directory()
    world.join()
    world.write()
    outbox = world.client._open().outbox
    (row,) = outbox.unsettled(1)
    stamp = outbox.stamp_of(row.blob_id)
    world.relays[0].work_bits = BITS
    assert world.client.sync().sent == 1
    assert outbox.stamp_of(row.blob_id) == stamp
    world.client.close()


def test_a_relay_that_asks_for_nothing_is_shown_nothing(lone: World) -> None:
    lone.write()
    _frames(lone)
    lone.client.sync()
    assert not any({FrameType.STAMP, FrameType.TOKEN} & set(types) for types in _frames(lone))


def test_too_little_work_is_done_anew(lone: World) -> None:
    lone.relays[0].work_bits = BITS
    lone.client.sync()
    lone.write()
    lone.relays[0].work_bits = BITS + 4
    assert lone.client.sync().receipts == 1


def test_work_grows_too_old(lone: World) -> None:
    lone.relays[0].work_bits = BITS
    lone.client.sync()
    lone.write()
    (row,) = lone.client._open().outbox.unsettled(1)
    key = lone.relays[0].bridge.relay_key
    (before,) = _proofs(lone).prepare(key, [row.blob_id], BITS)
    lone.advance(days=7 * (OLDEST_STAMP_WEEKS + 1))
    with lone.client._open().outbox.transaction():
        lone.client._open().outbox.ledger.set_relay_day(lone.relays[0].day)
    (after,) = _proofs(lone).prepare(key, [row.blob_id], BITS)
    assert before.stamp is not None
    assert after.stamp is not None
    assert after.stamp.week > before.stamp.week
    assert stamp_bits(after.stamp) >= BITS


def test_more_work_than_is_reasonable_is_not_done(lone: World) -> None:
    lone.write()
    (row,) = lone.client._open().outbox.unsettled(1)
    key = lone.relays[0].bridge.relay_key
    assert _proofs(lone).prepare(key, [row.blob_id], MOST_WORK_BITS + 1) == ()


def test_stamping_ends_in_time(lone: World) -> None:
    lone.relays[0].work_bits = BITS
    lone.client.sync()
    assert _proofs(lone).stamp_waiting(0.0, 10) == 0


# --- tokens ---------------------------------------------------------------------------------


def _vouched(world: World) -> None:
    """Have one report accepted, so that the desk vouches for its sender; then ask for work."""
    world.write("accepted")
    world.client.sync()
    world.desk.pull()
    world.client.sync()
    world.relays[0].work_bits = BITS


def _queue_without_work(world: World, *texts: str) -> None:
    """Write while no work is known to be asked, as on a phone that was off for a while."""
    bits, world.relays[0].work_bits = world.relays[0].work_bits, 0
    for text in texts:
        world.write(text)
    world.relays[0].work_bits = bits


def test_a_known_sender_needs_no_work(lone: World) -> None:
    _vouched(lone)
    _queue_without_work(lone, "second")
    assert lone.client.sync().receipts == 1
    types = [kind for request in _frames(lone) for kind in request]
    assert FrameType.TOKEN in types
    assert FrameType.STAMP not in types


def test_a_token_is_never_offered_for_two_blobs(lone: World) -> None:
    _vouched(lone)
    _queue_without_work(lone, *(f"report {number}" for number in range(6)))
    lone.client.sync()
    offered = lone.relays[0].offered
    assert len(offered) == 6
    assert len({token.secret for token in offered}) == 6
    assert len({token.envelope_id for token in offered}) == 6


def test_a_request_that_was_lost_offers_the_same_token_again(lone: World) -> None:
    _vouched(lone)
    _queue_without_work(lone, "second")
    lone.link.weather = lambda _up, _down: (Fate.UNREACHABLE, 0)
    lone.client.sync()
    session = lone.client._open()
    key, (row,) = lone.relays[0].bridge.relay_key, session.outbox.unsettled(1)
    proofs = _proofs(lone)
    (first,) = proofs.prepare(key, [row.blob_id], BITS)
    with session.outbox.transaction():
        proofs.keep(key, [first])
    (again,) = proofs.prepare(key, [row.blob_id], BITS)
    assert first.token == again.token is not None


def test_a_token_the_relay_does_not_know_is_void_and_work_is_done_next_time(lone: World) -> None:
    _vouched(lone)
    lone.relays[0].token_hashes.clear()
    _queue_without_work(lone, "second", "third")
    assert sum(lone.client.sync().receipts for _ in range(2)) == 2
    types = [kind for request in _frames(lone) for kind in request]
    assert FrameType.TOKEN in types
    assert FrameType.STAMP in types


def test_eight_tokens_a_report_and_then_work(lone: World) -> None:
    _vouched(lone)
    _queue_without_work(lone, *(f"report {number}" for number in range(10)))
    assert lone.client.sync().receipts == 10
    assert len(lone.relays[0].offered) == 8
    assert lone.relays[0].token_hashes == set()


def test_work_that_is_done_goes_before_a_token(lone: World) -> None:
    _vouched(lone)
    lone.client.sync()
    lone.write("second")
    lone.client.sync()
    assert lone.relays[0].offered == []


def test_another_relay_is_offered_other_tokens(world: World) -> None:
    world.write("accepted")
    world.client.sync()
    world.desk.pull()
    world.client.sync()
    world.write("second")
    (row,) = world.client._open().outbox.unsettled(1)
    proofs = _proofs(world)
    secrets = set()
    for relay in world.relays:
        (proof,) = proofs.prepare(relay.bridge.relay_key, [row.blob_id], BITS)
        assert proof.token is not None
        secrets.add(proof.token.secret)
    assert len(secrets) == 2


def test_a_proof_shows_nothing_of_itself(lone: World) -> None:
    _vouched(lone)
    _queue_without_work(lone, "second")
    (row,) = lone.client._open().outbox.unsettled(1)
    (proof,) = _proofs(lone).prepare(lone.relays[0].bridge.relay_key, [row.blob_id], BITS)
    assert repr(proof) == "<Proof>"
