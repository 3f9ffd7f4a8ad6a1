"""Look, take, hand over, give back; again and again.

Theory of operation: each look is whole by itself. What a bundle holds is committed to the outbox
before the file is marked, and taking something twice has no effect: a courier killed anywhere looks
again and goes on. A file is taken once its size and time stood still for one look, because somebody
may still be copying it. The home is held only while something is done in it, so that other
commands work in between. Nothing is logged but counts.
"""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final, Protocol

from client_sync.clock import Clock
from client_sync.courier.folder import (
    DAMAGED,
    OWN_NAME,
    TAKEN,
    Found,
    WatchedFolder,
    content_digest,
)
from client_sync.errors import ClientError, OutboxFullError, TransportError
from client_sync.transports.bundle_file import write_bundle_file
from client_sync.views import ImportView
from schemas.errors import BundleError

FIRST_REST_SECONDS: Final = 60.0
LONGEST_REST_SECONDS: Final = 900.0


class Handed(Protocol):
    """What a sync did."""

    @property
    def receipts(self) -> int:
        """Count blobs that a relay signed for."""
        ...

    @property
    def has_reached_relay(self) -> bool:
        """Tell whether any relay proved itself."""
        ...


class Carrier(Protocol):
    """What the courier needs of a client."""

    def take_bundle(self, content: bytes) -> ImportView:
        """Take a bundle file's content."""
        ...

    def waiting(self) -> tuple[int, bytes]:
        """Count what nobody signed for, and name it by a hash."""
        ...

    def waiting_bundle(self) -> bytes:
        """Give what waits, as much as one bundle file takes."""
        ...

    def sync(self) -> Handed:
        """Hand over what waits."""
        ...

    def close(self) -> None:
        """Let other commands into the home."""
        ...


@dataclass(slots=True)
class Look:
    """What one look did, in counts.

    Attributes:
        files: Bundles that were taken.
        carried: Blobs of others that are carried now and were not before.
        damaged: Files of which not everything could be read.
        handed_over: Blobs that a relay signed for.
        written: Blobs in the bundle that was written back.
        waiting: Blobs that wait here afterwards.
        is_full: There was no room for more; what was left is taken later.
    """

    files: int = 0
    carried: int = 0
    damaged: int = 0
    handed_over: int = 0
    written: int = 0
    waiting: int = 0
    is_full: bool = False

    @property
    def is_idle(self) -> bool:
        """Tell whether nothing happened."""
        return not any(getattr(self, each.name) for each in fields(self) if each.name != "waiting")


class Courier:
    """Watches one folder for one home."""

    def __init__(
        self, carrier: Carrier, folder: Path, clock: Clock, *, is_exporting: bool = False
    ) -> None:
        """Begin; nothing is touched before the first look.

        Args:
            carrier: The client.
            folder: The stick; it may come and go.
            clock: For the rest between two tries of the network.
            is_exporting: Write what is carried back to the folder.
        """
        self._carrier = carrier
        self._folder = folder
        self._clock = clock
        self._is_exporting = is_exporting
        self._shapes: dict[str, tuple[int, int]] = {}
        self._known: set[bytes] = set()
        self._exported: bytes | None = None
        self._rest_seconds = FIRST_REST_SECONDS
        self._rests_until = 0.0
        self._is_fresh = True

    def look(self, *, is_patient: bool = True) -> Look:
        """Do everything that can be done now.

        Args:
            is_patient: Leave a file until the next look if it was not seen before: it may grow.

        Returns:
            Counts.
        """
        did = Look()
        try:
            self._take_all(did, is_patient=is_patient)
            self._hand_over(did)
            self._give_back(did)
            did.waiting, _ = self._carrier.waiting() if not did.is_idle else (0, b"")
        finally:
            self._carrier.close()
        return did

    # --- in ---------------------------------------------------------------------------------

    def _take_all(self, did: Look, *, is_patient: bool) -> None:
        try:
            folder = WatchedFolder(self._folder)
        except OSError:
            self._shapes.clear()  # no stick is in; another one may come
            return
        try:
            before, self._shapes = self._shapes, {}
            for found in folder.candidates():
                self._shapes[found.name] = found.shape
                if not is_patient or before.get(found.name) == found.shape:
                    self._take(folder, found, did)
        except OSError:
            return  # pulled out in the middle: what was taken is taken
        finally:
            folder.close()

    def _take(self, folder: WatchedFolder, found: Found, did: Look) -> None:
        content = folder.content(found)
        if content is None or content_digest(content) in self._known or did.is_full:
            return
        try:
            taken = self._carrier.take_bundle(content)
            is_whole = not (taken.is_cut or taken.is_damaged)
            did.carried += taken.carried
        except BundleError:
            is_whole = False
        except OutboxFullError:
            did.is_full = True
            return
        did.files += 1
        did.damaged += not is_whole
        self._is_fresh = True
        if not folder.mark(found, TAKEN if is_whole else DAMAGED):
            self._known.add(content_digest(content))

    # --- on ---------------------------------------------------------------------------------

    def _hand_over(self, did: Look) -> None:
        """Use a link if there is one: at once after something came, else after a growing rest."""
        now = self._clock.elapsed_seconds()
        if now < self._rests_until and not self._is_fresh:
            return
        self._is_fresh = False
        try:
            result = self._carrier.sync()
            did.handed_over, is_reached = result.receipts, result.has_reached_relay
        except TransportError:
            is_reached = False
        longer = min(2 * self._rest_seconds, LONGEST_REST_SECONDS)
        self._rests_until = now + self._rest_seconds
        self._rest_seconds = FIRST_REST_SECONDS if is_reached else longer

    # --- back -------------------------------------------------------------------------------

    def _give_back(self, did: Look) -> None:
        """Write what is carried, when it is not what lies there already."""
        if not self._is_exporting or not self._folder.is_dir():
            return
        count, name = self._carrier.waiting()
        if name == self._exported or count == 0:
            return
        bundle = self._carrier.waiting_bundle()
        self._known.add(content_digest(bundle))
        try:
            write_bundle_file(self._folder / OWN_NAME, bundle)
        except ClientError:
            return  # full, or read-only, or gone: the next look tries again
        did.written, self._exported = count, name
