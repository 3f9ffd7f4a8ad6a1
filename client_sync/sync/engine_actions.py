"""What the engine tells the runner.

Spec: docs/spec/engine.md section 3
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from schemas.domain.ids import EnvelopeId, RelayKey


class Reason(StrEnum):
    """Why a run ends."""

    DONE = "done"
    RESTING = "resting"
    UNREACHABLE = "unreachable"
    LIMIT = "limit"


@dataclass(frozen=True, slots=True)
class Send:
    """Make a request.

    Attributes:
        lane: The connection to use, 0 to 3; a lane keeps one connection per relay.
        request: Number of the request; events name it.
        puts: In the order of sending.
        class_bytes: Request class of sync.md section 1 that what is put and asked fits into; the
            runner pads to it, or to the next one if stamps make the request larger, or, with
            nothing to put, to one drawn as for a poll.
        timeout_ms: For the whole exchange.
        is_repeat: What is put is in flight elsewhere as well: its state stays.
    """

    lane: int
    request: int
    relay: RelayKey
    puts: tuple[EnvelopeId, ...]
    queries: tuple[EnvelopeId, ...]
    class_bytes: int
    timeout_ms: int
    is_repeat: bool = False


@dataclass(frozen=True, slots=True)
class Stop:
    """Close the connection of a request that is not worth waiting for.

    Nothing needs to be told of it any more; what it put without a verdict is in doubt. An answer
    that comes all the same is told like any other.
    """

    lane: int
    request: int


@dataclass(frozen=True, slots=True)
class Wait:
    """Send a tick at this time unless something happens before."""

    until_ms: int


@dataclass(frozen=True, slots=True)
class Finish:
    """End the run.

    Attributes:
        again_at_ms: When the first relay may be asked again; 0: at any time.
    """

    reason: Reason
    again_at_ms: int = 0


Action: TypeAlias = Send | Stop | Wait | Finish
