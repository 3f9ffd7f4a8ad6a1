"""One-time tokens: in place of work, once."""

from datetime import timedelta

import pytest

from schemas.domain.sync import Token
from schemas.envelope.sealing import envelope_id
from schemas.envelope.tokens import token_hash, tokens_of
from schemas.wire.desk_exchange import encode_token_hashes
from schemas.wire.exchange import encode_token
from schemas.wire.frames import FrameType, encode_frame
from tests.support.relay_answers import put
from tests.support.relays import RelayUnderTest, blob_of
from tests.unit.relay.conftest import MakeRelay

REPLY_KEY = bytes(range(32))


def token(relay: RelayUnderTest, number: int, place: int = 0) -> bytes:
    """Write a TOKEN frame for a blob."""
    secret = tokens_of(REPLY_KEY, relay.key)[place]
    wanted = Token(envelope_id(blob_of(number)), secret)
    return encode_frame(FrameType.TOKEN, encode_token(wanted))


def leave(relay: RelayUnderTest) -> None:
    """Put the hashes of a report's tokens as the desk does."""
    hashes = [token_hash(secret) for secret in tokens_of(REPLY_KEY, relay.key)]
    answer = relay.desk(encode_frame(FrameType.PUT_TOKENS, encode_token_hashes(hashes)))
    assert (answer.done, answer.slugs) == (1, [])


@pytest.fixture
def asking(make_relay: MakeRelay) -> RelayUnderTest:
    """A relay that asks for work and knows eight tokens."""
    relay = make_relay(work_bits=20)
    leave(relay)
    return relay


def test_token_stands_in_for_work(asking: RelayUnderTest) -> None:
    assert asking.exchange(token(asking, 1) + put(blob_of(1), blob_of(2))).statuses == [0, 3]


def test_token_is_good_once(asking: RelayUnderTest) -> None:
    assert asking.exchange(token(asking, 1) + put(blob_of(1))).statuses == [0]
    assert asking.exchange(token(asking, 2) + put(blob_of(2))).statuses == [3]
    assert asking.exchange(token(asking, 2, 1) + put(blob_of(2))).statuses == [0]


def test_token_shown_twice_in_one_request_is_good_for_the_first_blob(
    asking: RelayUnderTest,
) -> None:
    frames = token(asking, 1) + token(asking, 2) + put(blob_of(1), blob_of(2))
    assert asking.exchange(frames).statuses == [0, 3]


def test_duplicate_needs_no_token_and_spends_none(asking: RelayUnderTest) -> None:
    asking.exchange(token(asking, 1) + put(blob_of(1)))
    assert asking.put(blob_of(1)) == [1]
    assert asking.exchange(token(asking, 1, 1) + put(blob_of(1))).statuses == [1]
    assert asking.exchange(token(asking, 2, 1) + put(blob_of(2))).statuses == [0]


def test_token_that_came_where_no_work_is_asked_is_spent_all_the_same(
    make_relay: MakeRelay,
) -> None:
    relay = make_relay()
    leave(relay)
    assert relay.exchange(token(relay, 1) + put(blob_of(1))).statuses == [0]
    strict = make_relay(work_bits=20)
    assert strict.exchange(token(strict, 2) + put(blob_of(2))).statuses == [3]


def test_token_behind_its_blob_is_too_late(asking: RelayUnderTest) -> None:
    assert asking.exchange(put(blob_of(1)) + token(asking, 1)).statuses == [3]


def test_token_nobody_left_is_none(asking: RelayUnderTest) -> None:
    forged = encode_frame(FrameType.TOKEN, encode_token(Token(envelope_id(blob_of(1)), bytes(16))))
    assert asking.exchange(forged + put(blob_of(1))).statuses == [3]


def test_token_of_a_blob_that_is_not_stored_is_not_spent(make_relay: MakeRelay) -> None:
    relay = make_relay(work_bits=20, max_total_bytes=1024, bucket_share_percent=100)
    leave(relay)
    assert relay.exchange(token(relay, 1) + put(blob_of(1))).statuses == [0]
    assert relay.exchange(token(relay, 2, 1) + put(blob_of(2))).statuses == [2]
    relay.purge(blob_of(1))
    assert relay.exchange(token(relay, 2, 1) + put(blob_of(2))).statuses == [0]


def test_hashes_put_again_do_not_bring_a_spent_token_back(asking: RelayUnderTest) -> None:
    asking.exchange(token(asking, 1) + put(blob_of(1)))
    leave(asking)
    assert asking.exchange(token(asking, 2) + put(blob_of(2))).statuses == [3]


def test_tokens_expire_with_the_days_of_the_relay(asking: RelayUnderTest) -> None:
    asking.clock.advance(timedelta(days=30))
    asking.relay.inbox.tidy()
    assert asking.exchange(token(asking, 1) + put(blob_of(1))).statuses == [0]
    asking.clock.advance(timedelta(days=1))
    asking.relay.inbox.tidy()
    assert asking.exchange(token(asking, 2, 1) + put(blob_of(2))).statuses == [3]


def test_relay_keeps_hashes_and_no_token(lone_relay: RelayUnderTest) -> None:
    leave(lone_relay)
    lone_relay.exchange(token(lone_relay, 1) + put(blob_of(1)))
    lone_relay.close()
    secrets = tokens_of(REPLY_KEY, lone_relay.key)
    kept = b"".join(path.read_bytes() for path in lone_relay.config.home.glob("relay.db*"))
    assert not [secret for secret in secrets if secret in kept]


@pytest.mark.parametrize("payload", [b"", bytes(47), bytes(49)])
def test_token_of_another_length_is_a_problem(lone_relay: RelayUnderTest, payload: bytes) -> None:
    assert lone_relay.exchange(encode_frame(FrameType.TOKEN, payload)).slugs == ["bad-token"]


def test_hashes_of_another_length_change_nothing(asking: RelayUnderTest) -> None:
    answer = asking.desk(encode_frame(FrameType.PUT_TOKENS, bytes(17)))
    assert (answer.done, answer.slugs) == (0, ["bad-token"])
