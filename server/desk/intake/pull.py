"""One pull: fetch, keep, open, answer.

Theory of operation: save, then send. What a relay gave is committed with the cursor before the
relay is asked to forget it; what shall be said is committed before it is pushed; what was pushed
is noted after the relay said so. Every step may be repeated without further effect, so a pull
that dies anywhere is repaired by the next one. A relay that fails is noted and does not keep the
others waiting. A locked desk does everything but open and speak.

Once a day the cursor is put back to the beginning: what is held is purged at a relay, so this
costs nothing, and it finds what a relay whose numbers began anew would hide.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from schemas.framework import bundled
from server.desk.audit.store import append
from server.desk.context import desk_config, now
from server.desk.db import start_writing
from server.desk.intake.acknowledging import make_pages, seal_replies
from server.desk.intake.attachments import ask_again, join_all
from server.desk.intake.errors import RelayUnreachableError
from server.desk.intake.faults import FaultPoint, no_fault
from server.desk.intake.opening import open_waiting
from server.desk.intake.quarantine import put_aside_old_chunks
from server.desk.intake.relay_link import HttpLink, RelayLink
from server.desk.intake.relay_visit import RelayVisit
from server.desk.intake.turn import only_pull
from server.desk.keys.directories import issue_if_due
from server.desk.keys.identities import delete_expired, scrub
from server.desk.keys.keyring import Keyring
from server.desk.keys.relays import relays

NOBODY: Final = "desk"


@dataclass(slots=True)
class Tally:
    """What one pull did; the counts of the contract for scripts.

    Attributes:
        pulled: Blobs that are new here.
        opened: Reports that came out.
        quarantined: Blobs put aside.
        duplicates: Blobs that were here already.
        unreachable: Relays that gave no usable answer.
    """

    pulled: int = 0
    opened: int = 0
    quarantined: int = 0
    duplicates: int = 0
    unreachable: int = 0

    def counts(self) -> dict[str, int]:
        """Give the four counts that scripts read."""
        return {
            "pulled": self.pulled,
            "opened": self.opened,
            "quarantined": self.quarantined,
            "duplicates": self.duplicates,
        }


def pull_once(
    session: Session,
    ring: Keyring,
    *,
    link: RelayLink | None = None,
    fault: FaultPoint = no_fault,
    actor: str = NOBODY,
    patience_seconds: float = 0,
) -> Tally:
    """Visit every relay once, open what came, and bring the answers back.

    Args:
        session: A session of its own; committed many times.
        ring: Locked or not.
        link: The way to relays; HTTP if None.
        fault: Called between the steps.
        actor: Who asked, for the audit log.
        patience_seconds: How long to wait for another pull to end.

    Returns:
        What was done.

    Raises:
        PullRunningError: Another pull is at work.
    """
    tally = Tally()
    way = link or HttpLink()
    with only_pull(desk_config().home, patience_seconds):
        for relay_id in [row.id for row in relays(session)]:
            _fetch(RelayVisit(session, way, relay_id, fault), tally)
        open_and_answer(session, ring, tally, fault)
        for relay_id in [row.id for row in relays(session)]:
            _push(RelayVisit(session, way, relay_id, fault))
        if tally.pulled or tally.opened:
            _note(session, actor, tally)
    return tally


def _fetch(visit: RelayVisit, tally: Tally) -> None:
    try:
        for taken in visit.fetch():
            tally.pulled += taken.new
            tally.duplicates += taken.duplicates
    except RelayUnreachableError as error:
        visit.note_problem(error.slug)
        tally.unreachable += 1


def _push(visit: RelayVisit) -> None:
    """Push what waits; a relay that was unreachable is left for the next pull."""
    if visit.troubled:
        return
    try:
        visit.push()
    except RelayUnreachableError as error:
        visit.note_problem(error.slug)


def push_all(session: Session, link: RelayLink | None = None) -> None:
    """Bring every relay what waits for it, without fetching or opening; works while locked.

    Args:
        session: A session; committed many times.
        link: The way to relays; HTTP if None.

    Raises:
        PullRunningError: A pull is at work.
    """
    with only_pull(desk_config().home):
        for relay_id in [row.id for row in relays(session)]:
            visit = RelayVisit(session, link or HttpLink(), relay_id, no_fault)
            try:
                visit.push()
            except RelayUnreachableError as error:
                visit.note_problem(error.slug)


def open_and_answer(session: Session, ring: Keyring, tally: Tally, fault: FaultPoint) -> None:
    """Open what waits and prepare what shall be said; keys are kept in order on the way.

    Args:
        session: A session; committed many times.
        ring: Locked or not; a locked desk only deletes keys whose time is over.
        tally: Counted up.
        fault: Called between the steps.
    """
    if not ring.locked:
        done = open_waiting(session, ring, fault)
        join_all(session, ring, fault)
        tally.opened += done.reports
        tally.quarantined += done.quarantined
    start_writing(session)
    tally.quarantined += put_aside_old_chunks(session)
    deleted = delete_expired(session)
    if not ring.locked:
        issue_if_due(session, ring, bundled().version)
        ask_again(session, ring)
        seal_replies(session, ring)
        make_pages(session, ring)
    fault("answering")
    session.commit()
    fault("answered")
    if deleted:
        scrub(session)


def _note(session: Session, actor: str, tally: Tally) -> None:
    start_writing(session)
    append(session, actor, "pull", "desk", tally.counts() | {"day": now().toordinal()})
    session.commit()
