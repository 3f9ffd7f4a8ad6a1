"""Just enough of IPv4 and TCP to read a packet, reset a connection, and redirect one. Pure.

Source: RFC 791, RFC 9293
"""

import struct
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Final

TCP: Final = 6
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
_IP_HEADER_BYTES: Final = 20
_TCP_HEADER_BYTES: Final = 20
_VERSION_4: Final = 4
_WORD: Final = 0xFFFFFFFF

Flow = tuple[str, int, str, int]
"""Source address and port, destination address and port."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A TCP segment, taken out of its IP packet."""

    source: str
    source_port: int
    target: str
    target_port: int
    seq: int
    ack: int
    flags: int
    payload: bytes

    @property
    def flow(self) -> Flow:
        """Name the flow in its own direction."""
        return (self.source, self.source_port, self.target, self.target_port)

    @property
    def back_flow(self) -> Flow:
        """Name the flow in the other direction."""
        return (self.target, self.target_port, self.source, self.source_port)

    @property
    def next_seq(self) -> int:
        """Give the sequence number behind this segment."""
        extra = bool(self.flags & SYN) + bool(self.flags & FIN)
        return (self.seq + len(self.payload) + extra) & _WORD


def is_ipv4(packet: bytes) -> bool:
    """Tell whether a packet is IPv4 with a whole header."""
    return len(packet) >= _IP_HEADER_BYTES and packet[0] >> 4 == _VERSION_4


def addresses(packet: bytes) -> tuple[str, str]:
    """Read source and target of an IPv4 packet."""
    return str(IPv4Address(packet[12:16])), str(IPv4Address(packet[16:20]))


def read_segment(packet: bytes) -> Segment | None:
    """Take a TCP segment out of an IP packet.

    Args:
        packet: Any bytes.

    Returns:
        The segment, or None when there is no whole, unfragmented one.
    """
    if not is_ipv4(packet) or packet[9] != TCP or int.from_bytes(packet[6:8], "big") & 0x3FFF:
        return None
    start = (packet[0] & 15) * 4
    total = int.from_bytes(packet[2:4], "big")
    if start < _IP_HEADER_BYTES or len(packet) < start + _TCP_HEADER_BYTES or total > len(packet):
        return None
    head = struct.unpack("!HHIIBB", packet[start : start + 14])
    body = start + (head[4] >> 4) * 4
    if body < start + _TCP_HEADER_BYTES or body > total:
        return None
    source, target = addresses(packet)
    return Segment(source, head[0], target, head[1], head[2], head[3], head[5], packet[body:total])


def checksum(octets: bytes) -> int:
    """Give the Internet checksum (RFC 1071)."""
    if len(octets) % 2:
        octets += b"\0"
    total: int = sum(struct.unpack(f"!{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def write_segment(segment: Segment) -> bytes:
    """Write an IP packet around a TCP segment without options, checksums included."""
    head = struct.pack(
        "!HHIIBBHHH",
        segment.source_port,
        segment.target_port,
        segment.seq,
        segment.ack,
        (_TCP_HEADER_BYTES // 4) << 4,
        segment.flags,
        65535,
        0,
        0,
    )
    source, target = IPv4Address(segment.source).packed, IPv4Address(segment.target).packed
    size = len(head) + len(segment.payload)
    pseudo = source + target + struct.pack("!BBH", 0, TCP, size)
    total = checksum(pseudo + head + segment.payload)
    head = head[:16] + total.to_bytes(2, "big") + head[18:]
    ip = struct.pack(
        "!BBHHHBBH4s4s", 0x45, 0, _IP_HEADER_BYTES + size, 0, 0x4000, 64, TCP, 0, source, target
    )
    ip = ip[:10] + checksum(ip).to_bytes(2, "big") + ip[12:]
    return ip + head + segment.payload


def resets(segment: Segment) -> tuple[bytes, bytes]:
    """Make the two packets with which somebody in the middle ends a connection.

    Args:
        segment: What was seen on its way.

    Returns:
        One towards the segment's target, one back to its source.
    """
    onward = Segment(*segment.flow, segment.seq, segment.ack, RST | ACK, b"")
    back = Segment(*segment.back_flow, segment.ack, segment.next_seq, RST | ACK, b"")
    return write_segment(onward), write_segment(back)


def readdress(packet: bytes, *, source: str | None = None, target: str | None = None) -> bytes:
    """Change an address of a TCP packet and put its checksums right.

    Args:
        packet: A whole IPv4 packet that holds TCP.
        source: The new source, if it changes.
        target: The new target, if it changes.

    Returns:
        The changed packet.
    """
    changed = bytearray(packet)
    if source is not None:
        changed[12:16] = IPv4Address(source).packed
    if target is not None:
        changed[16:20] = IPv4Address(target).packed
    start = (changed[0] & 15) * 4
    changed[10:12] = b"\0\0"
    changed[10:12] = checksum(bytes(changed[:start])).to_bytes(2, "big")
    changed[start + 16 : start + 18] = b"\0\0"
    body = bytes(changed[start:])
    pseudo = bytes(changed[12:20]) + struct.pack("!BBH", 0, TCP, len(body))
    changed[start + 16 : start + 18] = checksum(pseudo + body).to_bytes(2, "big")
    return bytes(changed)


def truncate(packet: bytes, segment: Segment, payload_bytes: int) -> bytes:
    """Cut the payload of a TCP packet short, as if its sender had written no more.

    Args:
        packet: A whole IPv4 packet.
        segment: What `read_segment` made of it.
        payload_bytes: How much of the payload stays.

    Returns:
        The shorter packet, its options kept.
    """
    size = int.from_bytes(packet[2:4], "big") - len(segment.payload) + payload_bytes
    shorter = bytearray(packet[:size])
    shorter[2:4] = size.to_bytes(2, "big")
    return readdress(bytes(shorter))
