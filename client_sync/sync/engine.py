"""The sync engine: what is sent next, where, on how many connections, and how long to wait.

Theory of operation: `step` is a pure function. It does no I/O, keeps no clock and draws no chance:
times, measurements and drawn numbers come in with events, and what shall be done goes out as
actions. So a phone in a browser and a program in Python take the same decisions, and a night on a
bad link can be replayed in a millisecond.

What an event says is learnt first (`engine_learning`); then requests are chosen until no lane has
anything to do (`engine_choice`); then either something is under way, or there is a time to wait
for, or the run is over. An event that fits nothing (a late verdict, an unknown request, a clock
that goes back) changes nothing.

Spec: docs/spec/engine.md
"""

from dataclasses import replace
from typing import Final

from client_sync.sync import backoff
from client_sync.sync.engine_actions import Action, Finish, Reason, Send, Stop, Wait
from client_sync.sync.engine_choice import Choice, class_bytes_of, ordinary_choice
from client_sync.sync.engine_endgame import repeat_choice, repeatable
from client_sync.sync.engine_events import (
    Added,
    Answered,
    Begin,
    Connected,
    Dropped,
    Event,
    Failed,
)
from client_sync.sync.engine_learning import add, answered, begin, connected, failed, give_up
from client_sync.sync.engine_race import race_choice, race_times_ms
from client_sync.sync.engine_room import drained_at_ms
from client_sync.sync.engine_state import EngineState, ItemState, Lane, RelayFacts
from client_sync.sync.engine_working import MOST_LANES, MOST_RUN_FAILURES, Working, thawed

MOST_REQUESTS: Final = 4000  # a run that needs more is not converging; the next one goes on
MOST_FRUITLESS: Final = 64  # no answer, however odd, keeps a run going for ever
LONGEST_REST_IN_RUN_MS: Final = 8000
GRACE_MS: Final = 5000  # a transport that forgets its deadline is reminded after this
FIRST_ANSWER_BYTES: Final = 16_384  # board pages and a quarter of a mailbox page
ANSWER_BYTES: Final = 1024


def step(state: EngineState, event: Event) -> tuple[EngineState, tuple[Action, ...]]:
    """Take in one event and decide what to do.

    Args:
        state: What was known; it is not changed. `EngineState()` before the first event.
        event: What happened.

    Returns:
        What is known now, and what to do, in this order.
    """
    if not state.is_running and not isinstance(event, Begin):
        return state, ()
    work = thawed(state)
    work.now_ms = max(work.now_ms, event.now_ms)
    _learn(work, event)
    _remind(work)
    while not _is_over_limit(work):
        choice = _next_choice(work)
        if choice is None:
            break
        _send(work, choice)
    _conclude(work)
    return work.frozen(), tuple(work.actions)


def _learn(work: Working, event: Event) -> None:  # one line an event
    match event:
        case Begin():
            begin(work, event)
        case Added():
            add(work, event.items)
        case Dropped():
            for blob_id in event.ids:
                work.items.pop(blob_id, None)
        case Connected():
            connected(work, event)
        case Answered():
            answered(work, event)
        case Failed():
            failed(work, event)
        case _:
            pass  # a tick brings nothing but the time


def _remind(work: Working) -> None:
    """Give up what is past its deadline though nobody said so, and what is stuck."""
    for lane in sorted(work.lanes.values(), key=lambda lane: lane.number):
        if work.is_stalled(lane) or work.now_ms >= lane.deadline_ms + GRACE_MS:
            work.actions.append(Stop(lane.number, lane.request))
            give_up(work, lane, backoff.MOST_CHANCE)


def _next_choice(work: Working) -> Choice | None:
    if len(work.lanes) >= MOST_LANES:
        return None
    return ordinary_choice(work) or race_choice(work) or repeat_choice(work)


def _is_over_limit(work: Working) -> bool:
    return work.requests >= MOST_REQUESTS or work.fruitless >= MOST_FRUITLESS


# --- sending -----------------------------------------------------------------------------


def _send(work: Working, choice: Choice) -> None:
    """Note a request as under way, and tell the runner to make it."""
    relay, class_bytes = choice.relay, class_bytes_of(choice)
    under_way_bytes = work.under_way_bytes(relay.key) + class_bytes
    is_cold = (choice.lane, relay.key) not in work.warm
    answer_bytes = ANSWER_BYTES if relay.has_answered else FIRST_ANSWER_BYTES
    timeout_ms = backoff.timeout_ms(
        under_way_bytes + answer_bytes,
        relay.rate_bytes_per_second,
        relay.round_trip_ms,
        is_first=is_cold,
    )
    work.requests += 1
    lane = Lane(
        number=choice.lane,
        request=work.requests,
        relay=relay.key,
        puts=tuple(item.id for item in choice.puts),
        queries=choice.queries,
        class_bytes=class_bytes,
        sent_at_ms=work.now_ms,
        due_ms=work.now_ms + _needed_ms(relay, under_way_bytes, is_cold=is_cold),
        deadline_ms=work.now_ms + timeout_ms,
        is_repeat=choice.is_repeat,
        started_at_ms=-1 if is_cold else work.now_ms,
    )
    _mark(work, choice)
    queued_bytes = work.queued_bytes(relay) + class_bytes
    relay = replace(relay, queued_bytes=queued_bytes, queued_at_ms=work.now_ms)
    if not work.lanes_at(relay.key):
        trip_ms = relay.round_trip_ms * (3 if is_cold else 1)
        relay = replace(relay, counted_at_ms=work.now_ms + trip_ms)
    work.change_relay(relay)
    work.lanes[lane.number] = lane
    work.actions.append(
        Send(
            lane=lane.number,
            request=lane.request,
            relay=lane.relay,
            puts=lane.puts,
            queries=lane.queries,
            class_bytes=class_bytes,
            timeout_ms=timeout_ms,
            is_repeat=lane.is_repeat,
        )
    )


def _needed_ms(relay: RelayFacts, under_way_bytes: int, *, is_cold: bool) -> int:
    """Give the time until an answer if nothing is lost: what is under way goes out first."""
    trip_ms = relay.round_trip_ms or backoff.ASSUMED_ROUND_TRIP_MS
    hello_ms = 2 * trip_ms + backoff.HELLO_MS if is_cold else 0
    return hello_ms + trip_ms + backoff.moving_ms(under_way_bytes, relay.rate_bytes_per_second)


def _mark(work: Working, choice: Choice) -> None:
    """Note where items are under way; a repeat leaves them where they are."""
    for item in choice.puts:
        if choice.is_race:
            continue
        if choice.is_repeat:
            work.items[item.id] = replace(item, repeats=item.repeats + 1)
        else:
            flying = replace(item, state=ItemState.IN_FLIGHT, relay=choice.relay.key)
            work.items[item.id] = flying


# --- waiting and ending ------------------------------------------------------------------


def _conclude(work: Working) -> None:
    """Wait for a time, or end the run, or only for what is under way."""
    if _is_busy(work):
        until_ms = min(_times(work), default=None)
        if until_ms is not None:
            work.actions.append(Wait(until_ms))
        return
    finish = _finish(work)
    if isinstance(finish, Finish):
        work.is_running = False
        work.lanes, work.warm = {}, set()
    work.actions.append(finish)


def _is_busy(work: Working) -> bool:
    """Tell whether anything under way is worth waiting for."""
    return any(
        any(blob_id in work.items for blob_id in (*lane.puts, *lane.queries))
        or _is_poll_worth_waiting(work, lane)
        for lane in work.lanes.values()
    )


def _is_poll_worth_waiting(work: Working, lane: Lane) -> bool:
    """Tell whether a lane asks something else that no other one has brought."""
    relay = work.relays[lane.relay]
    is_poll = not lane.puts and not lane.queries
    if not work.is_polled or relay.is_behind:
        return is_poll
    if lane.is_repeat or not relay.has_answered:
        return False
    # The first request asks for the mailbox, whether it puts something or not.
    return is_poll or (lane.request == 1 and not work.is_late(lane))


def _times(work: Working) -> list[int]:
    """List the times at which something could be done that cannot be done now."""
    times = [lane.deadline_ms + GRACE_MS for lane in work.lanes.values()]
    times += [relay.rest_until_ms for relay in work.relays.values()]
    times += [work.stalled_at_ms(lane) for lane in work.lanes.values() if lane.is_overtaken]
    if len(work.lanes) < MOST_LANES:
        times += drained_at_ms(work)
        times += [work.late_at_ms(lane) for lane in work.lanes.values() if repeatable(work, lane)]
        times += race_times_ms(work)
    return [time_ms for time_ms in times if time_ms > work.now_ms]


def _finish(work: Working) -> Finish | Wait:
    """End the run, unless a relay that rests is worth waiting for."""
    if _is_over_limit(work):
        return Finish(Reason.LIMIT)
    if work.is_polled and not _is_wanting(work):
        return Finish(Reason.DONE)
    resting = [relay for relay in work.relays.values() if work.rests(relay)]
    soon = [
        relay.rest_until_ms
        for relay in resting
        if relay.run_failures < MOST_RUN_FAILURES
        and relay.rest_until_ms - work.now_ms <= LONGEST_REST_IN_RUN_MS
    ]
    if soon:
        return Wait(min(soon))
    again_at_ms = min((relay.rest_until_ms for relay in resting), default=0)
    return Finish(Reason.RESTING if work.is_polled else Reason.UNREACHABLE, again_at_ms)


def _is_wanting(work: Working) -> bool:
    """Tell whether a relay that rests could take, tell or give something."""
    resting = [relay for relay in work.relays.values() if work.rests(relay)]
    return any(
        relay.is_behind
        or any(
            relay.key not in item.refused and relay.full_until_ms <= work.now_ms
            for item in work.items.values()
        )
        for relay in resting
    )
