"""Polls come at times that say nothing, unless somebody is looking."""

import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

import pytest

from client_sync.errors import HomeBusyError
from client_sync.outbox.states import BlobState
from client_sync.pace import FrontPace, background_seconds, front_seconds
from client_sync.sync.result import SyncResult
from client_sync.views import ReportStatus
from client_sync.watching import BUSY_SECONDS, Watcher
from tests.support.client_world import MovedClock, Seeded

MEAN = 900.0

Told = tuple[ReportStatus, ...]


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


def test_how_reports_stand_does_not_change_the_times_of_polls() -> None:
    idle = _starts([BlobState.ACKNOWLEDGED] * 30)
    writing = _starts([BlobState.QUEUED, BlobState.HELD, BlobState.IN_DOUBT] * 10)
    assert idle == writing


def test_what_was_written_goes_within_minutes_whatever_pause_was_drawn() -> None:
    delays = []
    for number in range(300):
        clock, times = MovedClock(), list[float]()
        written = 20.0 + number

        def poll(clock: MovedClock = clock, times: list[float] = times) -> tuple[SyncResult, Told]:
            times.append(clock.elapsed)
            return SyncResult(), ()

        def mark(clock: MovedClock = clock, written: float = written) -> bool:
            return clock.elapsed >= written

        Watcher(
            poll, lambda: b"", clock, Seeded(f"{number}"), mean_seconds=36_000.0, mark=mark
        ).run(lambda _: None, polls=2)
        delays.append(times[1] - written)
    assert 45 < sum(delays) / len(delays) < 90
    assert max(delays) < 60 * 12


def test_times_alone_do_not_tell_a_report_from_a_poll() -> None:
    dice, clock = Seeded("times"), MovedClock()
    times: list[float] = []
    kinds: list[bool] = []
    written = [background_seconds(MEAN, dice)]

    def poll() -> tuple[SyncResult, Told]:
        times.append(clock.elapsed)
        kinds.append(written[0] <= clock.elapsed)
        if kinds[-1]:
            written[0] = clock.elapsed + background_seconds(MEAN, dice)
        return SyncResult(), ()

    def mark() -> bool:
        return written[0] <= clock.elapsed

    Watcher(poll, lambda: b"", clock, dice, mean_seconds=MEAN, mark=mark).run(
        lambda _: None, polls=3000
    )
    pauses = [later - sooner for sooner, later in pairwise(times)]
    assert best_cut(pauses, kinds[1:]) < 0.56


def best_cut(pauses: Sequence[float], kinds: Sequence[bool]) -> float:
    """Tell how often the best threshold is right about two kinds that are as frequent."""
    long = sorted(pause for pause, kind in zip(pauses, kinds, strict=True) if kind)
    short = sorted(pause for pause, kind in zip(pauses, kinds, strict=True) if not kind)
    return max(
        (bisect_left(short, cut) / len(short) + 1 - bisect_left(long, cut) / len(long)) / 2
        for cut in pauses
    )


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
