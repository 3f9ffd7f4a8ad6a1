"""A censor on the path: looks at packets and decides. Pure; time comes in with each packet.

Theory of operation: packets of both directions pass `Censor.judge`, which gives a `Verdict`: the
packet to forward (perhaps readdressed), or none, and packets injected towards either side. Rules
are tried in the order given; the first that speaks decides. A rule that has struck keeps a memory
of its own where real ones do: the flow, and, for `residual_seconds`, every new connection between
the same two addresses to the same port.

The kinds of rules, their fields and what they do: README.md, "The censor". The field `action` is
`reset` (both sides get a RST, the packet is dropped) or `drop`.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from tests.lab import packets
from tests.lab.client_hello import MOST_HELLO_BYTES, server_name
from tests.lab.link_model import DOWN, MILLION, UP
from tests.lab.packets import Flow, Segment

Injection = tuple[str, bytes]
"""Which way a made packet goes (`up` from the phone, `down` to it), and the packet."""

RESET: Final = "reset"
DROP: Final = "drop"
_MOST_FLOWS: Final = 10_000  # a watcher that remembers for ever would be one more thing to break


@dataclass(frozen=True, slots=True)
class Verdict:
    """What happens to a packet.

    Attributes:
        forward: The packet that goes on, or None.
        injected: Packets made by the censor.
        rule: Number of the rule that spoke, or None.
    """

    forward: bytes | None
    injected: tuple[Injection, ...] = ()
    rule: int | None = None


class Rule(Protocol):
    """One rule."""

    def judge(
        self, now_us: int, way: str, packet: bytes, segment: Segment | None
    ) -> Verdict | None:
        """Decide on a packet, or say nothing."""
        ...


def other(way: str) -> str:
    """Give the opposite direction."""
    return DOWN if way == UP else UP


def strike(action: str, way: str, segment: Segment) -> Verdict:
    """Drop a packet, and reset its connection if that is the action."""
    if action == DROP or segment.flags & packets.RST:
        return Verdict(None)
    onward, back = packets.resets(segment)
    return Verdict(None, ((way, onward), (other(way), back)))


@dataclass
class _Watching(ABC):
    """What content rules share: streams, struck flows, residual blocking."""

    action: str = RESET
    residual_us: int = 0
    reassembles: bool = True
    _streams: dict[Flow, bytes] = field(default_factory=dict)
    _struck: set[Flow] = field(default_factory=set)
    _residual: dict[tuple[str, str, int], int] = field(default_factory=dict)

    @abstractmethod
    def matches(self, stream: bytes) -> bool:
        """Tell whether bytes are what this rule looks for."""

    def judge(
        self, now_us: int, way: str, _packet: bytes, segment: Segment | None
    ) -> Verdict | None:
        """Strike a flow whose content matches, and what follows it."""
        if segment is None:
            return None
        client = segment.flow if way == UP else segment.back_flow
        pair = (client[0], client[2], client[3])
        if client in self._struck or now_us < self._residual.get(pair, 0):
            return strike(self.action, way, segment)
        if way == UP and segment.payload and self.matches(self._stream(segment)):
            self._remember(client)
            if self.residual_us:
                self._residual[pair] = now_us + self.residual_us
            return strike(self.action, way, segment)
        return None

    def _stream(self, segment: Segment) -> bytes:
        if not self.reassembles:
            return segment.payload
        if len(self._streams) > _MOST_FLOWS:
            self._streams.clear()
        joined = self._streams.get(segment.flow, b"") + segment.payload
        self._streams[segment.flow] = joined[:MOST_HELLO_BYTES]
        return joined

    def _remember(self, client: Flow) -> None:
        if len(self._struck) > _MOST_FLOWS:
            self._struck.clear()
        self._struck.add(client)


@dataclass
class SniRule(_Watching):
    """Strikes at names in a ClientHello."""

    names: tuple[str, ...] = ()

    def matches(self, stream: bytes) -> bool:
        """Compare the name said with the names blocked."""
        said = server_name(stream)
        return said is not None and any(
            said == name or said.endswith(f".{name}") for name in self.names
        )


@dataclass
class KeywordRule(_Watching):
    """Strikes at words in the clear."""

    words: tuple[bytes, ...] = ()

    def matches(self, stream: bytes) -> bool:
        """Look for a word."""
        return any(word in stream for word in self.words)


@dataclass
class AddressRule:
    """Blocks addresses."""

    addresses: frozenset[str]
    action: str = DROP

    def judge(
        self, _now_us: int, way: str, packet: bytes, segment: Segment | None
    ) -> Verdict | None:
        """Block what goes to or comes from an address."""
        if self.addresses and not self.addresses & set(packets.addresses(packet)):
            return None
        return Verdict(None) if segment is None else strike(self.action, way, segment)


@dataclass
class ThrottleRule:
    """Polices a rate with a token bucket per direction."""

    addresses: frozenset[str]
    bits_per_second: int
    burst_bytes: int
    _tokens: dict[str, tuple[int, int]] = field(default_factory=dict)

    def judge(
        self, now_us: int, way: str, packet: bytes, _segment: Segment | None
    ) -> Verdict | None:
        """Drop what exceeds the bucket."""
        if self.addresses and not self.addresses & set(packets.addresses(packet)):
            return None
        full = self.burst_bytes * 8 * MILLION  # counted in millionths of a bit: no rounding
        level, before_us = self._tokens.get(way, (full, now_us))
        level = min(full, level + (now_us - before_us) * self.bits_per_second)
        cost = len(packet) * 8 * MILLION
        is_over = cost > level
        self._tokens[way] = (level if is_over else level - cost, now_us)
        return Verdict(None) if is_over else None


@dataclass
class PortalRule:
    """Answers for everybody, as the sign-in page of a network does."""

    address: str
    ports: frozenset[int]
    _wanted: dict[tuple[str, int, int], str] = field(default_factory=dict)

    def judge(
        self, _now_us: int, way: str, packet: bytes, segment: Segment | None
    ) -> Verdict | None:
        """Send TCP to the portal, and give its answers the address that was asked."""
        if segment is None:
            return None
        if way == UP and segment.target_port in self.ports:
            self._wanted[segment.source, segment.source_port, segment.target_port] = segment.target
            return Verdict(packets.readdress(packet, target=self.address))
        if way == DOWN and segment.source == self.address:
            wanted = self._wanted.get((segment.target, segment.target_port, segment.source_port))
            return Verdict(packets.readdress(packet, source=wanted)) if wanted else None
        return None


@dataclass
class CutRule:
    """Cuts connections behind given bytes of everything that goes up."""

    at_bytes: list[int]
    _passed: int = 0
    _struck: set[Flow] = field(default_factory=set)
    _seen: dict[Flow, int] = field(default_factory=dict)

    def judge(
        self, _now_us: int, way: str, packet: bytes, segment: Segment | None
    ) -> Verdict | None:
        """Count new payload; cut where the next number says."""
        if segment is None:
            return None
        client = segment.flow if way == UP else segment.back_flow
        if client in self._struck:
            return strike(RESET, way, segment)
        fresh = self._fresh_bytes(segment) if way == UP else 0
        if not fresh or not self.at_bytes or self._passed + fresh < self.at_bytes[0]:
            self._passed += fresh
            return None
        keep = len(segment.payload) - (self._passed + fresh - self.at_bytes[0])
        self._passed = self.at_bytes.pop(0)
        self._struck.add(client)
        seq = (segment.seq + keep) & 0xFFFFFFFF
        cut = Segment(*segment.flow, seq, segment.ack, segment.flags, b"")
        onward, back = packets.resets(cut)
        shorter = packets.truncate(packet, segment, keep)
        return Verdict(shorter, ((way, onward), (other(way), back)))

    def _fresh_bytes(self, segment: Segment) -> int:
        """Tell how many payload bytes of a segment were not seen before."""
        end = segment.next_seq
        before = self._seen.get(segment.flow, segment.seq)
        ahead = (end - before) & 0xFFFFFFFF
        if ahead >= 1 << 31:
            return 0
        self._seen[segment.flow] = end
        return min(ahead, len(segment.payload))


class Censor:
    """All rules in a row."""

    def __init__(self, rules: Sequence[Rule] = ()) -> None:
        """Take the rules, first that speaks first."""
        self._rules = list(rules)
        self.strikes = [0] * len(self._rules)
        self.injected = 0

    def judge(self, now_us: int, way: str, packet: bytes) -> Verdict:
        """Decide on a packet.

        Args:
            now_us: Time.
            way: `up` from the phone or `down` to it.
            packet: A whole IP packet.
        """
        if not packets.is_ipv4(packet):
            return Verdict(packet)
        segment = packets.read_segment(packet)
        for number, rule in enumerate(self._rules):
            verdict = rule.judge(now_us, way, packet, segment)
            if verdict is not None:
                self.strikes[number] += 1
                self.injected += len(verdict.injected)
                return Verdict(verdict.forward, verdict.injected, number)
        return Verdict(packet)


def rule_of(config: Mapping[str, Any]) -> Rule:
    """Make a rule of its JSON.

    Args:
        config: As the table above says.

    Raises:
        ValueError: It is none of them.
    """
    kind = config.get("kind")
    if kind in {"sni", "keyword"}:
        shared = (
            config.get("action", RESET),
            int(config.get("residual_seconds", 0)) * MILLION,
            bool(config.get("reassembles", True)),
        )
        if kind == "sni":
            return SniRule(*shared, names=tuple(name.lower() for name in config["names"]))
        return KeywordRule(*shared, words=tuple(word.encode() for word in config["words"]))
    if kind == "address":
        return AddressRule(frozenset(config["addresses"]), config.get("action", DROP))
    if kind == "throttle":
        chosen = frozenset(config.get("addresses", ()))
        return ThrottleRule(chosen, config["bits_per_second"], config.get("burst_bytes", 8000))
    if kind == "cut":
        return CutRule(sorted(config["at_bytes"]))
    if kind == "portal":
        return PortalRule(config["address"], frozenset(config.get("ports", (80, 443))))
    raise ValueError(f"no censor rule is called {kind!r}")


def censor_of(configs: Iterable[Mapping[str, Any]]) -> Censor:
    """Make a censor of the JSON of its rules."""
    return Censor([rule_of(config) for config in configs])
