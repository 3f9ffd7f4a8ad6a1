"""When a blob has waited for the desk's word for too long."""

from client_sync.outbox.rows import Holding
from client_sync.sync.overdue import overdue
from schemas.domain.ids import EnvelopeId, RelayKey

NORTH = RelayKey(b"n" * 32)
BLOB = EnvelopeId(bytes(32))


def _holding(
    hours_ago: int = 0, syncs_ago: int = 0, until_day: int = 130, days_ago: int = 0
) -> Holding:
    return Holding(BLOB, NORTH, 100 - days_ago, until_day, 1000 - hours_ago, 50 - syncs_ago)


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
