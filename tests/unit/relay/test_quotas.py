"""What a relay has room for, and from whom."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from schemas.constants import BUCKETS_BYTES
from server.relay.quotas import Room
from server.relay.shared import SharedMemory
from server.relay.sources import source_prefix
from tests.support.relay_answers import put
from tests.support.relays import blob_of
from tests.unit.relay.conftest import MakeRelay

FRANCE, NEIGHBOUR, ELSEWHERE = "192.0.2.7", "192.0.2.200", "198.51.100.1"


def test_full_relay_says_full_and_still_knows_what_it_holds(make_relay: MakeRelay) -> None:
    relay = make_relay(work_bits_ceiling=0, max_total_bytes=4 * 1024, bucket_share_percent=100)
    assert relay.put(*[blob_of(number) for number in range(6)]) == [0, 0, 0, 0, 2, 2]
    assert relay.put(blob_of(0), blob_of(5)) == [1, 2]


def test_purge_makes_room(make_relay: MakeRelay) -> None:
    relay = make_relay(work_bits_ceiling=0, max_total_bytes=2 * 1024, bucket_share_percent=100)
    relay.put(blob_of(1), blob_of(2))
    relay.purge(blob_of(1))
    assert relay.put(blob_of(3), blob_of(4)) == [0, 2]


def test_expiry_makes_room(make_relay: MakeRelay) -> None:
    relay = make_relay(work_bits_ceiling=0, max_total_bytes=2 * 1024, bucket_share_percent=100)
    relay.put(blob_of(1), blob_of(2))
    relay.clock.advance(timedelta(days=31))
    relay.relay.inbox.tidy()
    assert relay.put(blob_of(3), blob_of(4), blob_of(5)) == [0, 0, 2]


def test_flood_of_photographs_leaves_room_for_texts(make_relay: MakeRelay) -> None:
    relay = make_relay(work_bits_ceiling=0, max_total_bytes=64 * 1024, bucket_share_percent=50)
    photographs = [blob_of(number, 16_384) for number in range(4)]
    assert relay.put(*photographs) == [0, 0, 2, 2]
    assert relay.put(*[blob_of(100 + number) for number in range(40)]) == [0] * 32 + [2] * 8


@given(st.dictionaries(st.sampled_from(BUCKETS_BYTES), st.integers(0, 50)), st.integers(1, 100))
def test_room_is_never_passed(held: dict[int, int], share: int) -> None:
    room = Room(total_bytes=200_000, bucket_share_percent=share)
    for bucket in BUCKETS_BYTES:
        if room.fits(bucket, held):
            after = held | {bucket: held.get(bucket, 0) + 1}
            assert sum(size * blobs for size, blobs in after.items()) <= 200_000
            assert after[bucket] * bucket * 100 <= 200_000 * share


def test_source_over_its_quota_hears_slow_down(make_relay: MakeRelay) -> None:
    relay = make_relay(source_blobs_per_day=2)
    relay.exchange(put(blob_of(1), blob_of(2)), source=FRANCE)
    answer = relay.exchange(put(blob_of(3)), source=NEIGHBOUR)
    assert (answer.statuses, answer.slugs) == ([2], ["slow-down"])
    assert answer.policy is not None
    assert answer.policy.retry_after_seconds > 0


def test_quota_of_one_source_is_not_anothers(make_relay: MakeRelay) -> None:
    relay = make_relay(source_blobs_per_day=1)
    relay.exchange(put(blob_of(1)), source=FRANCE)
    assert relay.exchange(put(blob_of(2)), source=ELSEWHERE).statuses == [0]


def test_duplicates_cost_a_source_nothing(make_relay: MakeRelay) -> None:
    relay = make_relay(source_blobs_per_day=2)
    for _ in range(5):
        relay.exchange(put(blob_of(1)), source=FRANCE)
    assert relay.exchange(put(blob_of(2)), source=FRANCE).statuses == [0]


def test_source_over_its_quota_still_hears_of_what_is_held(make_relay: MakeRelay) -> None:
    relay = make_relay(source_blobs_per_day=1)
    relay.exchange(put(blob_of(1)), source=FRANCE)
    answer = relay.exchange(put(blob_of(1)), source=FRANCE)
    assert (answer.statuses, answer.slugs) == ([1], [])


def test_quota_of_a_source_begins_anew_each_day(make_relay: MakeRelay) -> None:
    relay = make_relay(source_blobs_per_day=1)
    relay.exchange(put(blob_of(1)), source=FRANCE)
    relay.clock.advance(timedelta(days=1))
    assert relay.exchange(put(blob_of(2)), source=FRANCE).statuses == [0]


def test_loopback_is_not_counted(make_relay: MakeRelay) -> None:
    relay = make_relay(source_blobs_per_day=1)
    assert relay.put(blob_of(1), blob_of(2), blob_of(3)) == [0, 0, 0]
    assert relay.put(blob_of(4)) == [0]


def test_forwarded_address_counts_only_behind_a_trusted_proxy(make_relay: MakeRelay) -> None:
    for proxies, refused in ((0, False), (1, True)):
        relay = make_relay(source_blobs_per_day=1, trusted_proxies=proxies)
        replies = [
            relay.http(
                "POST",
                relay.path,
                bytes([1]) + bytes(15) + put(blob_of(10 * proxies + number)),
                HTTP_X_FORWARDED_FOR=FRANCE,
            )
            for number in (1, 2)
        ]
        assert (b"slow-down" in replies[1].body) == refused


def test_prefix_is_coarse() -> None:
    assert source_prefix("192.0.2.7") == source_prefix("192.0.2.200") == b"\x04\xc0\x00\x02"
    assert source_prefix("::ffff:192.0.2.9") == source_prefix("192.0.2.7")
    assert source_prefix("2001:db8:1::1") == source_prefix("2001:db8:1:ffff::2%eth0")
    assert source_prefix("2001:db8:1::1") != source_prefix("2001:db8:2::1")
    assert source_prefix("127.0.0.9") is source_prefix("::1") is source_prefix("unix") is None


def test_shared_counts_grow_and_begin_anew() -> None:
    shared = SharedMemory()
    shared.add(b"a", 10, 3)
    shared.add(b"a", 10, 4)
    assert (shared.taken(b"a", 10), shared.taken(b"b", 10)) == (7, 0)
    assert shared.taken(b"a", 11) == 0


def test_shared_memory_never_holds_a_prefix_in_clear() -> None:
    shared = SharedMemory()
    prefix = source_prefix(FRANCE)
    assert prefix is not None
    shared.add(prefix, 10, 1)
    assert prefix not in shared.contents()


def test_mark_changes_each_time() -> None:
    shared = SharedMemory()
    marks = [shared.mark()]
    for _ in range(3):
        shared.change_mark()
        marks.append(shared.mark())
    assert len(set(marks)) == 4
