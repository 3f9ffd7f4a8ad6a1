"""A desk for scenarios: reads what real relays hold, and puts its board onto them as a desk does.

Theory of operation: the cell sees the relays' databases, so the desk takes blobs from there; the
way from relay to desk is not what these scenarios are about (K1 has a real desk). Its board does go
the whole way: a signed desk request over HTTP to each relay, from inside of the relay's namespace.

Usage of this file as a program, there: python -m tests.lab.adversary.desk PATH RELAY_KEY FILE
"""

import http.client
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Final

from client_sync.clock import SystemClock
from schemas.domain.ids import RelayKey
from schemas.domain.sync import DeskProof, RequestHeader
from schemas.domain.vocabulary import AckStatus
from schemas.envelope.entropy import random_bytes
from schemas.envelope.keys import day_of
from schemas.envelope.signing import sign_desk_request
from schemas.wire import desk_exchange, exchange
from schemas.wire.frames import FrameType, encode_frame
from tests.lab.children import ChildError
from tests.lab.tocsin_subject import TocsinService
from tests.lab.world import APP_PORT, World
from tests.support.relay_answers import read_answer
from tests.support.relays import DESK_ID, PULL

_NONCE_BYTES: Final = 16
_SECONDS: Final = 30


class LabDesk:
    """Pulls from the relays of a world and acknowledges."""

    def __init__(self, world: World, service: TocsinService) -> None:
        """Serve the desk of a service."""
        self._world = world
        self._service = service

    @property
    def texts(self) -> Counter[str]:
        """Count the texts of what was opened; a report opened twice as a new one counts twice."""
        reports = self._service.desk.reports
        opened = self._service.desk.opened
        return Counter({reports[one].text: opened[one] for one in reports})

    def advance(self, hours: int) -> None:
        """Let the desk's days pass; its pages carry them."""
        self._service.desk.now += timedelta(hours=hours)

    def take(self) -> None:
        """Open whatever the relays hold."""
        for relay in self._service.relays:
            self._service.desk.take(relay.blobs())

    def pull(self) -> None:
        """Open what the relays hold and acknowledge it on a board page at every relay."""
        self.take()
        desk = self._service.desk
        desk.publish([(one, AckStatus.ACCEPTED) for one in desk.reports])
        page = self._world.folder / f"page-{len(desk.pages)}"
        page.write_bytes(desk.pages[-1])
        for relay in self._service.relays:
            self._world.sides[relay.side].run(
                *(sys.executable, "-m", "tests.lab.adversary.desk", relay.home.paths[0]),
                *(bytes(relay.home.key.public).hex(), str(page)),
            )


def desk_request(relay_key: RelayKey, frames: bytes) -> bytes:
    """Write a signed desk request."""
    day, nonce = day_of(SystemClock().now()), random_bytes(_NONCE_BYTES)
    signature = sign_desk_request(PULL, relay_key, DESK_ID, day, nonce, frames)
    proof = desk_exchange.encode_proof(DeskProof(DESK_ID, day, nonce, signature))
    header = exchange.encode_request_header(RequestHeader(is_desk=True))
    return header + encode_frame(FrameType.DESK, proof) + frames


def main(path: str, key: str, page: str) -> int:
    """Put a page onto the relay of this namespace."""
    relay_key = RelayKey(bytes.fromhex(key))
    frames = encode_frame(FrameType.PUT_BOARD, Path(page).read_bytes())
    connection = http.client.HTTPConnection("127.0.0.1", APP_PORT, timeout=_SECONDS)
    connection.request("POST", path, desk_request(relay_key, frames))
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.status != http.client.OK or read_answer(relay_key, body, b"").done != 1:
        raise ChildError(f"the relay did not take the page: {answer.status}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
