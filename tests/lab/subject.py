"""What a subject of the laboratory is: a server behind nginx and a client on the phone's side.

Theory of operation: a cell builds the network, asks the subject to start its servers, puts nginx
before them, writes the job file and runs the subject's client in the phone's namespace. The client
prepares what it will send (sealing included), says `ready`, waits for a line on standard input if
`waits` is set, sends, and prints one JSON line:

    {"times": [seconds of each acknowledgement since it began, ascending], "requests": n,
     "connections": n, ...}        what else it prints stands under `told` in the result

Then the cell asks the subject what its servers hold. Names of the job's fields: `Work.job`.
"""

import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from tests.lab import peers
from tests.lab.world import World


@dataclass(frozen=True, slots=True)
class Work:
    """What a cell wants done.

    Attributes:
        count: How many reports.
        size_bytes: Of each as it travels: a peer's body, our sealed blob.
        seed: Names their content.
        deadline_seconds: When the client stops, finished or not.
        extra: Further fields of the job, for scenarios that need more than reports.
    """

    count: int
    size_bytes: int
    seed: int
    deadline_seconds: float
    extra: Mapping[str, Any]

    def job(self, urls: Sequence[str], ca_file: Path) -> dict[str, Any]:
        """Give the fields every client finds in its job file."""
        return {
            "url": urls[0],
            "urls": list(urls),
            "ca_file": str(ca_file),
            "count": self.count,
            "size_bytes": self.size_bytes,
            "seed": self.seed,
            "deadline_seconds": self.deadline_seconds,
            **self.extra,
        }


@dataclass(frozen=True, slots=True)
class Kept:
    """What servers hold at the end, by content.

    Attributes:
        stored: Reports stored, each copy counted.
        distinct: Different reports among them that were really sent.
    """

    stored: int
    distinct: int


class Service(Protocol):
    """A subject's servers while they run; they end with the world."""

    def job(self) -> Mapping[str, Any]:
        """Give what only this subject's client needs to know."""
        ...

    def kept(self) -> Kept:
        """Count what is stored; called after the client ended."""
        ...


class Subject(Protocol):
    """A protocol under test."""

    @property
    def name(self) -> str:
        """Its name on the command line and in results."""
        ...

    @property
    def waits(self) -> bool:
        """Whether its client says `ready` and waits for a line before it begins."""
        ...

    def serve(self, world: World, work: Work) -> Service:
        """Start servers on every side of the world and a front before each (`World.front`)."""
        ...

    def client(self) -> Sequence[str]:
        """Give the client's command line; the job file's path is added."""
        ...


def find_subjects() -> dict[str, Subject]:
    """Collect `SUBJECTS` of `tocsin_subject`, `peer_subjects` and every module of `peers`."""
    names = ["tests.lab.tocsin_subject", "tests.lab.peer_subjects"]
    names += [f"{peers.__name__}.{found.name}" for found in pkgutil.iter_modules(peers.__path__)]
    found: dict[str, Subject] = {}
    for name in names:
        for subject in getattr(importlib.import_module(name), "SUBJECTS", ()):
            found.setdefault(subject.name, subject)
    return found
