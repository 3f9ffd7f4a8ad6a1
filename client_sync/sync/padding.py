"""Draw the size of a poll: the one a report's sync would have.

Theory of operation: lengths are what a watcher of the line sees. A request with something to put
is padded to the class it fits; one with nothing to put draws its class as reports fall, so that
it could be either.

Spec: docs/spec/sync.md section 1
"""

from itertools import accumulate
from typing import Final

from schemas.constants import POLL_CLASS_WEIGHTS, POLL_CLASSES_BYTES
from schemas.envelope.entropy import Entropy

_CHANCE_BYTES: Final = 2
_CHANCES: Final = 1 << (8 * _CHANCE_BYTES)


def poll_class_bytes(entropy: Entropy) -> int:
    """Draw the class of a poll.

    Args:
        entropy: Two bytes are drawn.

    Returns:
        One of `POLL_CLASSES_BYTES`, each as often as its weight says.
    """
    drawn = int.from_bytes(entropy(_CHANCE_BYTES), "big") * sum(POLL_CLASS_WEIGHTS) // _CHANCES
    bounds = accumulate(POLL_CLASS_WEIGHTS)
    return next(
        size for size, bound in zip(POLL_CLASSES_BYTES, bounds, strict=True) if drawn < bound
    )
