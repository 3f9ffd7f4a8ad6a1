"""The laboratory in virtual time: link model, stream model, relays in memory. Pure.

Theory of operation: `MemoryWorld.exchange` makes one request on a lane, as a transport would, and
tells its outcome later in virtual time: connected, an answer, or a failure. A lane keeps its
connection to a relay. The relay stores every whole PUT that arrived, also of a request that never
ends, and keeps its rules (`MemoryRelay`): so what is counted at the end is what would be counted at
a real one. `EngineRun` (memory_run.py) puts the sync engine on top.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from schemas.domain.ids import RelayKey
from tests.lab.link_model import Link, Shape, Windows
from tests.lab.stream_model import Connection
from tests.lab.virtual_time import VirtualTime
from tests.support.client_world import NOW, Seeded
from tests.support.memory_desk import make_relay
from tests.support.memory_relay import MemoryRelay

HTTP_UP_BYTES: Final = 160
"""Request line and headers, and what TLS adds to a record."""

HTTP_DOWN_BYTES: Final = 200
COMMIT_US: Final = 5000
"""What a relay's disk takes for a receipt that survives power loss."""


@dataclass
class Request:
    """One request on its way.

    Attributes:
        connected: Is called when its connection stands.
        answered: Is given the whole answer.
        failed: Is given the word for what went wrong.
    """

    lane: int
    relay: RelayKey
    body: bytes
    connected: Callable[[], None]
    answered: Callable[[bytes], None]
    failed: Callable[[str], None]
    is_over: bool = False
    arrived_bytes: int = 0
    base_up_bytes: int = 0
    base_down_bytes: int = 0
    answer: bytes | None = None


@dataclass
class _LaneConnection:
    """What a lane has open to a relay, and what it was used for so far."""

    connection: Connection
    up_bytes: int = 0
    down_bytes: int = 0
    request: Request | None = None
    is_open: bool = False


@dataclass
class MemoryWorld:
    """Relays behind one link.

    Attributes:
        time: Clock and agenda.
        link: The link; its counters are those of the laboratory.
        relays: By key.
        unreachable: Keys of relays whose packets go nowhere.
    """

    time: VirtualTime
    link: Link
    relays: dict[RelayKey, MemoryRelay]
    unreachable: set[RelayKey] = field(default_factory=set)
    requests: int = 0
    connections: int = 0
    _lanes: dict[tuple[int, RelayKey], _LaneConnection] = field(default_factory=dict)

    @classmethod
    def make(
        cls, shape: Shape, *, seed: int, relays: int = 1, windows: Windows | None = None
    ) -> "MemoryWorld":
        """Make a world with the same shape both ways.

        Args:
            shape: Of each direction.
            seed: Of the link's chance and the relays' keys.
            relays: How many.
            windows: When the link is on.
        """
        entropy = Seeded(f"memory world {seed}")
        made = [make_relay(f"relay{number}", NOW, entropy) for number in range(1, relays + 1)]
        by_key = {RelayKey(one.key.public): one for one in made}
        return cls(VirtualTime(), Link.make(shape, shape, seed, windows), by_key)

    @property
    def now_ms(self) -> int:
        """Milliseconds since the world began."""
        return self.time.now_us // 1000

    def exchange(self, request: Request, timeout_ms: int) -> Request:
        """Make a request; its outcome comes later.

        Args:
            request: What, where, and whom to tell.
            timeout_ms: It fails with `timeout` after so long.
        """
        self.requests += 1
        lane = self._lane(request)
        lane.request = request
        request.base_up_bytes, request.base_down_bytes = lane.up_bytes, lane.down_bytes
        if lane.is_open:
            self._write(lane, request)
        self.time.after(timeout_ms * 1000, lambda: self._fail(request, "timeout"))
        return request

    def stop(self, request: Request) -> None:
        """Close the connection of a request that nobody waits for."""
        self._end(request)

    # --- inside ----------------------------------------------------------------------------

    def _lane(self, request: Request) -> _LaneConnection:
        key = (request.lane, request.relay)
        if key not in self._lanes:
            self.connections += 1
            link = self.link
            if request.relay in self.unreachable:
                link = _nowhere()
            connection = Connection(
                self.time, link, lambda: self._opened(key), lambda count: self._arrives(key, count)
            )
            connection.answered = lambda count: self._comes_back(key, count)
            self._lanes[key] = _LaneConnection(connection)
        return self._lanes[key]

    def _opened(self, key: tuple[int, RelayKey]) -> None:
        lane = self._lanes.get(key)
        if lane is None or lane.request is None:
            return
        lane.is_open = True
        lane.request.connected()
        self._write(lane, lane.request)

    def _write(self, lane: _LaneConnection, request: Request) -> None:
        size_bytes = HTTP_UP_BYTES + len(request.body)
        lane.up_bytes += size_bytes
        lane.connection.send(size_bytes)

    def _arrives(self, key: tuple[int, RelayKey], count: int) -> None:
        lane = self._lanes.get(key)
        if lane is None or lane.request is None:
            return
        request = lane.request
        request.arrived_bytes = count - request.base_up_bytes - HTTP_UP_BYTES
        if request.arrived_bytes >= len(request.body) and request.answer is None:
            request.answer = self.relays[request.relay].take(request.body)
            self.time.after(COMMIT_US, lambda: self._answer(lane, request))

    def _answer(self, lane: _LaneConnection, request: Request) -> None:
        if request.is_over or request.answer is None:
            return
        size_bytes = HTTP_DOWN_BYTES + len(request.answer)
        lane.down_bytes += size_bytes
        lane.connection.answer(size_bytes)

    def _comes_back(self, key: tuple[int, RelayKey], count: int) -> None:
        lane = self._lanes.get(key)
        if lane is None or lane.request is None or lane.request.answer is None:
            return
        request = lane.request
        assert request.answer is not None
        if count - request.base_down_bytes >= HTTP_DOWN_BYTES + len(request.answer):
            lane.request, request.is_over = None, True
            request.answered(request.answer)

    def _fail(self, request: Request, kind: str) -> None:
        if not request.is_over:
            self._end(request)
            request.failed(kind)

    def _end(self, request: Request) -> None:
        """Close the lane's connection; the relay keeps the whole PUTs that arrived."""
        if request.is_over:
            return
        request.is_over = True
        lane = self._lanes.pop((request.lane, request.relay), None)
        if lane is not None:
            lane.connection.close()
        if request.answer is None and request.arrived_bytes > 0:
            relay = self.relays[request.relay]
            relay.take(request.body[: request.arrived_bytes], is_cut=True)


def _nowhere() -> Link:
    link = Link.make(Shape(), Shape(), seed=0)
    link.set_cut(is_cut=True)
    return link
