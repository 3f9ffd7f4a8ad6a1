"""An answer tells a poll from a report neither by its size nor by its time."""

import io
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from multiprocessing import get_context
from typing import Final

import pytest

from schemas.constants import RESPONSE_HEADER_BYTES
from schemas.domain.sync import RequestHeader
from schemas.domain.vocabulary import PutStatus
from schemas.envelope.sealing import envelope_id
from schemas.wire.classes import response_class_bytes
from schemas.wire.exchange import encode_request_header
from schemas.wire.frames import FrameType, encode_frame
from server.plumbing.clock import FixedClock, SystemClock
from server.relay.body import Body
from server.relay.exchange import Exchange
from server.relay.inbox import Inbox, Ticket
from server.relay.load import Limits, Load
from server.relay.pace import MOST_SECONDS, NOTED, USUAL_SECONDS, Pace
from server.relay.quotas import Room
from server.relay.services import Relay
from server.relay.store import Offer, Outcome
from tests.support.client_world import Seeded
from tests.support.relay_answers import put, query
from tests.support.relays import NOON, RelayUnderTest, blob_of, directory_of, page_of

DRAWS: Final = 20_000
MOST_APART: Final = 0.02
"""Kolmogorov-Smirnov distance of 20,000 draws from 64 values; by chance about 0.01."""


class NoHousekeeping:
    """Nothing to do once a day."""

    def tidy(self, day: int) -> None:
        """Do nothing."""


NO_HOUSEKEEPING: Final = NoHousekeeping()


def seconds_of(number: int) -> float:
    """A made-up commit: most are quick, some wait for the disk."""
    return 0.002 + number * number / 100_000


def distance(ones: list[float], others: list[float]) -> float:
    """The greatest difference of two empirical distributions."""
    ones, others = sorted(ones), sorted(others)
    return max(
        abs(bisect_right(ones, at) / len(ones) - bisect_right(others, at) / len(others))
        for at in {*ones, *others}
    )


def test_waits_of_polls_are_spread_as_the_times_of_commits() -> None:
    pace = Pace(Seeded("pace"))
    commits = [seconds_of(number) for number in range(NOTED)]
    for seconds in commits:
        pace.note(seconds)
    waits = [pace.draw() for _ in range(DRAWS)]
    assert distance(waits, commits) < MOST_APART


def test_only_recent_commits_count() -> None:
    pace = Pace(Seeded("recent"))
    for number in range(3 * NOTED):
        pace.note(1.0 if number < 2 * NOTED else 0.25)
    assert {pace.draw() for _ in range(1000)} == {0.25}


def test_poll_before_the_first_commit_takes_a_usual_time() -> None:
    assert Pace().draw() == USUAL_SECONDS


def test_disk_that_stands_still_does_not_hold_polls_for_long() -> None:
    pace = Pace()
    pace.note(45.0)
    assert pace.draw() == MOST_SECONDS


class TimedTicket(Ticket):
    """A ticket whose commit takes a time of our choosing."""

    def __init__(self, offers: Sequence[Offer], clock: FixedClock, seconds: float) -> None:
        super().__init__(offers)
        self._clock, self._seconds = clock, seconds

    def outcomes(self) -> list[Outcome]:
        """Take the time, and say that everything was stored."""
        self._clock.advance(timedelta(seconds=self._seconds))
        return [Outcome(PutStatus.STORED, 20_000) for _ in self.offers]


class TimedInbox(Inbox):
    """An inbox without a disk, each of whose commits takes the time that is next."""

    def __init__(self, relay: Relay, clock: FixedClock) -> None:
        super().__init__(relay.storage, clock, Room(1 << 30, 100), relay.load, NO_HOUSEKEEPING, 1)
        self._moving = clock
        self._number = 0

    def put(self, offers: Sequence[Offer]) -> Ticket:
        """Decide when asked."""
        self._number += 1
        return TimedTicket(offers, self._moving, seconds_of(self._number % NOTED))


def test_relay_answers_polls_in_the_times_in_which_it_answers_reports(
    lone_relay: RelayUnderTest,
) -> None:
    clock = lone_relay.clock
    inbox = TimedInbox(lone_relay.relay, clock)
    relay = replace(lone_relay.relay, inbox=inbox, pace=Pace(Seeded("relay")))

    def exchange(frames: bytes) -> None:
        body = Body(
            io.BytesIO(frames),
            declared_bytes=len(frames),
            limit_bytes=1 << 20,
            clock=clock,
            limit_seconds=60,
        )
        Exchange(relay, RequestHeader(), None).answer(body)

    for number in range(NOTED):
        exchange(put(blob_of(number)))
    assert clock.pauses == []
    for _ in range(2000):
        exchange(query(envelope_id(blob_of(1))))
    commits = [seconds_of(number) for number in range(NOTED)]
    assert len(clock.pauses) == 2000
    assert distance(clock.pauses, commits) < 3 * MOST_APART


@pytest.mark.parametrize(
    "frames",
    [
        encode_frame(FrameType.PAD),
        put(blob_of(1)),
        put(blob_of(1), b"short"),
        query(bytes(32)),
        put(blob_of(1)) + b"\x0e\0\0\0",
    ],
)
@pytest.mark.parametrize("wants_mailbox", [True, False])
def test_every_answer_has_the_size_of_a_class(
    lone_relay: RelayUnderTest, frames: bytes, wants_mailbox: bool
) -> None:
    lone_relay.desk(encode_frame(FrameType.PUT_DIRECTORY, directory_of(2)))
    lone_relay.desk(encode_frame(FrameType.PUT_BOARD, page_of(1)))
    header = encode_request_header(RequestHeader(wants_mailbox=wants_mailbox))
    body = lone_relay.http("POST", lone_relay.path, header + frames).body
    assert len(body) == response_class_bytes(len(body))
    assert len(body) > RESPONSE_HEADER_BYTES


def test_poll_and_report_are_answered_in_the_same_size(lone_relay: RelayUnderTest) -> None:
    header = encode_request_header(RequestHeader())
    padding = encode_frame(FrameType.PAD)
    poll = lone_relay.http("POST", lone_relay.path, header + padding).body
    report = lone_relay.http("POST", lone_relay.path, header + put(blob_of(1))).body
    assert len(poll) == len(report) == 256


def test_answer_to_the_desk_has_the_size_of_a_class(lone_relay: RelayUnderTest) -> None:
    lone_relay.put(blob_of(1))
    body = lone_relay.http("POST", lone_relay.path, lone_relay.desk_bytes(b"")).body
    assert len(body) == response_class_bytes(len(body))


def test_mailbox_is_left_out_when_it_is_not_wanted(lone_relay: RelayUnderTest) -> None:
    answer = lone_relay.exchange(b"", RequestHeader(wants_mailbox=False))
    assert answer.types == [FrameType.POLICY]


class Nested(FixedClock):
    """A clock in whose pauses other polls arrive."""

    def __init__(self, pace: Pace, polls: int) -> None:
        super().__init__(NOON)
        self._pace, self._polls = pace, polls

    def pause(self, seconds: float) -> None:
        """Let the next poll come before this one is over."""
        super().pause(seconds)
        if self._polls:
            self._polls -= 1
            self._pace.rest(self)


def test_flood_of_polls_leaves_threads_for_reports() -> None:
    pace = Pace(most_resting=4)
    clock = Nested(pace, polls=100)
    pace.rest(clock)
    assert len(clock.pauses) == 4
    pace.rest(clock)
    assert len(clock.pauses) == 8


def test_processes_of_a_relay_share_what_they_noted() -> None:
    pace, load = Pace(), Load(Limits(0, 22, 10, 0, 1 << 30), SystemClock())

    def work() -> None:
        pace.note(0.25)
        load.stored(11, 0)

    child = get_context("fork").Process(target=work)
    child.start()
    child.join()
    assert child.exitcode == 0
    assert (pace.draw(), load.bits()) == (0.25, 12)


def test_clock_of_a_test_notes_pauses_and_goes_on() -> None:
    clock = FixedClock(NOON)
    clock.pause(3.0)
    assert (clock.pauses, clock.monotonic_seconds()) == ([3.0], 0.0)
