"""The peers as subjects: server behind the same nginx as ours, client on the phone's side."""

import sqlite3
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.lab.front import wait_for_port
from tests.lab.peers.installing import tus_folder
from tests.lab.peers.stores import CENTRAL_PATH, STORE_VARIABLE
from tests.lab.subject import Kept, Service, Subject, Work
from tests.lab.world import APP_PORT, World

_TALLY: Final = "SELECT count(*), count(DISTINCT hash) FROM arrivals"


@dataclass(frozen=True)
class _Stored:
    """A store in SQLite behind gunicorn."""

    url: str
    lanes: int
    path: Path

    def job(self) -> Mapping[str, Any]:
        """Say where, and on how many connections."""
        return {"url": self.url, "lanes": self.lanes}

    def kept(self) -> Kept:
        """Count rows."""
        if not self.path.exists():
            return Kept(0, 0)
        with closing(sqlite3.connect(self.path)) as store:
            return Kept(*store.execute(_TALLY).fetchone())


@dataclass(frozen=True)
class PythonPeer:
    """A peer in Python: a path of `peers.stores`, a module of `peers` as client."""

    name: str
    path: str
    command: tuple[str, ...]
    lanes: int = 1
    waits: bool = False

    def serve(self, world: World, _work: Work) -> Service:
        """Serve as the relay is served: gunicorn, threads, every commit on stable storage."""
        side, store = world.sides["relay1"], world.folder / "store.db"
        child = world.start(
            side,
            *(sys.executable, "-m", "gunicorn", "-b", f"127.0.0.1:{APP_PORT}", "--threads", "16"),
            *("--keep-alive", "75", "tests.lab.peers.stores:app"),
            env={STORE_VARIABLE: str(store)},
        )
        wait_for_port(side, APP_PORT, child)
        return _Stored(world.front("relay1") + self.path, self.lanes, store)

    def client(self) -> Sequence[str]:
        """Run the module."""
        return (sys.executable, "-m", *self.command)


@dataclass(frozen=True)
class _Uploaded:
    """Finished uploads, as the server's hook lists them."""

    url: str
    lanes: int
    path: Path

    def job(self) -> Mapping[str, Any]:
        """Say where, and on how many connections."""
        return {"url": self.url, "lanes": self.lanes}

    def kept(self) -> Kept:
        """Count lines, and different names among them."""
        lines = self.path.read_text().splitlines() if self.path.exists() else []
        return Kept(len(lines), len({line.split("\t")[0] for line in lines}))


@dataclass(frozen=True)
class TusPeer:
    """The real tus server and client under Node."""

    name: str
    lanes: int = 1
    waits: bool = False

    def serve(self, world: World, _work: Work) -> Service:
        """Start Node's server."""
        side, folder = world.sides["relay1"], world.folder / "tus"
        program = str(tus_folder() / "server.mjs")
        child = world.start(side, "node", program, str(APP_PORT), str(folder))
        wait_for_port(side, APP_PORT, child)
        url = world.front("relay1") + "/files"
        return _Uploaded(url, self.lanes, folder / "finished")

    def client(self) -> Sequence[str]:
        """Run Node's client."""
        return ("node", str(tus_folder() / "client.mjs"))


_POSTING: Final = "tests.lab.peers.posting"
SUBJECTS: Final[tuple[Subject, ...]] = (
    PythonPeer("post", "/plain", (_POSTING, "--new-connection")),
    PythonPeer("keep-alive-1", "/plain", (_POSTING,)),
    PythonPeer("keep-alive-4", "/plain", (_POSTING,), lanes=4),
    PythonPeer("odk", CENTRAL_PATH, ("tests.lab.peers.openrosa",)),
    TusPeer("tus-1"),
    TusPeer("tus-4", lanes=4),
)
