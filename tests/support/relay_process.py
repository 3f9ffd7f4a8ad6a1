"""A relay as it is deployed: gunicorn in its own processes, on a loopback port.

It is started with `python -m server relay serve --json` and ended by its own process id.
"""

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self

from schemas.domain.ids import RelayKey
from schemas.domain.sync import RequestHeader
from schemas.envelope.sealing import envelope_id
from schemas.wire.exchange import encode_request_header
from server.relay.home import AdmittedDesk, admit_desk, decode_base64, init_home
from tests.support.relay_answers import Answer, put, query, read_answer
from tests.support.relays import DESK_ID, PULL

STOP_SECONDS: Final = 30
TRIES: Final = 300
"""How often a client asks for a blob that is about to be stored."""


class RelayProcess:
    """One deployed relay, running between `with` and its end."""

    def __init__(self, home: Path, **environment: str) -> None:
        """Name its folder.

        Args:
            home: `TOCSIN_HOME`.
            environment: Further settings.
        """
        self.folder = home / "relay"
        admit_desk(init_home(self.folder).folder, AdmittedDesk(DESK_ID, PULL.public))
        self.log = home / "relay.log"
        self._environment = os.environ | {
            "TOCSIN_HOME": str(home),
            "TOCSIN_RELAY_PORT": "0",
            "TOCSIN_RELAY_WORKERS": "2",
            "TOCSIN_RELAY_THREADS": "8",
        }
        self._environment |= environment
        self.address = ("", 0)
        self.path = ""
        self.key = RelayKey(b"")
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        """Start it and wait until it listens."""
        self.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        """End it, whatever state it is in."""
        if self._process is not None and self._process.poll() is None:
            self.stop()

    def start(self) -> None:
        """Start it; it tells its address when it listens."""
        with self.log.open("a") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "server", "relay", "serve", "--json"],
                env=self._environment,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                # A group of its own, so that a kill reaches the workers as power loss would.
                start_new_session=True,
            )
        if self._process.stdout is None:
            raise RuntimeError("no output to read")
        line = self._process.stdout.readline()
        self._process.stdout.close()
        if not line:
            raise RuntimeError(f"the relay did not start: {self.log.read_text()}")
        told = json.loads(line)
        rest = told["relay_url"].removeprefix("http://")
        host_port, _, path = rest.partition("/")
        host, _, port = host_port.partition(":")
        self.address, self.path = (host, int(port)), f"/{path}"
        self.key = RelayKey(decode_base64(told["relay_key"]))

    @property
    def pid(self) -> int:
        """Process id of gunicorn's arbiter, which leads its own group."""
        if self._process is None:
            raise RuntimeError("the relay was not started")
        return self._process.pid

    def kill(self) -> None:
        """End arbiter and workers at once, without a chance to say goodbye."""
        os.killpg(self.pid, signal.SIGKILL)
        if self._process is not None:
            self._process.wait(STOP_SECONDS)

    def kill_worker(self) -> None:
        """End one worker at once; the arbiter is to replace it."""
        os.kill(self._workers()[0], signal.SIGKILL)

    @contextmanager
    def stands_still(self) -> Iterator[None]:
        """Let the workers do nothing for a while; the kernel goes on taking connections."""
        workers = self._workers()
        for worker in workers:
            os.kill(worker, signal.SIGSTOP)
        try:
            yield
        finally:
            for worker in workers:
                os.kill(worker, signal.SIGCONT)

    def _workers(self) -> list[int]:
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text("ascii").split()
        return [int(child) for child in children]

    def stop(self) -> int:
        """Ask it to end and wait; give its exit code."""
        if self._process is None:
            raise RuntimeError("the relay was not started")
        self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def client(self) -> "RelayClient":
        """Open a client."""
        return RelayClient(self.address, self.path, self.key)

    def comes_to_hold(self, blob: bytes) -> bool:
        """Ask until a blob is held; each question is a real request, which takes its time."""
        with self.client() as client:
            return any(client.tries_held(blob) for _ in range(TRIES))


class RelayClient:
    """A plain client of one relay, over one kept-alive connection."""

    def __init__(self, address: tuple[str, int], path: str, key: RelayKey) -> None:
        """Name the relay; nothing is sent yet."""
        self._connection = http.client.HTTPConnection(*address, timeout=30)
        self._path = path
        self._key = key

    def exchange(self, frames: bytes) -> Answer:
        """Exchange frames and verify the answer's signatures."""
        body = encode_request_header(RequestHeader()) + frames
        self._connection.request("POST", self._path, body)
        reply = self._connection.getresponse()
        content = reply.read()
        if reply.status != http.client.OK:
            raise http.client.HTTPException(f"status {reply.status}")
        return read_answer(self._key, content, frames)

    def put(self, *blobs: bytes) -> list[int]:
        """Put blobs; give the statuses."""
        return self.exchange(put(*blobs)).statuses

    def held(self, *blobs: bytes) -> list[bool]:
        """Ask which blobs are held."""
        (have,) = self.exchange(query(*map(envelope_id, blobs))).have
        return list(have.held)

    def tries_held(self, blob: bytes) -> bool:
        """Ask whether a blob is held; False too when the connection breaks."""
        try:
            return self.held(blob) == [True]
        except (OSError, http.client.HTTPException):
            self._connection.close()
            return False

    def __enter__(self) -> Self:
        """Use it; the connection opens with the first request."""
        return self

    def __exit__(self, *_exc: object) -> None:
        """Close the connection."""
        self._connection.close()
