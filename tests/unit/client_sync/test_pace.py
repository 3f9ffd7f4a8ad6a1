"""Polls come at times that say nothing, unless somebody is looking."""

import math
from collections.abc import Callable, Iterable

import pytest

from client_sync.errors import HomeBusyError
from client_sync.outbox.states import BlobState
from client_sync.pace import FrontPace, background_seconds, front_seconds
from client_sync.sync.result import SyncResult
from client_sync.views import ReportStatus
from client_sync.watching import BUSY_SECONDS, Watcher
from tests.support.client_world import MovedClock, Seeded

MEAN = 900.0


def _status(state: BlobState) -> ReportStatus:
    return ReportStatus(None, state, (), 0)


def _starts(
    states: Iterable[BlobState],
    *,
    is_front: bool = False,
    network: Callable[[float], bytes] = lambda _: b"one",
) -> list[float]:
    """Watch with a report in each state in turn; give the time of each poll."""
    clock, times, coming = MovedClock(), list[float](), list(states)
    polls = len(coming)

    def poll() -> tuple[SyncResult, tuple[ReportStatus, ...]]:
        times.append(clock.elapsed)
        return SyncResult(), (_status(coming.pop(0)),)

    watcher = Watcher(
        poll,
        lambda: network(clock.elapsed),
        clock,
        Seeded("pace"),
        mean_seconds=MEAN,
        is_front=is_front,
    )
    watcher.run(lambda _: None, polls=polls)
    return times


def test_pauses_in_the_background_are_exponential() -> None:
    entropy = Seeded("draws")
    drawn = sorted(background_seconds(MEAN, entropy) for _ in range(4000))
    for number, seconds in enumerate(drawn):
        expected = 1 - math.exp(-seconds / MEAN)
        assert abs((number + 1) / len(drawn) - expected) < 0.03  # Kolmogorov-Smirnov at 4000


def test_a_report_does_not_change_the_times_of_polls() -> None:
    idle = _starts([BlobState.ACKNOWLEDGED] * 30)
    writing = _starts([BlobState.QUEUED, BlobState.HELD, BlobState.IN_DOUBT] * 10)
    assert idle == writing


def test_while_somebody_looks_the_pace_follows_what_waits() -> None:
    waiting = _starts([BlobState.QUEUED] * 10, is_front=True)
    idle = _starts([BlobState.ACKNOWLEDGED] * 10, is_front=True)
    assert waiting[-1] <= 9 * FrontPace.WAITING * 1.5 < idle[-1]


@pytest.mark.parametrize("pace", list(FrontPace))
def test_a_pause_in_front_is_half_to_one_and_a_half_of_its_pace(pace: FrontPace) -> None:
    entropy = Seeded("front")
    drawn = [front_seconds(pace, entropy) for _ in range(200)]
    assert pace * 0.5 < min(drawn) < max(drawn) <= pace * 1.5


def test_a_new_network_brings_the_next_poll_forward() -> None:
    still = _starts([BlobState.ACKNOWLEDGED] * 20)
    moving = _starts(
        [BlobState.ACKNOWLEDGED] * 20, network=lambda now: int(now // 120).to_bytes(8, "big")
    )
    assert moving[-1] < still[-1] / 2


def test_a_busy_home_is_polled_a_moment_later() -> None:
    clock, tries = MovedClock(), list[float]()

    def poll() -> tuple[SyncResult, tuple[ReportStatus, ...]]:
        tries.append(clock.elapsed)
        if len(tries) < 3:
            raise HomeBusyError("another command works in this home; wait until it ends")
        return SyncResult(), ()

    Watcher(poll, lambda: b"", clock, Seeded("busy")).run(lambda _: None, polls=1)
    assert tries == [0, BUSY_SECONDS, 2 * BUSY_SECONDS]
