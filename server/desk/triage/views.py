"""What triage knows of a report, as the pages and later rooms see it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from schemas.domain.ids import IndicatorId, ReportId
from schemas.domain.vocabulary import Confidence, Verification
from server.desk.triage.verification import Grade
from server.desk.triage.workflow import Standing

UNTOUCHED: Final = Standing()
UNJUDGED: Final = Grade()


@dataclass(frozen=True, slots=True, repr=False)
class CodingView:
    """One judgement that a report points to an indicator.

    Attributes:
        number: Grows with each coding of the desk.
        id: Names it in URLs.
        coder: Who, as the audit log names people.
        withdrawn_at: When it was taken back, or None.
    """

    number: int
    id: str
    report_id: ReportId
    taxonomy_version: str
    indicator_id: IndicatorId
    confidence: Confidence
    reason: str
    coder: str
    coded_at: datetime
    withdrawn_at: datetime | None

    def __repr__(self) -> str:
        """Hide what was judged."""
        return "<CodingView>"


@dataclass(frozen=True, slots=True, repr=False)
class NoteView:
    """A note for colleagues."""

    text: str
    written_by: str
    written_at: datetime

    def __repr__(self) -> str:
        """Hide the text."""
        return "<NoteView>"


@dataclass(frozen=True, slots=True, repr=False)
class TranslationView:
    """A report in another language, as the newest edition has it.

    Attributes:
        edition: From 1; 0 stands for a report that nobody has translated.
        lang: BCP 47 tag of the translation.
    """

    edition: int
    lang: str
    text: str
    written_by: str
    written_at: datetime

    def __repr__(self) -> str:
        """Hide the text."""
        return "<TranslationView>"


@dataclass(frozen=True, slots=True)
class ActView:
    """One act, for the history."""

    act: str
    actor: str
    at: datetime
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class TriageView:
    """Where a report stands on both axes.

    Attributes:
        standing: As stored; read it with `standing.at(now)`.
        grade: Admiralty code.
        independent_sources: Sources named when it was corroborated, else 0.
        duplicate_of: The report this one repeats, or None.
        assignee: Whom a colleague gave it to, or None; a claim is another thing.
    """

    standing: Standing = UNTOUCHED
    verification: Verification = Verification.RECEIVED
    grade: Grade = UNJUDGED
    independent_sources: int = 0
    duplicate_of: ReportId | None = None
    assignee: str | None = None
