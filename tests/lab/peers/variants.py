"""Peers at their best: what their protocols allow and what most of their users do not have.

`tus-1-early` and `tus-4-early` are tus with the extension Creation With Upload: the report's bytes
ride in the POST that creates the upload, so that a report costs one request in place of two.
tus-js-client can do it and does not unless told.

`odk-located` is ODK Collect at a server that answers its HEAD with a Location, as Ona does: the
HEAD is then remembered for the rest of a run. ODK Central and KoboToolbox send none.

They are measured so that nobody has to ask.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tests.lab.peer_subjects import PythonPeer, TusPeer
from tests.lab.peers.stores import LOCATED_PATH
from tests.lab.subject import Kept, Service, Subject, Work
from tests.lab.world import World


@dataclass(frozen=True)
class _Early:
    """A service whose clients send bytes with the creation."""

    service: Service

    def job(self) -> Mapping[str, Any]:
        """Add the option."""
        return {**self.service.job(), "during_creation": True}

    def kept(self) -> Kept:
        """Count as every tus server does."""
        return self.service.kept()


@dataclass(frozen=True)
class EarlyTusPeer(TusPeer):
    """The real tus server and client, with Creation With Upload."""

    def serve(self, world: World, work: Work) -> Service:
        """Start Node's server."""
        return _Early(super().serve(world, work))


SUBJECTS: Final[tuple[Subject, ...]] = (
    EarlyTusPeer("tus-1-early"),
    EarlyTusPeer("tus-4-early", lanes=4),
    PythonPeer("odk-located", LOCATED_PATH, ("tests.lab.peers.openrosa",)),
)
