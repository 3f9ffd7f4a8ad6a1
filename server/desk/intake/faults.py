"""Named places between two steps, where a test may pull the plug.

Everything that must survive a crash takes a `FaultPoint` and calls it between its steps. The
real one does nothing.
"""

from collections.abc import Callable

FaultPoint = Callable[[str], None]
"""Called with the name of the step that has just ended."""


def no_fault(_step: str) -> None:
    """Go on."""
