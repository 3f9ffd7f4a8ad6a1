"""The one transition table of a training: what may follow what, and nothing else."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Phase(StrEnum):
    """Where the training of this process stands."""

    IDLE = "idle"
    READING = "reading"
    LEARNING = "learning"
    DONE = "done"
    STOPPED = "stopped"
    TOO_FEW = "too few"
    FAILED = "failed"


RUNNING: Final = frozenset({Phase.READING, Phase.LEARNING})

TRANSITIONS: Final[Mapping[Phase, frozenset[Phase]]] = {
    **dict.fromkeys(
        (Phase.IDLE, Phase.DONE, Phase.STOPPED, Phase.TOO_FEW, Phase.FAILED),
        frozenset({Phase.READING}),
    ),
    Phase.READING: frozenset({Phase.LEARNING, Phase.STOPPED, Phase.TOO_FEW, Phase.FAILED}),
    Phase.LEARNING: frozenset({Phase.DONE, Phase.STOPPED, Phase.TOO_FEW, Phase.FAILED}),
}
"""Phase -> phases that may follow; one training at a time."""


def after(phase: Phase, wanted: Phase) -> Phase:
    """Go on to a phase.

    Raises:
        ValueError: The table does not allow it.
    """
    if wanted not in TRANSITIONS[phase]:
        raise ValueError(f"a training does not go from {phase} to {wanted}")
    return wanted
