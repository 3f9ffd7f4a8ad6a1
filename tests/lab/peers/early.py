"""Peers `tus-1-early` and `tus-4-early`: tus with the extension Creation With Upload.

The report's bytes ride in the POST that creates the upload, so that a report costs one request in
place of two. tus-js-client can do it and does not unless told; it is measured so that nobody has to
ask what tus could do at its best.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tests.lab.peer_subjects import TusPeer
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
)
