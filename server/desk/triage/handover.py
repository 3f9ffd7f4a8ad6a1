"""Handing over: a person leaves, and what they hold goes to somebody else, in one transaction.

Theory of operation: leaving is one act of whoever administers: claims are released, what was given
to the person and is not finished is given to a colleague or to nobody, their slot and sessions end,
and a link for who comes in their place is made if it was asked for. All of it is done or none. It
needs an unlocked desk, because acts on reports are kept sealed; shutting somebody out at a locked
desk is what *Disable* is for.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from schemas.domain.vocabulary import Workflow
from server.desk.accounts.links import Purpose, make_link
from server.desk.accounts.people import colleagues, disable
from server.desk.accounts.roles import Person, Role
from server.desk.accounts.slots import StorageSlots
from server.desk.audit.store import append
from server.desk.context import now
from server.desk.keys.hand import Hand
from server.desk.triage.acts import assign, release_for
from server.desk.triage.errors import TriageError
from server.desk.triage.models import TriageRow

UNFINISHED: Final = (Workflow.NEW, Workflow.CLAIMED, Workflow.TRIAGED, Workflow.ESCALATED)


class SuccessorError(TriageError):
    """Whoever shall take over is no colleague who may work on reports."""


@dataclass(frozen=True, slots=True)
class Holding:
    """What a person holds now: ids of reports they claim, and of unfinished ones given to them."""

    claimed: tuple[str, ...]
    given: tuple[str, ...]


def holding_of(session: Session, person: Person) -> Holding:
    """List what a person holds; works while the desk is locked."""
    claimed = select(TriageRow.report_id).where(
        TriageRow.state == Workflow.CLAIMED.value,
        TriageRow.holder == person.actor,
        TriageRow.lease_until > now(),
    )
    given = select(TriageRow.report_id).where(
        TriageRow.assignee == person.actor,
        TriageRow.state.in_([state.value for state in UNFINISHED]),
    )
    return Holding(
        tuple(session.execute(claimed.order_by(TriageRow.report_id)).scalars()),
        tuple(session.execute(given.order_by(TriageRow.report_id)).scalars()),
    )


def successors(session: Session, person: Person) -> list[Person]:
    """List who may take over from a person."""
    return [
        one.person
        for one in colleagues(session)
        if one.disabled_at is None and one.person.id != person.id and one.person.may(Role.MONITOR)
    ]


def leave(
    hand: Hand, slots: StorageSlots, person: Person, *, successor_id: str, invites: bool
) -> str | None:
    """Let a person leave the desk.

    Args:
        hand: Who says so.
        slots: Where the storage key is wrapped for people.
        person: Who leaves.
        successor_id: Who gets what they hold; empty for nobody.
        invites: Whether a link is made for who comes in their place, with the same role.

    Returns:
        The token of that link, or None.

    Raises:
        SuccessorError: The successor may not work on reports.
        LastLeadError: Nobody would be left to lead and to administer.
        DeskLockedError: There is something to hand over, and the desk is locked.
    """
    known = {one.id: one for one in successors(hand.session, person)}
    if successor_id and successor_id not in known:
        raise SuccessorError("choose a colleague who may work on reports")
    successor = known[successor_id].actor if successor_id else None
    held = holding_of(hand.session, person)
    for report_id in held.claimed:
        release_for(hand, report_id, person.actor)
    for report_id in sorted({*held.given, *(held.claimed if successor else ())}):
        assign(hand, report_id, successor)
    disable(hand.session, slots, person.id, hand.actor)
    detail = {"released": len(held.claimed), "given": len(held.given)}
    append(hand.session, hand.actor, "person.leave", person.actor, detail)
    if not invites:
        return None
    return make_link(
        hand.session,
        Purpose.INVITE,
        actor=hand.actor,
        role=person.role,
        administers=person.administers,
    )
