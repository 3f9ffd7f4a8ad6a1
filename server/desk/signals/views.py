"""Signals and assessments as the pages and the publishing room see them."""

from dataclasses import dataclass
from datetime import datetime

from server.desk.signals.assessment import AssessmentState, Findings
from server.desk.signals.weeks import IsoWeek


@dataclass(frozen=True, slots=True, repr=False)
class SignalView:
    """A line as it stood when somebody opened it as a signal.

    Attributes:
        subject: Indicator id or risk factor id.
        first_week: First week of the window that is assessed.
        last_week: Last week of it; the week that stood out.
        count: Reports in the window.
        week_count: Reports in the last week.
        expected: What the level detector expected in the last week, or None.
        upper: The most it still expected, or None.
        alarms: Detectors that alarmed.
        report_ids: Reports of the window.
    """

    id: str
    area: str
    country: str
    subject: str
    taxonomy_version: str
    first_week: IsoWeek
    last_week: IsoWeek
    count: int
    week_count: int
    expected: float | None
    upper: float | None
    alarms: tuple[str, ...]
    report_ids: tuple[str, ...]
    opened_by: str
    opened_at: datetime

    def __repr__(self) -> str:
        """Hide what it is about."""
        return f"<SignalView {self.id}>"


@dataclass(frozen=True, slots=True, repr=False)
class AssessmentView:
    """An assessment with its signatures."""

    id: str
    signal_id: str
    state: AssessmentState
    findings: Findings
    author: str
    written_at: datetime
    signed_by: str | None
    signed_at: datetime | None

    @property
    def signed(self) -> bool:
        """Tell whether two people stand behind it."""
        return self.state is AssessmentState.SIGNED

    def __repr__(self) -> str:
        """Hide the words."""
        return f"<AssessmentView {self.id}>"
