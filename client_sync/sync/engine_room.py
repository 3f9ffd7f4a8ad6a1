"""How much one request may put now, so that links are full and their queues short.

Theory of operation: a slow link has a queue of some seconds in front of it. If less is under way
than the link carries in a round trip, the link idles; if more than the queue holds, packets are
dropped, and all connections stall; and whatever is under way stands before a text that is saved
next. How much is right depends on loss, which nobody can see directly. What can be seen is order:
on a link that loses nothing, answers come in the order of their requests.

So a link is *calm* after four answers in order. Then two lanes suffice, with large batches, each
sent when the queue, reckoned from the rate, has room for it. Else four lanes share what is under
way, more of it once one of them was stuck: a connection that waits for a lost packet fills no
queue. Media never take the last lane and never queue up more than the link carries in two seconds.

Towards the end a batch is a fair share of what is left, so that lanes finish together.

Spec: docs/spec/engine.md rules 2 to 5; figures: docs/adr/0054-queues-short-lanes-full.md
"""

from collections.abc import Sequence
from typing import Final

from client_sync.sync import backoff
from client_sync.sync.engine_state import Item, ItemState, Lane, RelayFacts
from client_sync.sync.engine_working import MOST_LANES, MOST_QUEUE_BYTES, Working
from schemas.constants import REQUEST_CLASS_ROOM_BYTES

MEDIA_LANES: Final = MOST_LANES - 1  # one is left for text
MEDIA_QUEUE_MS: Final = 2000  # half of the four seconds in which text shall be held
LEAST_MEDIA_BYTES: Final = 8192  # half a chunk: the other half may wait for the link
QUEUE_MS: Final = 6000  # what a queue of a slow link holds, and no more
FIRST_QUEUE_BYTES: Final = 13_056  # three lanes of 4096, until a rate is known
CALM_QUEUE_BYTES: Final = 25_088  # a batch of 16384 that goes out, and half of the next one
ROUGH_QUEUE_BYTES: Final = 25_088  # three lanes of 8192
CALM_ANSWERS: Final = 4
CALM_LANES: Final = 2


def room_bytes_of(work: Working, relay: RelayFacts, alike: Sequence[Item]) -> int:
    """Give how much one request may put now.

    Args:
        work: The state.
        relay: Where to.
        alike: What may go there, all of it media or none of it; not empty.

    Returns:
        Bytes; 0: nothing of this kind now.
    """
    batch_bytes = min(relay.batch_bytes, relay.most_batch_bytes or relay.batch_bytes)
    if not relay.has_answered:
        batch_bytes = min(batch_bytes, backoff.SMALLEST_BATCH_BYTES)
    if alike[0].rank.is_media:
        return _media_room_bytes(work, relay, batch_bytes)
    left_bytes = sum(item.size_bytes for item in alike)
    if not work.lanes_at(relay.key):
        return min(batch_bytes, _share_bytes(left_bytes, MOST_LANES))
    if _is_calm(relay):
        wanted_bytes = min(batch_bytes, _share_bytes(left_bytes, CALM_LANES))
        has_room = _over_bytes(work, relay, wanted_bytes) <= 0
        return wanted_bytes if has_room else 0
    wanted_bytes = min(batch_bytes, _share_bytes(left_bytes, MOST_LANES))
    return min(wanted_bytes, _filling_bytes(_rough_room_bytes(work, relay)))


def drained_at_ms(work: Working) -> list[int]:
    """Tell when the queues of calm links have room for another full batch."""
    if not any(item.state is ItemState.QUEUED for item in work.items.values()):
        return []
    calm = [relay for relay in work.relays.values() if _is_calm(relay)]
    over = [(relay, _over_bytes(work, relay, relay.batch_bytes)) for relay in calm]
    return [
        work.now_ms + over_bytes * 1000 // relay.rate_bytes_per_second + 1
        for relay, over_bytes in over
        if over_bytes > 0
    ]


def carries_media(work: Working, lane: Lane) -> bool:
    """Tell whether a lane puts chunks."""
    return any(item.rank.is_media for item in work.live_puts(lane))


def _is_calm(relay: RelayFacts) -> bool:
    return relay.calm >= CALM_ANSWERS and relay.rate_bytes_per_second > 0


def _over_bytes(work: Working, relay: RelayFacts, wanted_bytes: int) -> int:
    """Give by how much the queue would be too long with one more request."""
    most_bytes = max(relay.rate_bytes_per_second * QUEUE_MS // 1000, CALM_QUEUE_BYTES)
    return work.queued_bytes(relay) + REQUEST_CLASS_ROOM_BYTES + wanted_bytes - most_bytes


def _rough_room_bytes(work: Working, relay: RelayFacts) -> int:
    """Give how much more may be under way on a link that loses packets, or may."""
    used_bytes = work.under_way_bytes(relay.key)
    if relay.rate_bytes_per_second == 0 and not relay.is_lossy:
        return FIRST_QUEUE_BYTES - used_bytes
    least_bytes = MOST_QUEUE_BYTES if relay.is_lossy else ROUGH_QUEUE_BYTES
    return max(relay.rate_bytes_per_second * QUEUE_MS // 1000, least_bytes) - used_bytes


def _filling_bytes(room_bytes: int) -> int:
    """Give the largest size that fills a request class and has room; 0: none has."""
    size_bytes = backoff.SMALLEST_BATCH_BYTES
    if room_bytes < size_bytes:
        return 0
    while size_bytes * 2 <= room_bytes:
        size_bytes *= 2
    return size_bytes


def _share_bytes(left_bytes: int, lanes: int) -> int:
    """Give a lane's fair share of what is left, as a size that fills a request class."""
    share_bytes = backoff.SMALLEST_BATCH_BYTES
    while share_bytes * lanes < left_bytes:
        share_bytes *= 2
    return share_bytes


def _media_room_bytes(work: Working, relay: RelayFacts, batch_bytes: int) -> int:
    """Keep the queue of media short; at least one chunk is always under way."""
    media = [lane for lane in work.lanes.values() if carries_media(work, lane)]
    most_bytes = relay.rate_bytes_per_second * MEDIA_QUEUE_MS // 1000
    left_bytes = most_bytes - sum(lane.class_bytes for lane in media)
    if media and (len(media) >= MEDIA_LANES or left_bytes < LEAST_MEDIA_BYTES):
        return 0
    return min(batch_bytes, max(left_bytes, 1))
