"""What somebody at the phone's side of the link sees: packets and tried connections. Pure.

Each logged packet is `[time in us since start, way, size in bytes, TCP flags or -1, port of the
phone, address of the other side, port of the other side]`: what a watcher has for traffic analysis,
and nothing it has not.
"""

from dataclasses import dataclass, field

from tests.lab import packets
from tests.lab.link_model import UP
from tests.lab.packets import Flow

Entry = tuple[int, str, int, int, int, str, int]


@dataclass
class Traffic:
    """Counts connections, and keeps a log if asked to.

    Attributes:
        is_logging: Whether `entries` grows.
        flows: Every flow the phone tried to open.
    """

    is_logging: bool = False
    flows: set[Flow] = field(default_factory=set)
    entries: list[Entry] = field(default_factory=list)

    def see(self, at_us: int, way: str, packet: bytes) -> None:
        """Take in a packet as it passes the phone's interface."""
        segment = packets.read_segment(packet)
        if segment is not None and way == UP and segment.flags & 0x12 == packets.SYN:
            self.flows.add(segment.flow)
        if not self.is_logging:
            return
        if segment is None:
            source, target = packets.addresses(packet)
            self.entries.append(
                (at_us, way, len(packet), -1, 0, target if way == UP else source, 0)
            )
            return
        flow = segment.flow if way == UP else segment.back_flow
        self.entries.append((at_us, way, len(packet), segment.flags, flow[1], flow[2], flow[3]))
