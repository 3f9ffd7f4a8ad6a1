"""The link itself: a process between TUN devices, one in the phone's namespace, one per other side.

Theory of operation: one thread, one epoll, one heap of packets by the time they come out. From the
phone: link (queue, loss, delay), then censor, then the side whose address it is. To the phone:
censor, then link. So the censor stands behind the phone's access link, where the operator's does.
Packets between two other sides (a desk that pulls from a relay) pass at once and are not counted.

Everything comes in one JSON file and goes out as one JSON object; in between it takes orders over a
unix socket, a JSON object a connection: see `Emulator.order`.

    python -m tests.lab.emulator CONFIG.json
"""

import heapq
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from fcntl import ioctl
from pathlib import Path
from struct import pack
from typing import Any, Final

from tests.lab import packets
from tests.lab.censor import censor_of
from tests.lab.clock import now_us
from tests.lab.link_model import DOWN, MILLION, UP, Link, Shape, Windows
from tests.lab.traffic import Traffic

DEVICE: Final = "link0"
MTU_BYTES: Final = 1500
_TUNSETIFF: Final = 0x400454CA
_IFF_TUN, _IFF_NO_PI = 0x0001, 0x1000
_MOST_ORDER_BYTES: Final = 1 << 20
_READS_AT_ONCE: Final = 64
_LONGEST_SLEEP_SECONDS: Final = 0.2
_ORDER_SECONDS: Final = 2.0


def open_tun(name: str) -> int:
    """Make a TUN device and give its file descriptor."""
    handle = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    ioctl(handle, _TUNSETIFF, pack("16sH14x", name.encode(), _IFF_TUN | _IFF_NO_PI))
    return handle


def place_tun(name: str, namespace: str, address: str) -> None:
    """Move a device into a namespace and make it the way to everywhere."""
    for line in (
        f"link set {name} netns {namespace} name {DEVICE}",
        f"-n {namespace} addr add {address}/32 dev {DEVICE}",
        f"-n {namespace} link set {DEVICE} mtu {MTU_BYTES} up",
        f"-n {namespace} route add default dev {DEVICE} src {address}",
    ):
        subprocess.run(["ip", *line.split()], check=True)  # noqa: S607  # wherever it stands


class Emulator:
    """Moves packets."""

    def __init__(self, config: Mapping[str, Any], phone: int, sides: Mapping[str, int]) -> None:
        """Prepare to run.

        Args:
            config: As `tests.lab.network` writes it.
            phone: File descriptor of the phone's device.
            sides: File descriptor per address of another side.
        """
        self._phone = phone
        self._sides = dict(sides)
        self._seed = config["seed"]
        self._link = Link.make(Shape(**config["up"]), Shape(**config["down"]), self._seed)
        self._censor = censor_of(config["rules"])
        self.traffic = Traffic(is_logging=bool(config["is_logging"]))
        self._pending_windows = Windows(**config["windows"])
        self._heap: list[tuple[int, int, str, bytes]] = []
        self._pushed = 0
        self._zero_us = now_us()
        self._is_stopped = False

    def run(self, listener: socket.socket, most_seconds: float) -> None:
        """Move packets until told to stop, or for so long."""
        poll = select.epoll()
        for handle in (self._phone, *self._sides.values(), listener.fileno()):
            poll.register(handle, select.EPOLLIN)
        end_us = now_us() + int(most_seconds * MILLION)
        while not self._is_stopped and now_us() < end_us:
            for handle, _ in poll.poll(self._sleep_seconds()):
                if handle == listener.fileno():
                    self._take_order(listener)
                else:
                    self._read(handle)
            self._deliver()

    def stop(self) -> None:
        """End `run` at its next turn."""
        self._is_stopped = True

    def order(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """Do what was asked (README.md, "Orders") and tell the counters.

        Raises:
            ValueError: There is no such order.
        """
        acts: dict[str, Callable[[Mapping[str, Any]], None]] = {
            "start": self._start,
            "shape": self._shape,
            "windows": self._windows,
            "cut": lambda _: self._link.set_cut(is_cut=True),
            "mend": lambda _: self._link.set_cut(is_cut=False),
            "rules": self._rules,
            "log": self._log,
            "counters": lambda _: None,
        }
        what = str(order.get("do"))
        if what == "entries":
            return {"entries": self.traffic.entries}
        if what not in acts:
            raise ValueError(f"no order is called {what!r}")
        acts[what](order)
        return self.counters()

    def counters(self) -> dict[str, Any]:
        """Tell all that was counted."""
        return {
            **self._link.counters(),
            "connections": len(self.traffic.flows),
            "strikes": self._censor.strikes,
            "injected": self._censor.injected,
        }

    def _start(self, _order: Mapping[str, Any]) -> None:
        """Make now time 0: windows, counters, log and chance begin anew."""
        self._zero_us = now_us()
        link = self._link
        self._link = Link.make(link.up.shape, link.down.shape, self._seed, self._pending_windows)
        self.traffic = Traffic(is_logging=self.traffic.is_logging)

    def _shape(self, order: Mapping[str, Any]) -> None:
        for way in (UP, DOWN):
            one = self._link.direction(way)
            one.shape = one.shape.changed(order.get(way, {}))

    def _windows(self, order: Mapping[str, Any]) -> None:
        """Begin a cycle of windows now."""
        windows = Windows(**order["windows"])
        cycle_us = windows.on_us + windows.off_us
        phase_us = (windows.phase_us - self._now_us()) % cycle_us if cycle_us else 0
        self._link.set_windows(Windows(windows.on_us, windows.off_us, phase_us))

    def _rules(self, order: Mapping[str, Any]) -> None:
        self._censor = censor_of(order["rules"])

    def _log(self, _order: Mapping[str, Any]) -> None:
        """Begin a packet log."""
        self.traffic = Traffic(is_logging=True)

    def _now_us(self) -> int:
        return now_us() - self._zero_us

    def _sleep_seconds(self) -> float:
        if not self._heap:
            return _LONGEST_SLEEP_SECONDS
        left_us = self._heap[0][0] - now_us()
        return min(_LONGEST_SLEEP_SECONDS, max(0, left_us) / MILLION)

    def _read(self, handle: int) -> None:
        for _ in range(_READS_AT_ONCE):
            try:
                packet = os.read(handle, 65535)
            except OSError:
                return
            if not packets.is_ipv4(packet):
                continue
            if handle == self._phone:
                self._offer(UP, packet)
            elif packets.addresses(packet)[1] in self._sides:
                self._write(self._sides[packets.addresses(packet)[1]], packet)
            else:
                self._judge(DOWN, packet)

    def _offer(self, way: str, packet: bytes) -> None:
        """Put a packet onto the link; what is down goes into the log when it comes out."""
        moment = self._now_us()
        if way == UP:
            self.traffic.see(moment, UP, packet)
        for due_us in self._link.direction(way).push(moment, len(packet)):
            self._pushed += 1
            heapq.heappush(self._heap, (due_us + self._zero_us, self._pushed, way, packet))

    def _judge(self, way: str, packet: bytes) -> None:
        verdict = self._censor.judge(self._now_us(), way, packet)
        if verdict.forward is not None:
            self._pass(way, verdict.forward)
        for injected_way, made in verdict.injected:
            self._pass(injected_way, made)

    def _pass(self, way: str, packet: bytes) -> None:
        """Let a packet leave the censor: outwards at once, to the phone over the link."""
        if way == DOWN:
            self._offer(DOWN, packet)
            return
        side = self._sides.get(packets.addresses(packet)[1])
        if side is not None:
            self._write(side, packet)

    def _deliver(self) -> None:
        while self._heap and self._heap[0][0] <= now_us():
            _, _, way, packet = heapq.heappop(self._heap)
            if way == UP:
                self._judge(UP, packet)
            else:
                self.traffic.see(self._now_us(), DOWN, packet)
                self._write(self._phone, packet)

    def _write(self, handle: int, packet: bytes) -> None:
        try:
            os.write(handle, packet)
        except OSError:
            return  # a side that is going away, or a packet its kernel does not want

    def _take_order(self, listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(_ORDER_SECONDS)
            try:
                line = connection.makefile("rb").readline(_MOST_ORDER_BYTES)
                reply = self.order(json.loads(line))
            except (OSError, ValueError, TypeError, KeyError) as error:
                reply = {"error": str(error)}
            connection.sendall(json.dumps(reply).encode())


def main(path: Path) -> int:
    """Run one link; print `up` once it stands and the counters at its end."""
    config = json.loads(path.read_text())
    handles: dict[str, int] = {}
    for number, side in enumerate([config["phone"], *config["sides"]]):
        name = f"tl{os.getpid() % 10**7}.{number}"
        handles[side["address"]] = open_tun(name)
        place_tun(name, side["namespace"], side["address"])
    phone = handles.pop(config["phone"]["address"])
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(config["control"])
        listener.listen()
        emulator = Emulator(config, phone, handles)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: emulator.stop())
        sys.stdout.write("up\n")
        sys.stdout.flush()
        emulator.run(listener, config["most_seconds"])
    sys.stdout.write(json.dumps(emulator.counters()) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
