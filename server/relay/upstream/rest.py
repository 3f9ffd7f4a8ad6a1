"""When the upstream is looked for again. No I/O.

Theory of operation: while something waits and the link works, the courier relay goes on every few
seconds; without anything to send it asks for news at an idle pace, spread by chance so that it has
no rhythm. A link that fails is tried again later and later, up to a quarter of an hour: the link
of a village comes for an hour a day, and is not to be missed by much.
"""

from typing import Final

BUSY_SECONDS: Final = 5.0
"""Between two runs while something waits."""

FIRST_REST_SECONDS: Final = 5.0
LONGEST_REST_SECONDS: Final = 900.0
_MOST_DOUBLINGS: Final = 16


def pause_seconds(
    *, failures: int, has_work: bool, asked_seconds: int, idle_seconds: float, chance: float
) -> float:
    """Tell how long to wait after a run.

    Args:
        failures: Runs that failed in a row.
        has_work: Something waits here.
        asked_seconds: What the upstream asked for; 0 for nothing.
        idle_seconds: The pace without anything to send.
        chance: 0 to 1, drawn.

    Returns:
        Seconds.
    """
    if failures:
        doublings = min(failures - 1, _MOST_DOUBLINGS)
        longest = min(FIRST_REST_SECONDS * float(1 << doublings), LONGEST_REST_SECONDS)
        return max(longest * (0.5 + chance / 2), float(asked_seconds))
    if asked_seconds:
        return asked_seconds * (1 + chance / 2)
    return BUSY_SECONDS if has_work else idle_seconds * (0.5 + chance)
