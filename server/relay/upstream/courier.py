"""The thread that looks for the upstream, in one process of a relay at a time.

Theory of operation: every process starts the thread, and the one that gets a lock file runs it;
when that process ends, however it ends, the kernel gives the lock to another. Two that ran at once
would do no harm, only send twice. The thread never touches what answers phones: it reads and
writes the database like any process, and tells the others by the shared mark that there is news.
"""

import fcntl
import os
import threading
from pathlib import Path
from typing import Final

from schemas.envelope.entropy import Entropy, random_bytes
from server.plumbing import logs
from server.plumbing.config import RelayConfig
from server.plumbing.db import FILE_MODE
from server.relay.errors import StorageError
from server.relay.services import Relay
from server.relay.upstream import ledger
from server.relay.upstream.forwarder import Forwarder, Tally
from server.relay.upstream.line import Upstream, parse_upstream
from server.relay.upstream.link import HttpLink
from server.relay.upstream.rest import pause_seconds

LOCK_FILE: Final = "relay.upstream"
LOOK_SECONDS: Final = 1.0
"""How often an idle courier relay looks whether something came in."""

_MOST_DRAWN: Final = 0xFFFF


class Lock:
    """The right to speak to the upstream, one process at a time."""

    def __init__(self, folder: Path) -> None:
        """Name the file.

        Args:
            folder: The relay's.
        """
        self._path = folder / LOCK_FILE
        self._descriptor: int | None = None

    def take(self) -> bool:
        """Take it if nobody has it; keep it until `give`."""
        if self._descriptor is not None:
            return True
        descriptor = os.open(self._path, os.O_CREAT | os.O_RDWR, FILE_MODE)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def give(self) -> None:
        """Let others have it."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class Courier:
    """Runs the forwarder again and again."""

    def __init__(self, relay: Relay, upstream: Upstream, entropy: Entropy = random_bytes) -> None:
        """Prepare; nothing runs yet.

        Args:
            relay: The courier relay's parts.
            upstream: Where to forward.
            entropy: Spreads the pauses.
        """
        self._relay = relay
        self._entropy = entropy
        link = HttpLink(upstream.route)
        self._forwarder = Forwarder(relay.storage, relay.shared, relay.clock, upstream, link)
        self._lock = Lock(relay.home.folder)
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread in this process."""
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end; a run under way is left to end with the process."""
        self._ending.set()

    def _run(self) -> None:
        failures = 0
        while not self._ending.is_set():
            pause = LOOK_SECONDS
            if self._lock.take():
                tally = self._forward()
                failures = failures + 1 if tally.problem else 0
                pause = self._pause(tally, failures)
            self._rest(pause, is_resting=failures > 0)
        self._lock.give()

    def _forward(self) -> Tally:
        try:
            return self._forwarder.run()
        except Exception as error:  # noqa: BLE001 - whatever it is, it must be tried again
            logs.failure("relay.forwarding_failed", error)
            return Tally(problem="storage" if isinstance(error, StorageError) else "internal")

    def _pause(self, tally: Tally, failures: int) -> float:
        chance = int.from_bytes(self._entropy(2), "big") / _MOST_DRAWN
        return pause_seconds(
            failures=failures,
            has_work=self._has_work(),
            asked_seconds=tally.retry_after_seconds,
            idle_seconds=self._relay.config.upstream_seconds,
            chance=chance,
        )

    def _rest(self, seconds: float, *, is_resting: bool) -> None:
        """Wait; something that comes in ends an idle pause, not the rest after a failure."""
        end_seconds = self._relay.clock.monotonic_seconds() + seconds
        while (left := end_seconds - self._relay.clock.monotonic_seconds()) > 0:
            if self._ending.wait(min(left, LOOK_SECONDS)):
                return
            if not is_resting and self._has_work():
                return

    def _has_work(self) -> bool:
        try:
            with self._relay.storage.reading() as connection:
                return ledger.has_work(connection)
        except StorageError:
            return False


def courier_of(relay: Relay) -> Courier | None:
    """Make the courier of a relay that has an upstream.

    Raises:
        UpstreamError: Its line cannot be used.
    """
    upstream = upstream_of(relay.config, relay.home.key.public)
    return None if upstream is None else Courier(relay, upstream)


def upstream_of(config: RelayConfig, own_key: bytes) -> Upstream | None:
    """Read the upstream from a relay's settings; None for a relay without one.

    Raises:
        UpstreamError: Its line cannot be used.
    """
    return None if config.upstream is None else parse_upstream(config.upstream, own_key)
