"""Asking more than once before anything has answered: side by side, and at the next relay.

Theory of operation: while a run has no answer yet, nothing is known of the link as it is now. A
packet of a new connection that is lost is missed only after a second, the next one after two, then
four; one attempt in three loses one where a packet in five is lost. Two attempts are seldom unlucky
both, and a relay takes a blob twice as well as once. So when all that waits is small, the same is
asked there again on connections of their own, a little later each, so that a link that works has
answered before it matters. What is large waits for the first answer: it would only stand in its
own way.

A relay may also be a black hole. So after a while the next one is asked the same, whatever waits,
and lanes are left for that.

Spec: docs/spec/engine.md rule 7; figures: docs/adr/0070-small-things-side-by-side.md
"""

from collections.abc import Iterator
from typing import Final

from client_sync.sync.backoff import SMALLEST_BATCH_BYTES
from client_sync.sync.engine_choice import Choice, takes
from client_sync.sync.engine_state import ItemState, Lane, RelayFacts
from client_sync.sync.engine_working import MOST_LANES, Working
from schemas.constants import REQUEST_CLASS_ROOM_BYTES

RACE_MS: Final = 4000  # a handshake over a bad link takes three
SLOW_RACE: Final = 3  # a relay whose connection stands is most likely one
ABREAST_MS: Final = 1000  # when a system repeats a lost first packet
MOST_ABREAST: Final = 3
LANES_KEPT: Final = 2  # for the next two relays


def race_choice(work: Working) -> Choice | None:
    """Ask the same again, while no relay has answered in this run."""
    due = (relay for relay, at_ms in _asked_again(work) if at_ms <= work.now_ms)
    relay = next(due, None)
    number = work.free_lane(relay.key) if relay is not None else None
    if relay is None or number is None:
        return None
    first = min(work.lanes.values(), key=_request)
    puts = (item for item in work.live_puts(first) if takes(work, item, relay))
    return Choice(number, relay, tuple(puts), (), is_repeat=True, is_race=True)


def race_times_ms(work: Working) -> list[int]:
    """List when the same is asked again, if nothing answers before."""
    return [at_ms for _, at_ms in _asked_again(work)]


def _asked_again(work: Working) -> Iterator[tuple[RelayFacts, int]]:
    """Give relays to ask the same, and when."""
    if not work.lanes or work.is_polled:
        return
    usable = work.usable()
    unasked = [relay for relay in usable if not work.lanes_at(relay.key)]
    first = min(work.lanes.values(), key=_request)
    relay = work.relays[first.relay]
    if relay in usable and _goes_abreast(work, first, len(unasked)):
        asked = work.lanes_at(relay.key)
        pause_ms = max(ABREAST_MS, relay.round_trip_ms) * len(asked)
        yield relay, max(asked, key=_request).sent_at_ms + pause_ms
    silent = [relay for relay in usable if not relay.is_open]
    other = next(iter(unasked or silent), None)
    if other is not None:
        newest = max(_openers(work) if unasked else work.lanes.values(), key=_request)
        race_ms = max(RACE_MS, 3 * work.relays[newest.relay].round_trip_ms)
        yield other, newest.sent_at_ms + race_ms * (SLOW_RACE if work.has_open_relay else 1)


def _goes_abreast(work: Working, first: Lane, unasked: int) -> bool:
    """Tell whether what was asked first is small and all there is, and lanes are to spare."""
    is_small = first.class_bytes <= REQUEST_CLASS_ROOM_BYTES + SMALLEST_BATCH_BYTES
    waits = any(
        item.state is ItemState.QUEUED and not item.rank.is_media for item in work.items.values()
    )
    spare = MOST_LANES - len(work.lanes) - min(unasked, LANES_KEPT)
    return is_small and not waits and spare > 0 and len(work.lanes_at(first.relay)) < MOST_ABREAST


def _openers(work: Working) -> list[Lane]:
    """List what was asked first at each relay."""
    asked = (work.lanes_at(relay) for relay in work.relays)
    return [min(lanes, key=_request) for lanes in asked if lanes]


def _request(lane: Lane) -> int:
    return lane.request
