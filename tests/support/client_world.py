"""A client, relays and a desk in one place, with weather over the link between them."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from pathlib import Path

from client_sync.client import Client
from client_sync.composing import Answers
from client_sync.errors import TransportError
from client_sync.transports.base import Answer, Tally
from client_sync.transports.lanes import Broke, Came, Word
from client_sync.vault.container import DerivationCost
from schemas.domain.directory import BridgeLine
from schemas.wire.invite import format_bridge_line
from tests.support.memory_desk import MemoryDesk, make_relay
from tests.support.memory_relay import MemoryRelay

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
CHEAP = DerivationCost(memory_kib=8, passes=1)
PASSPHRASE = "correct horse"


class Seeded:
    """Randomness that repeats: a counter under BLAKE2b."""

    def __init__(self, seed: str) -> None:
        """Begin a stream."""
        self._key = hashlib.blake2b(seed.encode("utf-8")).digest()
        self._drawn = 0

    def __call__(self, count: int) -> bytes:
        """Give the next bytes."""
        out = b""
        while len(out) < count:
            self._drawn += 1
            out += hashlib.blake2b(self._drawn.to_bytes(8, "big"), key=self._key).digest()
        return out[:count]


@dataclass
class MovedClock:
    """A clock that stands until it is moved."""

    moment: datetime = NOW
    elapsed: float = 0.0
    waits: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        """Tell the time set."""
        return self.moment

    def elapsed_seconds(self) -> float:
        """Tell the stop watch."""
        return self.elapsed

    def wait(self, seconds: float) -> None:
        """Move on without waiting."""
        self.waits.append(seconds)
        self.elapsed += max(seconds, 0.001)  # never stand still, or a loop would not end

    def advance(self, **by: float) -> None:
        """Move the time of day."""
        self.moment += timedelta(**by)


class Fate(Enum):
    """What the link does to one exchange."""

    ARRIVES = auto()
    UNREACHABLE = auto()
    CUT_UP = auto()
    CUT_DOWN = auto()
    TWICE = auto()
    PORTAL = auto()


Weather = Callable[[int, int], tuple[Fate, int]]
"""Is told the sizes of request and answer; says what happens, and at which byte."""


def fair(_up: int, _down: int) -> tuple[Fate, int]:
    """Let everything arrive."""
    return Fate.ARRIVES, 0


@dataclass
class MemoryLink:
    """Lanes over relays in memory, in the clock's own time: each exchange takes a second.

    What happens to an exchange is decided when it starts; its word comes when its time has come.
    """

    relays: dict[str, MemoryRelay]
    clock: MovedClock
    weather: Weather = fair
    seconds: float = 1.0
    down: set[str] = field(default_factory=set)
    _words: list[tuple[float, int, Came | Broke]] = field(default_factory=list)
    _tally: Tally = field(default_factory=Tally)

    @property
    def tally(self) -> Tally:
        """Count as every transport does."""
        return self._tally

    def close(self) -> None:
        """Begin to count anew for the next sync."""
        self._tally = Tally()
        self._words.clear()

    def start(self, request: int, bridge: BridgeLine, body: bytes, timeout_seconds: float) -> None:
        """Carry one exchange through the weather."""
        at_seconds = self.clock.elapsed + self.seconds
        self._tally.round_trips += 1
        word: Came | Broke
        try:
            word = Came(request, at_seconds, self._carry(bridge, body, timeout_seconds))
        except TransportError as error:
            word = Broke(request, at_seconds, error)
        self._words.append((at_seconds, request, word))
        self._words.sort(key=lambda one: one[:2])

    def stop(self, request: int) -> None:
        """Forget the word that would have come."""
        self._words = [one for one in self._words if one[1] != request]

    def next_word(self, wait_seconds: float) -> Word | None:
        """Move the clock to the next word, or to the end of the wait."""
        if self._words and self._words[0][0] <= self.clock.elapsed + wait_seconds:
            at_seconds, _, word = self._words.pop(0)
            self.clock.elapsed = max(self.clock.elapsed, at_seconds)
            return word
        self.clock.wait(wait_seconds)
        return None

    def _carry(self, bridge: BridgeLine, request: bytes, timeout_seconds: float) -> Answer:
        relay = self.relays[bridge.url]
        fate, at = self.weather(len(request), len(request))
        if bridge.url in self.down or fate is Fate.UNREACHABLE or timeout_seconds <= 0:
            raise TransportError("the relay cannot be reached; it will be tried again")
        if fate is Fate.PORTAL:
            return Answer(b"<!doctype html><title>Sign in to the network</title>", is_whole=True)
        if fate is Fate.CUT_UP:
            relay.take(request[: at % (len(request) + 1)], is_cut=True)
            raise TransportError("the relay cannot be reached; it will be tried again")
        if fate is Fate.TWICE:
            relay.take(request)
        return self._answer(relay.take(request), fate, at, len(request))

    def _answer(self, body: bytes, fate: Fate, at: int, up_bytes: int) -> Answer:
        self._tally.bytes_up += up_bytes
        if fate is Fate.CUT_DOWN:
            body = body[: at % (len(body) + 1)]
        self._tally.bytes_down += len(body)
        return Answer(body, is_whole=fate is not Fate.CUT_DOWN)


class World:
    """Two relays, a desk, and a client that can be closed and opened again."""

    def __init__(self, folder: Path, relays: int = 2, seed: str = "world") -> None:
        """Found everything; the client has not joined yet."""
        self.entropy = Seeded(seed)
        self.clock = MovedClock()
        self.relays = [make_relay(f"relay{n}", NOW, self.entropy) for n in range(relays)]
        self.desk = MemoryDesk.make(NOW, self.relays, self.entropy)
        self.link = MemoryLink({relay.url: relay for relay in self.relays}, self.clock)
        self.home = folder / "home"
        self.client = self.open_client()

    def open_client(self, home: Path | None = None, passphrase: str = PASSPHRASE) -> Client:
        """Open a client as a new process would."""
        return Client(
            home or self.home,
            passphrase,
            clock=self.clock,
            entropy=self.entropy,
            connect=lambda: self.link,
        )

    def restart(self) -> None:
        """Close the client and open it again."""
        self.client.close()
        self.client = self.open_client()

    def join(self) -> None:
        """Join by bridge line."""
        self.client.join(format_bridge_line(self.desk.invite), CHEAP)

    def write(self, text: str = "Three trucks came at night.", *files: Path) -> str | None:
        """Write a report and give its id."""
        answers = Answers(category="attack", text=text, place="near the old mill")
        return self.client.report(answers, files).report_id

    def states(self) -> list[str]:
        """List the states of all reports."""
        return [status.state.value for status in self.client.status()]

    def advance(self, **by: float) -> None:
        """Move every clock."""
        self.clock.advance(**by)
        self.desk.now += timedelta(**by)
        for relay in self.relays:
            relay.day = int(self.desk.now.timestamp()) // 86400
