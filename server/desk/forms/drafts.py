"""Drafts of forms: sealed, one for each form, with the state before the last change.

Theory of operation: what a desk is about to ask can tell what it knows, so a draft is sealed like a
report. Each change names the edition it was made on; one made on an older edition is refused, and
the page shows both. The document before the last change is kept beside it: undo puts it back, and
undoing again takes it forth.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from schemas.envelope.entropy import random_bytes
from server.desk.audit.store import append
from server.desk.forms.errors import DraftChangedError, DraftError
from server.desk.forms.findings import Finding, as_json, of_json
from server.desk.forms.models import DRAFT_ID_CHARACTERS, FormDraftRow
from server.desk.keys.hand import Hand
from server.desk.keys.keyring import Keyring
from server.desk.keys.sealed_columns import SealedColumn

SEALED: Final = SealedColumn("form_draft", "sealed")
MAX_DRAFTS: Final = 16
"""Twice the forms that a directory carries."""
MAX_DRAFT_CHARACTERS: Final = 262_144
"""Of a document as JSON: twenty times a form, so that a long import can still be cut down."""

Document = dict[str, Any]
Findings = tuple[Finding, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Draft:
    """A form that somebody works at.

    Attributes:
        before: The document before the last change; None where nothing can be undone.
        findings: What an import could not take over; empty once somebody has read them.
    """

    id: str
    edition: int
    document: Document
    before: Document | None = None
    findings: tuple[Finding, ...] = ()
    changed_by: str = ""
    changed_at: datetime | None = None

    @property
    def key(self) -> str:
        """Give the key of its form."""
        return str(self.document["key"])

    def __repr__(self) -> str:
        """Hide the questions."""
        return f"<Draft {self.id} {self.edition}>"


def drafts(session: Session, ring: Keyring) -> tuple[Draft, ...]:
    """List the drafts, the longest untouched first."""
    rows = session.execute(select(FormDraftRow).order_by(FormDraftRow.changed_at, FormDraftRow.id))
    return tuple(_opened(ring, row) for row in rows.scalars())


def draft(session: Session, ring: Keyring, draft_id: str) -> Draft:
    """Open one draft.

    Raises:
        DraftError: There is none.
    """
    row = session.get(FormDraftRow, draft_id)
    if row is None:
        raise DraftError("there is no such draft")
    return _opened(ring, row)


def draft_of(session: Session, ring: Keyring, key: str) -> Draft | None:
    """Find the draft of a form, or None."""
    return next((one for one in drafts(session, ring) if one.key == key), None)


def begin(hand: Hand, document: Mapping[str, Any], findings: tuple[Finding, ...] = ()) -> Draft:
    """Begin a draft; the caller commits. One that its form has already is changed instead.

    Raises:
        DraftError: There are too many.
    """
    held = {part: one for part, one in document.items() if part != "version"}
    known = draft_of(hand.session, hand.ring, str(held["key"]))
    if known is not None:
        return change(hand, replace(known, findings=findings), held)
    if len(drafts(hand.session, hand.ring)) >= MAX_DRAFTS:
        raise DraftError(f"a desk has at most {MAX_DRAFTS} drafts: remove one first")
    made = Draft(random_bytes(DRAFT_ID_CHARACTERS // 2).hex(), 1, held, findings=findings)
    hand.session.add(
        FormDraftRow(
            id=made.id,
            edition=made.edition,
            changed_by=hand.actor,
            changed_at=hand.now,
            sealed=_sealed(hand.ring, made),
        )
    )
    append(hand.session, hand.actor, "form.draft", f"draft:{made.id}", {"edition": 1})
    hand.session.flush()
    return made


def change(hand: Hand, on: Draft, document: Document) -> Draft:
    """Put a new document into a draft; the caller commits.

    Args:
        hand: Who and when.
        on: The draft as the person saw it; its edition is compared.
        document: What it says now.

    Raises:
        DraftChangedError: Somebody changed it meanwhile.
    """
    return _put(hand, replace(on, document=document, before=on.document))


def undo(hand: Hand, on: Draft) -> Draft:
    """Put back what stood before the last change, which can then be undone in turn.

    Raises:
        DraftError: Nothing was changed yet.
        DraftChangedError: Somebody changed it meanwhile.
    """
    if on.before is None:
        raise DraftError("there is nothing to undo")
    return change(hand, on, on.before)


def have_read(hand: Hand, on: Draft) -> Draft:
    """Note that somebody has read what an import left out."""
    return _put(hand, replace(on, findings=()))


def discard(hand: Hand, draft_id: str) -> None:
    """Remove a draft; the caller commits."""
    hand.session.execute(delete(FormDraftRow).where(FormDraftRow.id == draft_id))
    append(hand.session, hand.actor, "form.discard", f"draft:{draft_id}", {})


def _put(hand: Hand, changed: Draft) -> Draft:
    after = replace(changed, edition=changed.edition + 1)
    written = hand.session.execute(
        update(FormDraftRow)
        .where(FormDraftRow.id == changed.id, FormDraftRow.edition == changed.edition)
        .values(
            edition=after.edition,
            changed_by=hand.actor,
            changed_at=hand.now,
            sealed=_sealed(hand.ring, after),
        )
        .returning(FormDraftRow.id)
    )
    if not written.all():
        raise DraftChangedError("somebody else changed this draft meanwhile")
    append(hand.session, hand.actor, "form.draft", f"draft:{after.id}", {"edition": after.edition})
    hand.session.flush()
    return after


def _sealed(ring: Keyring, held: Draft) -> bytes:
    value = {
        "document": held.document,
        "before": held.before,
        "findings": as_json(held.findings),
    }
    sealed = SEALED.seal_json(ring, held.id, value)
    if len(sealed) > MAX_DRAFT_CHARACTERS:
        raise DraftError("the draft is far too long for a form")
    return sealed


def _opened(ring: Keyring, row: FormDraftRow) -> Draft:
    held = SEALED.open_json(ring, row.id, row.sealed)
    if not isinstance(held, dict):
        raise DraftError("the draft was changed outside of the desk")
    return Draft(
        row.id,
        row.edition,
        held["document"],
        held["before"],
        of_json(held["findings"]),
        row.changed_by,
        row.changed_at,
    )
