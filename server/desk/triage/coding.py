"""Writing codings and notes: judgements and words of people, sealed, never overwritten.

Theory of operation: a coding is added or withdrawn, never changed, so that who judged what and
when can always be told. The same person coding the same indicator again withdraws the earlier
one. A second coder's judgement stands beside the first; disagreement is kept.
"""

from dataclasses import dataclass

from sqlalchemy import select

from schemas.domain.ids import IndicatorId
from schemas.domain.vocabulary import Confidence
from schemas.envelope.entropy import random_bytes
from server.desk.audit.store import append
from server.desk.keys.hand import Hand
from server.desk.triage import columns
from server.desk.triage.acts import ROW_ID_BYTES, locked_row, remember, withdraw_row
from server.desk.triage.errors import TriageError, UnknownCodingError
from server.desk.triage.holding import work_on
from server.desk.triage.models import CodingRow, NoteRow
from server.desk.triage.store import coding_view
from server.desk.triage.taxonomy import Taxonomy
from server.desk.triage.views import CodingView

CODE_ACT = "code"
MOST_REASON_CHARACTERS = 1000
MOST_NOTE_CHARACTERS = 4000


@dataclass(frozen=True, slots=True, repr=False)
class Judgement:
    """What a coder says: which indicator, how sure, and why."""

    indicator_id: str
    confidence: Confidence = Confidence.MEDIUM
    reason: str = ""

    def __repr__(self) -> str:
        """Hide the judgement."""
        return "<Judgement>"


def code(hand: Hand, taxonomy: Taxonomy, report_id: str, judgement: Judgement) -> CodingView:
    """Code a report to an indicator.

    Args:
        hand: Who and when.
        taxonomy: What indicators there are.
        report_id: Which report.
        judgement: What the coder says.

    Returns:
        The coding.

    Raises:
        UnknownIndicatorError: The taxonomy has no such indicator.
        UnknownReportError: There is no such report.
        ClaimHeldError: Somebody else works on it.
    """
    indicator = taxonomy.indicator(judgement.indicator_id)
    work_on(hand, report_id)
    for earlier in _own_codings(hand, report_id, indicator.id):
        withdraw_row(hand, earlier.id)
    made = _coding_row(hand, report_id, taxonomy.framework.version, indicator.id, judgement)
    hand.session.add(made)
    remember(hand, report_id, CODE_ACT, {"coding": made.id})
    # The indicator is sealed in the coding; the log says only that there is one.
    append(hand.session, hand.actor, "coding.add", report_id, {"coding": made.id})
    hand.session.flush()
    return coding_view(hand.ring, made)


def withdraw(hand: Hand, report_id: str, coding_id: str) -> None:
    """Take one's own coding back.

    Raises:
        UnknownCodingError: This report has no such coding of this person's.
        ClaimHeldError: Somebody else works on the report.
    """
    work_on(hand, report_id)
    found = hand.session.execute(
        select(CodingRow).where(CodingRow.id == coding_id, CodingRow.report_id == report_id)
    ).scalar_one_or_none()
    if found is None or found.coder != hand.actor or found.withdrawn_at is not None:
        raise UnknownCodingError("only the coder may withdraw a coding, and only once")
    withdraw_row(hand, coding_id)
    append(hand.session, hand.actor, "coding.withdraw", report_id, {"coding": coding_id})
    hand.session.flush()


def note(hand: Hand, report_id: str, text: str) -> None:
    """Leave a note for colleagues; a claim of somebody else does not stand in the way.

    Raises:
        TriageError: The text is empty or too long.
        UnknownReportError: There is no such report.
    """
    words = text.strip()
    if not 1 <= len(words) <= MOST_NOTE_CHARACTERS:
        raise TriageError(f"a note has 1 to {MOST_NOTE_CHARACTERS} characters")
    locked_row(hand, report_id)
    note_id = random_bytes(ROW_ID_BYTES).hex()
    hand.session.add(
        NoteRow(
            id=note_id,
            report_id=report_id,
            sealed_text=columns.NOTE.seal_text(hand.ring, note_id, words),
            written_by=hand.actor,
            written_at=hand.now,
        )
    )
    append(hand.session, hand.actor, "note.write", report_id, {})
    hand.session.flush()


def _own_codings(hand: Hand, report_id: str, indicator_id: IndicatorId) -> list[CodingView]:
    standing = select(CodingRow).where(
        CodingRow.report_id == report_id,
        CodingRow.coder == hand.actor,
        CodingRow.withdrawn_at.is_(None),
    )
    views = [coding_view(hand.ring, row) for row in hand.session.execute(standing).scalars()]
    return [view for view in views if view.indicator_id == indicator_id]


def _coding_row(
    hand: Hand, report_id: str, version: str, indicator_id: str, judgement: Judgement
) -> CodingRow:
    coding_id = random_bytes(ROW_ID_BYTES).hex()
    value = {
        "taxonomy_version": version,
        "indicator_id": indicator_id,
        "confidence": judgement.confidence.value,
        "reason": judgement.reason.strip()[:MOST_REASON_CHARACTERS],
    }
    return CodingRow(
        id=coding_id,
        report_id=report_id,
        sealed_coding=columns.CODING.seal_json(hand.ring, coding_id, value),
        coder=hand.actor,
        coded_at=hand.now,
    )
