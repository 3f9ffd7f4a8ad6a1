"""Saved views: questions to the queue that people keep, for themselves or for the whole desk.

A name and a question can tell of a place or a person, so both are sealed.
"""

from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from schemas.envelope.entropy import random_bytes
from server.desk.audit.store import append
from server.desk.keys.hand import Hand
from server.desk.keys.keyring import Keyring
from server.desk.triage import columns
from server.desk.triage.acts import ROW_ID_BYTES
from server.desk.triage.asking import QueueFilter
from server.desk.triage.models import SavedViewRow

MOST_NAME_CHARACTERS: Final = 60
MOST_VIEWS: Final = 50
"""Of one person: a list that can still be read."""


@dataclass(frozen=True, slots=True, repr=False)
class SavedView:
    """One kept question.

    Attributes:
        own: Whether the person who looks may forget it.
        shared: Whether everybody at the desk sees it.
    """

    id: str
    name: str
    asked: QueueFilter
    own: bool
    shared: bool

    def __repr__(self) -> str:
        """Hide name and question."""
        return "<SavedView>"


def saved_views(session: Session, ring: Keyring, actor: str) -> list[SavedView]:
    """Open the views that a person sees, by name."""
    wanted = select(SavedViewRow).where(
        or_(SavedViewRow.owner == actor, SavedViewRow.shared.is_(True))
    )
    views = [_view(ring, row, actor) for row in session.execute(wanted).scalars()]
    return sorted(views, key=lambda view: view.name.casefold())


def _view(ring: Keyring, row: SavedViewRow, actor: str) -> SavedView:
    held = columns.SAVED_VIEW.open_json(ring, row.id, row.sealed_view)
    if not isinstance(held, dict):
        raise TypeError("a saved view is an object")
    asked = QueueFilter.from_query(dict(parse_qsl(str(held["query"]))))
    return SavedView(row.id, str(held["name"]), asked, row.owner == actor, row.shared)


def save_view(hand: Hand, name: str, asked: QueueFilter, *, shared: bool) -> None:
    """Keep a question; the oldest goes when there are too many."""
    view_id = random_bytes(ROW_ID_BYTES).hex()
    value = {"name": name[:MOST_NAME_CHARACTERS], "query": asked.address}
    hand.session.add(
        SavedViewRow(
            id=view_id,
            owner=hand.actor,
            shared=shared,
            sealed_view=columns.SAVED_VIEW.seal_json(hand.ring, view_id, value),
            saved_at=hand.now,
        )
    )
    hand.session.flush()
    kept = select(SavedViewRow.id).where(SavedViewRow.owner == hand.actor)
    oldest = list(hand.session.execute(kept.order_by(SavedViewRow.saved_at.desc())).scalars())
    for one in oldest[MOST_VIEWS:]:
        forget_view(hand.session, one, hand.actor)
    append(hand.session, hand.actor, "view.save", f"view:{view_id}", {"shared": shared})


def forget_view(session: Session, view_id: str, actor: str) -> None:
    """Delete one of a person's own views; another's stays."""
    session.execute(
        delete(SavedViewRow).where(SavedViewRow.id == view_id, SavedViewRow.owner == actor)
    )
