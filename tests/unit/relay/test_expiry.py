"""A promise to keep is also a promise to forget."""

from datetime import timedelta

from tests.support.relays import RelayUnderTest, blob_of
from tests.unit.relay.conftest import MakeRelay


def age(relay: RelayUnderTest, days: int) -> None:
    """Let days pass and the daily housekeeping run."""
    relay.clock.advance(timedelta(days=days))
    relay.relay.inbox.tidy()


def test_blob_goes_after_the_day_its_receipt_named(relay: RelayUnderTest) -> None:
    relay.put(blob_of(1))
    age(relay, 30)
    assert relay.held(blob_of(1)) == [True]
    age(relay, 1)
    assert relay.held(blob_of(1)) == [False]
    assert relay.pull().envelopes == []


def test_purged_id_is_forgotten_with_its_day(relay: RelayUnderTest) -> None:
    relay.put(blob_of(1))
    relay.purge(blob_of(1))
    age(relay, 31)
    assert relay.put(blob_of(1)) == [0]


def test_younger_blobs_stay(relay: RelayUnderTest) -> None:
    relay.put(blob_of(1))
    age(relay, 20)
    relay.put(blob_of(2))
    age(relay, 11)
    assert relay.held(blob_of(1), blob_of(2)) == [False, True]


def test_row_numbers_are_never_given_twice(relay: RelayUnderTest) -> None:
    relay.put(blob_of(1), blob_of(2))
    cursor = relay.pull().envelopes[-1].seq
    age(relay, 31)
    relay.put(blob_of(3))
    assert [item.blob for item in relay.pull(cursor).envelopes] == [blob_of(3)]


def test_more_than_one_step_of_rows_expires(relay: RelayUnderTest) -> None:
    for start in range(0, 1200, 240):
        relay.put(*[blob_of(number) for number in range(start, start + 240)])
    age(relay, 31)
    assert relay.pull().envelopes == []
    assert relay.put(blob_of(7)) == [0]


def test_days_to_keep_are_a_setting(make_relay: MakeRelay) -> None:
    relay = make_relay(keep_days=2)
    receipt = relay.exchange(b"").receipt
    assert receipt is None
    relay.put(blob_of(1))
    age(relay, 3)
    assert relay.held(blob_of(1)) == [False]


def test_housekeeping_runs_by_itself_with_the_first_blob_of_a_day(relay: RelayUnderTest) -> None:
    relay.put(blob_of(1))
    relay.clock.advance(timedelta(days=31))
    relay.put(blob_of(2))
    # The thread tidies after it has answered: a second blob waits until it has.
    relay.put(blob_of(3))
    assert relay.held(blob_of(1)) == [False]
