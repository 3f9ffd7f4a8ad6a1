"""What is sent next, and when a sync is over."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from client_sync.outbox.rows import BlobKind, Holding, OutboxRow
from client_sync.outbox.states import BlobState
from client_sync.sync.engine import MOST_FAILURES, RelayTraits, next_exchange, overdue
from schemas.domain.ids import EnvelopeId, RelayKey

NORTH, SOUTH = RelayKey(b"n" * 32), RelayKey(b"s" * 32)
FRESH = RelayTraits(NORTH, batch_bytes=4096)
OTHER = RelayTraits(SOUTH, batch_bytes=4096)
POLLED = replace(FRESH, has_answered=True)


def row(name: int, kind: BlobKind = BlobKind.TEXT, size: int = 1024) -> OutboxRow:
    """Make a queued blob."""
    return OutboxRow(EnvelopeId(name.to_bytes(32, "big")), kind, size, BlobState.QUEUED)


def doubtful(name: int, relay: RelayKey) -> OutboxRow:
    """Make a blob that was lost on the way to a relay."""
    return replace(row(name), state=BlobState.IN_DOUBT, relay_key=relay)


def test_an_empty_outbox_polls_one_relay_once() -> None:
    exchange = next_exchange([], [FRESH, OTHER])
    assert exchange is not None
    assert (exchange.relay_key, exchange.puts, exchange.queries) == (NORTH, (), ())
    assert next_exchange([], [POLLED, OTHER]) is None


def test_a_batch_holds_as_much_as_fits() -> None:
    exchange = next_exchange([row(n) for n in range(9)], [FRESH])
    assert exchange is not None
    assert len(exchange.puts) == 3


def test_one_blob_goes_however_large_it_is() -> None:
    exchange = next_exchange([row(1, BlobKind.CHUNK, 16384)], [FRESH])
    assert exchange is not None
    assert len(exchange.puts) == 1


def test_text_does_not_wait_for_media_in_one_request() -> None:
    rows = [row(1), row(2, BlobKind.CHUNK, 1024)]
    exchange = next_exchange(rows, [replace(FRESH, batch_bytes=16384)])
    assert exchange is not None
    assert [put.kind for put in exchange.puts] == [BlobKind.TEXT]


def test_what_is_in_doubt_is_asked_about_where_it_was_lost() -> None:
    rows = [doubtful(1, NORTH), doubtful(2, SOUTH), row(3)]
    exchange = next_exchange(rows, [FRESH, OTHER])
    assert exchange is not None
    assert exchange.queries == (rows[0].blob_id,)
    assert [put.blob_id for put in exchange.puts] == [rows[2].blob_id]


def test_what_is_in_doubt_at_a_dead_relay_is_put_at_another() -> None:
    rows = [doubtful(1, NORTH)]
    exchange = next_exchange(rows, [replace(FRESH, failures=MOST_FAILURES), OTHER])
    assert exchange is not None
    assert exchange.relay_key == SOUTH
    assert exchange.puts == (rows[0],)


def test_what_one_relay_holds_goes_to_the_next() -> None:
    held = replace(row(1), holders=frozenset({NORTH}))
    exchange = next_exchange([held], [POLLED, OTHER])
    assert exchange is not None
    assert exchange.relay_key == SOUTH


def test_what_the_only_relay_holds_goes_there_again() -> None:
    held = replace(row(1), holders=frozenset({NORTH}))
    exchange = next_exchange([held], [POLLED])
    assert exchange is not None
    assert exchange.relay_key == NORTH


def test_what_a_relay_refused_goes_to_the_next_and_then_waits() -> None:
    refused = frozenset({row(1).blob_id})
    first = next_exchange([row(1)], [replace(POLLED, refused=refused), OTHER])
    assert first is not None
    assert first.relay_key == SOUTH
    both = [replace(POLLED, refused=refused), replace(OTHER, refused=refused)]
    assert next_exchange([row(1)], both) is None


def test_a_relay_that_asked_for_rest_gets_it() -> None:
    assert next_exchange([row(1)], [replace(FRESH, is_resting=True)]) is None


def test_a_relay_with_more_to_read_is_asked_again() -> None:
    exchange = next_exchange([], [replace(POLLED, is_behind=True)])
    assert exchange is not None
    assert exchange.puts == ()


@st.composite
def _any_rows(draw: st.DrawFn) -> list[OutboxRow]:
    states = st.sampled_from([BlobState.QUEUED, BlobState.IN_DOUBT])
    relays = st.sampled_from([NORTH, SOUTH])
    rows = []
    for name in range(draw(st.integers(0, 12))):
        state = draw(states)
        rows.append(
            replace(
                row(name, draw(st.sampled_from(BlobKind)), draw(st.sampled_from([1024, 16384]))),
                state=state,
                relay_key=draw(relays) if state is BlobState.IN_DOUBT else None,
                holders=frozenset(draw(st.sets(relays))),
            )
        )
    return rows


@given(_any_rows(), st.integers(0, MOST_FAILURES), st.integers(0, MOST_FAILURES))
def test_while_a_relay_is_usable_nothing_is_stuck(
    rows: list[OutboxRow], north_failures: int, south_failures: int
) -> None:
    relays = [
        replace(FRESH, failures=north_failures, has_answered=True),
        replace(OTHER, failures=south_failures, has_answered=True),
    ]
    exchange = next_exchange(rows, relays)
    if not rows or not any(relay.is_usable for relay in relays):
        assert exchange is None
        return
    assert exchange is not None
    assert exchange.puts or exchange.queries
    assert not {put.blob_id for put in exchange.puts} & set(exchange.queries)


def _holding(
    hours_ago: int = 0, syncs_ago: int = 0, until_day: int = 130, days_ago: int = 0
) -> Holding:
    return Holding(
        row(1).blob_id, NORTH, 100 - days_ago, until_day, 1000 - hours_ago, 50 - syncs_ago
    )


def _is_overdue(holding: Holding) -> bool:
    return bool(overdue([holding], now_hour=1000, sync_number=50, relay_day=100))


def test_overdue_takes_both_two_days_and_three_syncs() -> None:
    assert not _is_overdue(_holding(hours_ago=47, syncs_ago=9))
    assert not _is_overdue(_holding(hours_ago=500, syncs_ago=2))
    assert _is_overdue(_holding(hours_ago=48, syncs_ago=3))


def test_a_promise_about_to_end_is_overdue_by_the_relays_own_day() -> None:
    assert not _is_overdue(_holding(until_day=103))
    assert _is_overdue(_holding(until_day=102))


def test_a_clock_set_back_neither_hurries_nor_stops_what_is_overdue() -> None:
    assert not _is_overdue(_holding(hours_ago=-9000, syncs_ago=9, days_ago=1))
    assert _is_overdue(_holding(hours_ago=-9000, syncs_ago=9, days_ago=2))
