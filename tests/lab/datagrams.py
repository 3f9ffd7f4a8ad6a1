"""Datagrams with a number and a time: what the laboratory measures its own link with.

Usage: python -m tests.lab.datagrams listen PORT SECONDS
       python -m tests.lab.datagrams send ADDRESS PORT COUNT SIZE_BYTES GAP_US

The listener prints, as one line of JSON, when each number arrived and how long it was on its way;
both sides read the same monotonic clock, because they are on the same machine.
"""

import json
import socket
import struct
import sys
from typing import Final

from tests.lab.clock import now_us, wait_seconds
from tests.lab.link_model import MILLION

_HEAD: Final = struct.Struct("!IQ")
HEADERS_BYTES: Final = 28
"""IPv4 and UDP."""

_MOST_BYTES: Final = 2048


def listen(port: int, seconds: float) -> int:
    """Take datagrams in until nothing has come for so long."""
    arrived: list[tuple[int, int, int]] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        ear.bind(("", port))
        ear.settimeout(seconds)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        try:
            while True:
                octets = ear.recv(_MOST_BYTES)
                number, sent_us = _HEAD.unpack(octets[: _HEAD.size])
                arrived.append((number, now_us(), now_us() - sent_us))
        except TimeoutError:
            sys.stdout.write(json.dumps(arrived) + "\n")
    return 0


def send(address: str, port: int, count: int, size_bytes: int, gap_us: int) -> int:
    """Send numbered datagrams at an even pace."""
    began_us = now_us()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mouth:
        for number in range(count):
            wait_seconds((began_us + number * gap_us - now_us()) / MILLION)
            head = _HEAD.pack(number, now_us())
            mouth.sendto(head.ljust(size_bytes - HEADERS_BYTES, b"\0"), (address, port))
    return 0


def main(arguments: list[str]) -> int:
    """Listen or send."""
    if arguments[0] == "listen":
        return listen(int(arguments[1]), float(arguments[2]))
    return send(arguments[1], *(int(word) for word in arguments[2:]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
