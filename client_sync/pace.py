"""How long until the next poll: arithmetic only.

Theory of operation: in the background, pauses are drawn from an exponential distribution. It has
no memory: whoever watches the line learns nothing from the time of one poll about the next. What
was written waits for a shorter pause of its own, of the same kind (`client_sync.watching`), so that
the times do not tell a report from a poll either. While a person is looking the pace follows what
waits, as on the phone: whoever looks has chosen speed.

Spec: docs/spec/engine.md section 5
"""

import math
from enum import IntEnum
from typing import Final

from schemas.envelope.entropy import Entropy

IDLE_SECONDS: Final = (
    900.0  # the mean in the background, and the pace of one who has nothing to send
)
_CHANCE_BYTES: Final = 7  # as many as a float tells apart
_CHANCES: Final = 1 << (8 * _CHANCE_BYTES)


class FrontPace(IntEnum):
    """Seconds between polls while a person is looking."""

    WAITING = 20
    UNSPOKEN = 60
    IDLE = 900


def background_seconds(mean_seconds: float, entropy: Entropy) -> float:
    """Draw a pause that tells nothing.

    Args:
        mean_seconds: On average.
        entropy: Seven bytes are drawn.

    Returns:
        Seconds, exponentially distributed.
    """
    return -math.log(_chance(entropy)) * mean_seconds


def front_seconds(pace: float, entropy: Entropy) -> float:
    """Draw a pause for somebody who looks: half to one and a half of the pace."""
    return pace * (0.5 + _chance(entropy))


def _chance(entropy: Entropy) -> float:
    """Draw a number above 0, at most 1."""
    return (int.from_bytes(entropy(_CHANCE_BYTES), "big") + 1) / _CHANCES
