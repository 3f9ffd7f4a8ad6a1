"""Work that a relay may ask for."""

from itertools import count

import pytest

from schemas.constants import SECONDS_PER_WEEK
from schemas.domain.ids import EnvelopeId
from schemas.domain.sync import Stamp
from schemas.envelope.sealing import envelope_id
from schemas.envelope.stamps import stamp_bits
from schemas.wire.exchange import encode_stamp
from schemas.wire.frames import FrameType, encode_frame
from tests.support.relay_answers import put
from tests.support.relays import RelayUnderTest, blob_of
from tests.unit.relay.conftest import MakeRelay

BITS = 6


def stamp(relay: RelayUnderTest, number: int, weeks: int = 0, bits: int = BITS) -> bytes:
    """Work out a STAMP frame for a blob."""
    week = int(relay.clock.now().timestamp()) // SECONDS_PER_WEEK + weeks
    wanted: EnvelopeId = envelope_id(blob_of(number))
    tries = (Stamp(wanted, week, nonce) for nonce in count())
    found = next(one for one in tries if (stamp_bits(one) >= BITS) == (bits >= BITS))
    return encode_frame(FrameType.STAMP, encode_stamp(found))


@pytest.fixture
def working_relay(make_relay: MakeRelay) -> RelayUnderTest:
    """A relay that asks for work."""
    return make_relay(work_bits=BITS)


def test_blob_without_a_stamp_needs_work(working_relay: RelayUnderTest) -> None:
    answer = working_relay.exchange(put(blob_of(1)))
    assert answer.statuses == [3]
    assert answer.policy is not None
    assert answer.policy.work_bits == BITS


def test_stamp_before_its_blob_lets_it_in(working_relay: RelayUnderTest) -> None:
    frames = stamp(working_relay, 1) + put(blob_of(1), blob_of(2))
    assert working_relay.exchange(frames).statuses == [0, 3]


def test_stamp_behind_its_blob_is_too_late(working_relay: RelayUnderTest) -> None:
    assert working_relay.exchange(put(blob_of(1)) + stamp(working_relay, 1)).statuses == [3]


def test_stamp_with_too_little_work_is_none(working_relay: RelayUnderTest) -> None:
    frames = stamp(working_relay, 1, bits=0) + put(blob_of(1))
    assert working_relay.exchange(frames).statuses == [3]


@pytest.mark.parametrize(("weeks", "status"), [(-9, 3), (-8, 0), (1, 0), (2, 3)])
def test_stamp_lasts_as_long_as_a_queue(
    working_relay: RelayUnderTest, weeks: int, status: int
) -> None:
    frames = stamp(working_relay, 1, weeks) + put(blob_of(1))
    assert working_relay.exchange(frames).statuses == [status]


def test_held_blob_needs_no_second_stamp(working_relay: RelayUnderTest) -> None:
    working_relay.exchange(stamp(working_relay, 1) + put(blob_of(1)))
    assert working_relay.exchange(put(blob_of(1))).statuses == [1]
