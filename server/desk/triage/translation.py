"""Translating a report: words of a colleague beside the witness's own, kept in editions.

Theory of operation: whoever writes says which edition was on the page. Where a colleague has kept
another one meanwhile, the writer is told and nothing is lost: editions are added and never
overwritten, and the page shows both texts. A claim of somebody else does not stand in the way, so
that one person can translate what another judges.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from schemas.constants import MAX_TEXT_CHARACTERS
from schemas.envelope.entropy import random_bytes
from server.desk.audit.store import append
from server.desk.keys.hand import Hand
from server.desk.keys.keyring import Keyring
from server.desk.triage import columns
from server.desk.triage.acts import ROW_ID_BYTES, locked_row
from server.desk.triage.errors import TranslationChangedError, TriageError
from server.desk.triage.models import TranslationRow
from server.desk.triage.views import TranslationView

MOST_TRANSLATION_CHARACTERS = 2 * MAX_TEXT_CHARACTERS
"""No language needs twice as many letters as another to say the same."""


@dataclass(frozen=True, slots=True, repr=False)
class Rendering:
    """A translation that somebody wrote, and the language it is in (BCP 47)."""

    text: str
    lang: str

    def __repr__(self) -> str:
        """Hide the words."""
        return "<Rendering>"


def translation_of(session: Session, ring: Keyring, report_id: str) -> TranslationView | None:
    """Open the newest edition of a report's translation, or None."""
    row = _newest(session, report_id)
    if row is None:
        return None
    held = columns.TRANSLATION.open_json(ring, row.id, row.sealed_words)
    if not isinstance(held, dict):
        raise TypeError("a sealed translation is an object")
    return TranslationView(
        edition=row.edition,
        lang=str(held["lang"]),
        text=str(held["text"]),
        written_by=row.written_by,
        written_at=row.written_at,
    )


def translate(hand: Hand, report_id: str, rendering: Rendering, *, edition: int) -> None:
    """Keep a translation of a report.

    Args:
        hand: Who and when.
        report_id: Which report.
        rendering: The words and their language.
        edition: The one that was on the page, 0 for none.

    Raises:
        UnknownReportError: There is no such report.
        TranslationChangedError: A colleague kept another edition meanwhile.
        TriageError: The text is empty or too long.
    """
    text = rendering.text.strip()
    if not 1 <= len(text) <= MOST_TRANSLATION_CHARACTERS:
        raise TriageError(f"a translation has 1 to {MOST_TRANSLATION_CHARACTERS} characters")
    locked_row(hand, report_id)
    newest = _newest(hand.session, report_id)
    if (newest.edition if newest else 0) != edition:
        raise TranslationChangedError("a colleague translated this meanwhile: put both together")
    row_id = random_bytes(ROW_ID_BYTES).hex()
    words = {"lang": rendering.lang, "text": text}
    hand.session.add(
        TranslationRow(
            id=row_id,
            report_id=report_id,
            edition=edition + 1,
            sealed_words=columns.TRANSLATION.seal_json(hand.ring, row_id, words),
            written_by=hand.actor,
            written_at=hand.now,
        )
    )
    append(hand.session, hand.actor, "translation.write", report_id, {"edition": edition + 1})
    hand.session.flush()


def _newest(session: Session, report_id: str) -> TranslationRow | None:
    wanted = select(TranslationRow).where(TranslationRow.report_id == report_id)
    newest = wanted.order_by(TranslationRow.edition.desc()).limit(1)
    return session.execute(newest).scalar_one_or_none()
