"""The one clock."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from server.plumbing.clock import FixedClock, SystemClock, day_number


def test_system_clock_is_aware_and_goes_on() -> None:
    clock = SystemClock()
    assert clock.now().tzinfo is UTC
    assert clock.monotonic_seconds() <= clock.monotonic_seconds()


def test_fixed_clock_stands_still_until_moved() -> None:
    clock = FixedClock(datetime(2026, 3, 1, tzinfo=UTC))
    assert clock.now() == clock.now()
    clock.advance(timedelta(hours=25))
    assert clock.now() == datetime(2026, 3, 2, 1, tzinfo=UTC)
    assert clock.monotonic_seconds() == 25 * 3600


def test_fixed_clock_is_set_in_any_zone_and_tells_utc() -> None:
    zone = timezone(timedelta(hours=3))
    assert FixedClock(datetime(2026, 3, 1, 2, tzinfo=zone)).now().isoformat() == (
        "2026-02-28T23:00:00+00:00"
    )


def test_fixed_clock_refuses_a_time_without_a_zone() -> None:
    with pytest.raises(ValueError, match="aware"):
        FixedClock(datetime(2026, 3, 1))  # noqa: DTZ001 - what is refused


def test_fixed_clock_is_not_turned_back() -> None:
    with pytest.raises(ValueError, match="forward"):
        FixedClock(datetime(2026, 3, 1, tzinfo=UTC)).advance(timedelta(seconds=-1))


def test_days_are_counted_from_1970_in_utc() -> None:
    assert day_number(datetime(1970, 1, 1, 23, 59, 59, tzinfo=UTC)) == 0
    assert day_number(datetime(2026, 1, 1, tzinfo=UTC)) == 20_454
