"""What a look into a file found, as values; believed for its shape only.

Theory of operation: the process that looks reads bytes of strangers and may be turned by them. So
what it answers is itself untrusted: every value is cut to its size, every text is cleaned of what
could act on a screen, and whatever has another shape is no finding.
"""

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Final

EDITION: Final = 1
"""Grows when a look finds more than before; older findings are then made anew."""
MOST_FACTS: Final = 120
"""A camera notes 40 to 90 things; a file made to flood notes thousands."""
MOST_NAME_CHARACTERS: Final = 60
MOST_VALUE_CHARACTERS: Final = 300
"""Long enough for every text that a camera or a program writes by itself."""
MOST_SIDE_PIXELS: Final = 65_535
"""No format shown here can say more."""
LIKENESS_DIGITS: Final = 64

_ACTS_ON_TEXT: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})
"""Unicode categories of what steers a terminal, turns text around or is nothing."""


class State(StrEnum):
    """How a look ended."""

    SEEN = "seen"
    NOT_A_PICTURE = "not a picture"
    TOO_LARGE = "too large"
    UNREADABLE = "unreadable"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is noted in a file."""

    group: str
    name: str
    value: str


@dataclass(frozen=True, slots=True, repr=False)
class Finding:
    """What was found.

    Attributes:
        kind: Media type by the bytes; empty when it is none that is looked into.
        camera: Maker and model.
        taken_at: As the camera's clock said, with its offset where one is noted.
        place: Degrees north and east, or None.
        likeness: 64 hex digits that are close for pictures that look alike; empty for none.
    """

    state: State
    kind: str = ""
    width: int = 0
    height: int = 0
    camera: str = ""
    taken_at: str = ""
    place: tuple[float, float] | None = None
    likeness: str = ""
    facts: tuple[Fact, ...] = ()

    def __repr__(self) -> str:
        """Hide what is noted in the file."""
        return f"<Finding {self.state.value}>"


def clean(text: object, most: int = MOST_VALUE_CHARACTERS) -> str:
    """Give a text of a stranger without what could act on a screen, cut to a size."""
    shown = "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(one) in _ACTS_ON_TEXT else one
        for one in str(text)[: most + 1]
    )
    return shown if len(shown) <= most else shown[:most] + "…"


def encode(finding: Finding) -> bytes:
    """Write a finding as one line of JSON."""
    return json.dumps(asdict(finding), separators=(",", ":")).encode()


def decode(line: bytes) -> Finding:
    """Read a finding.

    Args:
        line: From :func:`encode`, or from a process that was turned.

    Raises:
        ValueError: It is none.
    """
    try:
        return _finding(json.loads(line))
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("this is no finding") from error


def _finding(held: dict[str, object]) -> Finding:
    likeness = str(held["likeness"])
    if likeness and (len(likeness) != LIKENESS_DIGITS or set(likeness) - set("0123456789abcdef")):
        raise ValueError("a likeness is 64 hex digits")
    return Finding(
        state=State(str(held["state"])),
        kind=clean(held["kind"], MOST_NAME_CHARACTERS),
        width=_side(held["width"]),
        height=_side(held["height"]),
        camera=clean(held["camera"]),
        taken_at=clean(held["taken_at"], MOST_NAME_CHARACTERS),
        place=_place(held["place"]),
        likeness=likeness,
        facts=_facts(held["facts"]),
    )


def _side(value: object) -> int:
    if not isinstance(value, int) or not 0 <= value <= MOST_SIDE_PIXELS:
        raise ValueError("a picture's side is a number of pixels")
    return value


def _place(value: object) -> tuple[float, float] | None:
    if value is None:
        return None
    if not isinstance(value, list):
        raise TypeError("a place is two numbers")
    north, east = (float(one) for one in value)
    # Comparisons with what is not a number are false, so that it is refused as well.
    if not (-90 <= north <= 90 and -180 <= east <= 180):  # noqa: PLR2004 - degrees of a globe
        raise ValueError("a place lies on the globe")
    return north, east


def _facts(value: object) -> tuple[Fact, ...]:
    if not isinstance(value, Sequence):
        raise TypeError("facts are a list")
    return tuple(
        Fact(
            clean(one["group"], MOST_NAME_CHARACTERS),
            clean(one["name"], MOST_NAME_CHARACTERS),
            clean(one["value"]),
        )
        for one in value[:MOST_FACTS]
    )
