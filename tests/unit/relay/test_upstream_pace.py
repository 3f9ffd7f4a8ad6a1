"""When the upstream is looked for again, and by whom."""

from pathlib import Path

import pytest

from server.relay.upstream.courier import LOCK_FILE, Lock
from server.relay.upstream.rest import (
    BUSY_SECONDS,
    FIRST_REST_SECONDS,
    LONGEST_REST_SECONDS,
    pause_seconds,
)


def pause(failures: int = 0, *, work: bool = False, asked: int = 0, chance: float = 0.5) -> float:
    """Ask for a pause, idle ones being a minute."""
    return pause_seconds(
        failures=failures, has_work=work, asked_seconds=asked, idle_seconds=60, chance=chance
    )


def test_while_something_waits_the_next_run_is_near() -> None:
    assert pause(work=True) == BUSY_SECONDS


def test_idle_pauses_are_spread_around_their_length() -> None:
    assert [pause(chance=chance) for chance in (0.0, 0.5, 1.0)] == [30, 60, 90]


def test_rest_doubles_with_each_failure_up_to_a_quarter_of_an_hour() -> None:
    rests = [pause(failures, work=True, chance=1.0) for failures in range(1, 40)]
    assert rests[:4] == [FIRST_REST_SECONDS * factor for factor in (1, 2, 4, 8)]
    assert max(rests) == rests[-1] == LONGEST_REST_SECONDS


def test_rest_after_a_failure_is_spread_over_its_upper_half() -> None:
    assert [pause(3, chance=chance) for chance in (0.0, 1.0)] == [10, 20]


@pytest.mark.parametrize("failures", [0, 1])
def test_upstream_that_asks_for_a_pause_gets_it(failures: int) -> None:
    assert pause(failures, work=True, asked=3600) >= 3600


def test_one_process_at_a_time_speaks_to_the_upstream(tmp_path: Path) -> None:
    first, second = Lock(tmp_path), Lock(tmp_path)
    assert (first.take(), second.take(), first.take()) == (True, False, True)
    first.give()
    assert second.take()
    second.give()
    assert (tmp_path / LOCK_FILE).read_bytes() == b""
