"""What a receipt promises."""

from datetime import timedelta

from schemas.constants import BUCKETS_BYTES
from schemas.domain.vocabulary import PutStatus
from schemas.envelope.sealing import envelope_id
from schemas.wire.frames import FrameType, encode_frame
from tests.support.relay_answers import put, query
from tests.support.relays import RelayUnderTest, blob_of
from tests.unit.relay.conftest import MakeRelay

STORED, DUPLICATE, FULL, NEED_WORK, REFUSED = (int(status) for status in PutStatus)


def test_relay_stores_every_bucket(relay: RelayUnderTest) -> None:
    blobs = [blob_of(size, size) for size in BUCKETS_BYTES]
    assert relay.put(*blobs) == [STORED] * len(BUCKETS_BYTES)
    assert [item.blob for item in relay.pull().envelopes] == blobs


def test_relay_drops_a_second_copy(relay: RelayUnderTest) -> None:
    assert relay.put(blob_of(1)) == [STORED]
    assert relay.put(blob_of(1)) == [DUPLICATE]
    assert len(relay.pull().envelopes) == 1


def test_two_copies_in_one_request_are_stored_once(relay: RelayUnderTest) -> None:
    assert relay.put(blob_of(1), blob_of(2), blob_of(1)) == [STORED, STORED, DUPLICATE]
    assert len(relay.pull().envelopes) == 2


def test_blob_without_a_bucket_size_is_refused_alone(relay: RelayUnderTest) -> None:
    assert relay.put(blob_of(1), b"x" * 1023, blob_of(2), b"") == [STORED, REFUSED, STORED, REFUSED]
    assert len(relay.pull().envelopes) == 2


def test_receipt_names_today_and_the_day_until_which_blobs_are_kept(
    relay: RelayUnderTest,
) -> None:
    receipt = relay.exchange(put(blob_of(1))).receipt
    assert receipt is not None
    assert (receipt.day, receipt.until_day) == (relay.day, relay.day + 30)


def test_duplicate_counts_from_the_day_of_its_first_copy(relay: RelayUnderTest) -> None:
    relay.put(blob_of(1))
    relay.clock.advance(timedelta(days=12))
    receipt = relay.exchange(put(blob_of(1), blob_of(2))).receipt
    assert receipt is not None
    assert receipt.until_day == relay.day - 12 + 30


def test_request_without_a_blob_gets_no_receipt(relay: RelayUnderTest) -> None:
    assert FrameType.RECEIPT not in relay.exchange(b"").types


def test_what_a_receipt_named_is_there_after_a_restart(make_relay: MakeRelay) -> None:
    blobs = [blob_of(number) for number in range(20)]
    first = make_relay()
    assert first.put(*blobs) == [STORED] * 20
    assert make_relay().held(*blobs) == [True] * 20


def test_have_answers_each_id_in_the_order_asked(relay: RelayUnderTest) -> None:
    relay.put(blob_of(1), blob_of(3))
    assert relay.held(*map(blob_of, range(5))) == [False, True, False, True, False]


def test_have_speaks_of_puts_in_the_same_request(relay: RelayUnderTest) -> None:
    answer = relay.exchange(query(envelope_id(blob_of(7))) + put(blob_of(7)))
    assert answer.have[0].held == (True,)


def test_each_query_gets_its_own_have(relay: RelayUnderTest) -> None:
    relay.put(blob_of(1))
    frames = query(envelope_id(blob_of(1))) + query(*(envelope_id(blob_of(n)) for n in (2, 1)))
    assert [have.held for have in relay.exchange(frames).have] == [(True,), (False, True)]


def test_three_hundred_ids_are_looked_up_in_lots(relay: RelayUnderTest) -> None:
    blobs = [blob_of(number) for number in range(300)]
    relay.put(*blobs[:200])
    relay.put(*blobs[200:])
    assert relay.held(*blobs[:256]) == [True] * 256
    assert relay.put(*blobs[100:300]) == [DUPLICATE] * 200


def test_courier_frame_changes_nothing_for_its_blobs(relay: RelayUnderTest) -> None:
    answer = relay.exchange(encode_frame(FrameType.COURIER) + put(blob_of(1)))
    assert (answer.statuses, answer.slugs) == ([STORED], [])
