"""What the runner tells the engine. Times are milliseconds of a clock that does not jump.

Spec: docs/spec/engine.md section 2
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

from client_sync.sync.engine_state import Item, RelayFacts
from schemas.domain.ids import EnvelopeId, RelayKey


class Verdict(StrEnum):
    """What a relay says to one blob that was put."""

    HELD = "held"
    REFUSED = "refused"
    FULL = "full"
    UNSTAMPED = "unstamped"


class Failure(StrEnum):
    """Why no answer came that counts."""

    REFUSED = "refused"
    RESET = "reset"
    TIMEOUT = "timeout"
    NOT_A_RELAY = "not_a_relay"
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class Begin:
    """A run starts: what waits, and what is remembered of each relay on this network.

    Attributes:
        is_manual: A person asked for it: no relay rests.
    """

    now_ms: int
    items: tuple[Item, ...]
    relays: tuple[RelayFacts, ...]
    is_manual: bool = False


@dataclass(frozen=True, slots=True)
class Added:
    """Something was saved while the run goes on."""

    now_ms: int
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Dropped:
    """Something was acknowledged or deleted in the meantime."""

    now_ms: int
    ids: tuple[EnvelopeId, ...]


@dataclass(frozen=True, slots=True)
class Connected:
    """The connection for a request stands, TLS included."""

    now_ms: int
    request: int


@dataclass(frozen=True, slots=True)
class Answered:
    """A well-formed answer came; what it says was verified.

    Attributes:
        is_whole: Nothing was cut.
        moved_bytes: Bytes of request and answer together.
        verdicts: Of what was put; what has none is in doubt.
        have: Of what was asked.
        has_moved: Pages, replies or a directory came.
        behind: Relays where there is more to read now.
        most_batch_bytes: What the relay allows; 0: it did not say.
        rest_ms: For how long it asked to be left alone.
        chance: Drawn evenly from 0 to 65535.
    """

    now_ms: int
    request: int
    is_whole: bool = True
    moved_bytes: int = 0
    verdicts: Mapping[EnvelopeId, Verdict] = field(default_factory=lambda: MappingProxyType({}))
    have: Mapping[EnvelopeId, bool] = field(default_factory=lambda: MappingProxyType({}))
    has_moved: bool = False
    behind: frozenset[RelayKey] = frozenset()
    most_batch_bytes: int = 0
    rest_ms: int = 0
    chance: int = 0


@dataclass(frozen=True, slots=True)
class Failed:
    """No answer came that counts.

    Attributes:
        chance: Drawn evenly from 0 to 65535.
    """

    now_ms: int
    request: int
    kind: Failure
    chance: int = 0


@dataclass(frozen=True, slots=True)
class Tick:
    """The time named by `wait` came."""

    now_ms: int


Event: TypeAlias = Begin | Added | Dropped | Connected | Answered | Failed | Tick
