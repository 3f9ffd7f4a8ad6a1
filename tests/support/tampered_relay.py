"""A relay in memory whose answers pass through somebody's hands."""

from collections.abc import Callable
from dataclasses import dataclass, field

from schemas.constants import RESPONSE_HEADER_BYTES
from schemas.wire.frames import FrameType
from tests.support.client_world import World
from tests.support.memory_relay import MemoryRelay
from tests.support.relay_answers import whole_frames

Tamper = Callable[[bytes], bytes]
"""Is given an answer; says what the phone gets instead."""


def honest(answer: bytes) -> bytes:
    """Pass an answer on as it is."""
    return answer


@dataclass
class TamperedRelay(MemoryRelay):
    """One relay, and somebody before it.

    Attributes:
        tamper: What becomes of each answer.
        is_apart: Requests do not reach the relay: a portal, or a proxy, answers by itself.
        shown: What the phone was given, since the list was last emptied.
    """

    tamper: Tamper = honest
    is_apart: bool = False
    shown: list[bytes] = field(default_factory=list)

    def take(self, request: bytes, *, is_cut: bool = False) -> bytes:
        """Answer as a relay does, and let the answer be tampered with."""
        answer = b"" if self.is_apart else super().take(request, is_cut=is_cut)
        self.shown.append(self.tamper(answer))
        return self.shown[-1]

    @property
    def has_shown_a_verdict(self) -> bool:
        """Tell whether a whole receipt or HAVE was among what the phone was given."""
        return any(
            frame.type in (FrameType.RECEIPT, FrameType.HAVE)
            for answer in self.shown
            for frame in whole_frames(answer[RESPONSE_HEADER_BYTES:])
        )


def put_between(world: World) -> TamperedRelay:
    """Put somebody between a world's client and its first relay; the others cannot be reached."""
    before = world.relays[0]
    relay = TamperedRelay(
        before.key,
        before.url,
        before.day,
        directory=before.directory,
        directory_version=before.directory_version,
    )
    world.relays[0] = world.link.relays[before.url] = relay
    world.link.down = {other.url for other in world.relays[1:]}
    return relay
