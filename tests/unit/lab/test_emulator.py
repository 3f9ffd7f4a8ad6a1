"""The emulator moves packets between its devices by link and censor, and takes orders."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from tests.lab import packets
from tests.lab.emulator import Emulator
from tests.lab.packets import ACK, RST, SYN, Segment, read_segment, write_segment

PHONE, RELAY, DESK = "10.77.0.1", "10.77.1.1", "10.77.2.1"
PLAIN = {"up": {}, "down": {}, "seed": 1, "windows": {}, "rules": [], "is_logging": True}


class Bench:
    """An emulator whose devices are sockets that keep packets apart, as TUN devices do."""

    def __init__(self, **config: Any) -> None:  # noqa: ANN401  # fields of the configuration
        """Wire phone, relay and desk."""
        self.ends = {
            name: socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            for name in (PHONE, RELAY, DESK)
        }
        for inner, outer in self.ends.values():
            inner.settimeout(0)
            outer.settimeout(0)
        sides = {name: self.ends[name][0].fileno() for name in (RELAY, DESK)}
        self.emulator = Emulator({**PLAIN, **config}, self.ends[PHONE][0].fileno(), sides)

    def send(self, name: str, packet: bytes) -> None:
        """Let a host send a packet, and the emulator move it."""
        inner, outer = self.ends[name]
        outer.send(packet)
        self.emulator._read(inner.fileno())
        self.emulator._deliver()

    def received(self, name: str) -> list[bytes]:
        """Take what has come to a host."""
        found = []
        while True:
            try:
                found.append(self.ends[name][1].recv(4096))
            except BlockingIOError:
                return found

    def close(self) -> None:
        """Close the sockets."""
        for pair in self.ends.values():
            for end in pair:
                end.close()


@pytest.fixture
def bench() -> Iterator[Bench]:
    """A link that does nothing to packets."""
    made = Bench()
    yield made
    made.close()


def from_phone(payload: bytes = b"", flags: int = ACK) -> bytes:
    """Make a packet to the relay."""
    return write_segment(Segment(PHONE, 40_000, RELAY, 443, 7, 9, flags, payload))


def from_relay(target: str = PHONE) -> bytes:
    """Make a packet from the relay."""
    return write_segment(Segment(RELAY, 443, target, 40_000, 9, 7, ACK, b"answer"))


def test_packets_go_both_ways_and_are_counted(bench: Bench) -> None:
    bench.send(PHONE, from_phone(b"question", SYN))
    bench.send(RELAY, from_relay())
    assert bench.received(RELAY) == [from_phone(b"question", SYN)]
    assert bench.received(PHONE) == [from_relay()]
    counters = bench.emulator.counters()
    assert counters["up"]["delivered_bytes"] == len(from_phone(b"question"))
    assert counters["down"]["delivered_packets"] == 1
    assert counters["connections"] == 1


def test_what_other_sides_say_to_each_other_is_not_on_the_phones_link(bench: Bench) -> None:
    bench.send(RELAY, from_relay(DESK))
    assert bench.received(DESK) == [from_relay(DESK)]
    assert bench.emulator.counters()["down"]["offered_packets"] == 0


def test_a_packet_for_nobody_goes_nowhere(bench: Bench) -> None:
    nobody = write_segment(Segment(PHONE, 1, "10.77.9.9", 2, 3, 4, ACK, b""))
    bench.send(PHONE, nobody)
    assert not any(bench.received(name) for name in (PHONE, RELAY, DESK))


def test_a_link_that_is_cut_delivers_nothing_until_it_is_mended(bench: Bench) -> None:
    bench.emulator.order({"do": "cut"})
    bench.send(PHONE, from_phone())
    assert bench.received(RELAY) == []
    bench.emulator.order({"do": "mend"})
    bench.send(PHONE, from_phone())
    assert len(bench.received(RELAY)) == 1


def test_a_shape_can_be_changed_while_it_runs(bench: Bench) -> None:
    bench.emulator.order({"do": "shape", "up": {"loss_ppm": 1_000_000}})
    bench.send(PHONE, from_phone())
    bench.send(RELAY, from_relay())
    assert bench.received(RELAY) == []
    assert len(bench.received(PHONE)) == 1


def test_start_forgets_what_was_before(bench: Bench) -> None:
    bench.send(PHONE, from_phone(flags=SYN))
    counters = bench.emulator.order({"do": "start"})
    assert counters["up"]["offered_packets"] == 0
    assert counters["connections"] == 0
    assert bench.emulator.order({"do": "entries"}) == {"entries": []}


def test_windows_begin_when_they_are_ordered(bench: Bench) -> None:
    on = {"on_us": 60_000_000, "off_us": 60_000_000}
    bench.emulator.order({"do": "windows", "windows": on})
    bench.send(PHONE, from_phone())
    bench.emulator.order({"do": "windows", "windows": {**on, "phase_us": 60_000_000}})
    bench.send(PHONE, from_phone())
    assert len(bench.received(RELAY)) == 1
    assert bench.emulator.counters()["up"]["off_packets"] == 1


def test_the_censor_resets_both_sides_and_says_how_often(bench: Bench) -> None:
    bench.emulator.order({"do": "rules", "rules": [{"kind": "keyword", "words": ["secret"]}]})
    bench.send(PHONE, from_phone(b"my secret"))
    bench.emulator._deliver()
    for name in (PHONE, RELAY):
        (made,) = bench.received(name)
        segment = read_segment(made)
        assert segment is not None
        assert segment.flags & RST
        assert packets.addresses(made)[1] == name
    assert bench.emulator.counters()["strikes"] == [1]
    assert bench.emulator.counters()["injected"] == 2


def test_an_unknown_order_is_refused(bench: Bench) -> None:
    with pytest.raises(ValueError, match="no order"):
        bench.emulator.order({"do": "dance"})


def test_what_is_not_ipv4_is_passed_over(bench: Bench) -> None:
    bench.send(PHONE, b"\x60" + bytes(60))
    assert bench.emulator.counters()["up"]["offered_packets"] == 0
