"""Tocsin as a subject: real relays on every side, the Python client on the phone, a counting desk.

The desk stands outside of the network and looks into the relays' databases when all is over: it
opens every blob and compares texts, because a report is stored twice only if its words are.
"""

import sqlite3
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from client_sync.clock import SystemClock
from schemas.bundle.writer import write_bundle
from schemas.envelope.keys import day_of
from server.relay.home import AdmittedDesk, RelayHome, admit_desk, init_home
from tests.lab.front import wait_for_port
from tests.lab.report_texts import text_of
from tests.lab.subject import Kept, Service, Subject, Work
from tests.lab.world import APP_PORT, World
from tests.support.client_world import Seeded
from tests.support.memory_desk import MemoryDesk
from tests.support.memory_relay import MemoryRelay
from tests.support.relays import DESK_ID, PULL

_BLOBS: Final = "SELECT blob FROM blobs WHERE blob IS NOT NULL ORDER BY seq"
_WORKERS: Final = "2"


@dataclass
class RelaySide:
    """A relay on one side of the network.

    Attributes:
        side: Name of the side.
        home: Its key, path and folder.
        url: Its whole address.
    """

    side: str
    home: RelayHome
    url: str

    def blobs(self) -> list[bytes]:
        """Read every blob it holds."""
        path = self.home.folder / "relay.db"
        with closing(sqlite3.connect(path)) as store:
            return [bytes(row[0]) for row in store.execute(_BLOBS)]


@dataclass
class TocsinService:
    """Relays that run, and the desk they are for."""

    relays: list[RelaySide]
    desk: MemoryDesk
    invite_file: Path
    expected: Counter[str] = field(default_factory=Counter)

    def job(self) -> Mapping[str, Any]:
        """Say how to join without a network."""
        return {
            "invite_file": str(self.invite_file),
            "urls": [relay.url for relay in self.relays],
        }

    def kept(self) -> Kept:
        """Open everything and count texts."""
        for relay in self.relays:
            self.desk.take(relay.blobs())
        texts = Counter(_name(report.text) for report in self.desk.reports.values())
        ours = {name: count for name, count in texts.items() if name in self.expected}
        return Kept(sum(ours.values()), len(ours))


def start_relays(world: World, seed: int, **environment: str) -> TocsinService:
    """Start a relay behind nginx on every side of a world, and found a desk that knows them all.

    Args:
        world: Its sides, `relay1` first, get a relay each.
        seed: Names the desk's keys.
        environment: Further settings of the relays.

    Returns:
        The running service.
    """
    entropy, now = Seeded(f"lab {seed}"), SystemClock().now()
    relays = [
        _start_relay(world, side, environment) for side in world.sides if side.startswith("relay")
    ]
    known = [MemoryRelay(relay.home.key, relay.url, day_of(now)) for relay in relays]
    desk = MemoryDesk.make(now, known, entropy)
    invite_file = world.folder / "join.bundle"
    invite_file.write_bytes(write_bundle(invite=desk.invite, directory=desk.signed_directory()))
    return TocsinService(relays, desk, invite_file)


def _start_relay(world: World, side: str, environment: Mapping[str, str]) -> RelaySide:
    home_path = world.folder / side
    home = init_home(home_path / "relay")
    admit_desk(home.folder, AdmittedDesk(DESK_ID, PULL.public))
    settings = {
        "TOCSIN_HOME": str(home_path),
        "TOCSIN_RELAY_PORT": str(APP_PORT),
        "TOCSIN_RELAY_WORKERS": _WORKERS,
        "TOCSIN_RELAY_TRUSTED_PROXIES": "1",
        **environment,
    }
    command = (sys.executable, "-m", "server", "relay", "serve", "--json")
    child = world.start(world.sides[side], *command, env=settings)
    wait_for_port(world.sides[side], APP_PORT, child)
    return RelaySide(side, home, world.front(side) + home.paths[0])


def _name(text: str) -> str:
    return sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class TocsinSubject:
    """Our own protocol, by the client's public API.

    Attributes:
        options: Further arguments of the client.
    """

    name: str = "tocsin"
    waits: bool = True
    options: tuple[str, ...] = ()

    def serve(self, world: World, work: Work) -> Service:
        """Start relays on every side."""
        service = start_relays(world, work.seed)
        service.expected.update(
            _name(text_of(work.seed, number, work.size_bytes)) for number in range(work.count)
        )
        return service

    def client(self) -> Sequence[str]:
        """Run the client of this laboratory."""
        return (sys.executable, "-m", "tests.lab.tocsin_client", *self.options)


SUBJECTS: Final[tuple[Subject, ...]] = (TocsinSubject(),)
