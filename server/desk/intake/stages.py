"""The stages of a blob at the desk: the one transition table, and nothing else.

```
sealed      -open->      opened        a report came out of it
sealed      -claim->     chunk         an attachment was waiting for it
sealed      -keep->      unclaimed     of a chunk's size, and nobody asked for it yet
sealed      -refuse->    quarantined   kept with its bytes and the kind of refusal
unclaimed   -claim->     chunk         the report that speaks of it came later
unclaimed   -refuse->    quarantined   nobody asked for it for two weeks
chunk       -join->      joined        the file is written and checked
chunk       -refuse->    quarantined   the file is not what the sender hashed
quarantined -retry->     sealed        a person asked for another try
opened      -delete->    deleted       its report was deleted: the bytes are gone, the id stays
chunk       -delete->    deleted       so was the report whose file it was part of
joined      -delete->    deleted       the same
```
"""

from enum import StrEnum
from typing import Final

from server.desk.intake.errors import IntakeError


class Stage(StrEnum):
    """Where a blob stands."""

    SEALED = "sealed"
    OPENED = "opened"
    CHUNK = "chunk"
    UNCLAIMED = "unclaimed"
    JOINED = "joined"
    QUARANTINED = "quarantined"
    DELETED = "deleted"


class Move(StrEnum):
    """What happens to a blob."""

    OPEN = "open"
    CLAIM = "claim"
    KEEP = "keep"
    REFUSE = "refuse"
    JOIN = "join"
    RETRY = "retry"
    DELETE = "delete"


TABLE: Final = {
    (Stage.SEALED, Move.OPEN): Stage.OPENED,
    (Stage.SEALED, Move.CLAIM): Stage.CHUNK,
    (Stage.SEALED, Move.KEEP): Stage.UNCLAIMED,
    (Stage.SEALED, Move.REFUSE): Stage.QUARANTINED,
    (Stage.UNCLAIMED, Move.CLAIM): Stage.CHUNK,
    (Stage.UNCLAIMED, Move.REFUSE): Stage.QUARANTINED,
    (Stage.CHUNK, Move.JOIN): Stage.JOINED,
    (Stage.CHUNK, Move.REFUSE): Stage.QUARANTINED,
    (Stage.QUARANTINED, Move.RETRY): Stage.SEALED,
    (Stage.OPENED, Move.DELETE): Stage.DELETED,
    (Stage.CHUNK, Move.DELETE): Stage.DELETED,
    (Stage.JOINED, Move.DELETE): Stage.DELETED,
}


class IllegalMoveError(IntakeError):
    """A blob was asked to move where the table has no way."""


def after(stage: str, move: Move) -> Stage:
    """Tell the stage that follows.

    Args:
        stage: Where the blob stands.
        move: What happens to it.

    Returns:
        Where it stands then.

    Raises:
        IllegalMoveError: The table has no such way.
    """
    found = TABLE.get((Stage(stage), move))
    if found is None:
        raise IllegalMoveError(f"a blob that is {stage} cannot {move.value}")
    return found
