"""The states of a set of recovery sheets: the one transition table, and nothing else.

```
made      -rehearse->  in-force   enough sheets were typed back: the set before it ends
in-force  -rehearse->  in-force   typed back again
made      -end->       ended      made anew before it was rehearsed, or given up
in-force  -end->       ended      another set was rehearsed, or this one was given up
```
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from server.desk.keys.errors import KeysError

REHEARSED_EVERY: Final = timedelta(days=182)
"""Twice a year: people move and safes are cleared out, and a set that nobody can find is none."""


class SetState(StrEnum):
    """Where a set stands."""

    MADE = "made"
    IN_FORCE = "in-force"
    ENDED = "ended"


class SetMove(StrEnum):
    """What happens to a set."""

    REHEARSE = "rehearse"
    END = "end"


TABLE: Final = {
    (SetState.MADE, SetMove.REHEARSE): SetState.IN_FORCE,
    (SetState.IN_FORCE, SetMove.REHEARSE): SetState.IN_FORCE,
    (SetState.MADE, SetMove.END): SetState.ENDED,
    (SetState.IN_FORCE, SetMove.END): SetState.ENDED,
}


class IllegalSetMoveError(KeysError):
    """A set was asked to move where the table has no way."""


def after(state: str, move: SetMove) -> SetState:
    """Tell the state that follows.

    Raises:
        IllegalSetMoveError: The table has no such way.
    """
    found = TABLE.get((SetState(state), move))
    if found is None:
        raise IllegalSetMoveError(f"a set that is {state} cannot {move.value}")
    return found


def rehearsal_overdue(rehearsed_at: datetime, at: datetime) -> bool:
    """Tell whether a set in force should have been typed back again."""
    return at - rehearsed_at >= REHEARSED_EVERY
