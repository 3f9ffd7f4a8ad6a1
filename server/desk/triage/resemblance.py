"""Finding the reports that may tell of the same event as one report."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from server.desk.intake.store import reports_named
from server.desk.intake.views import ReportView
from server.desk.keys.keyring import Keyring
from server.desk.triage.index.around import Spot, candidates, spots
from server.desk.triage.index.folding import words_of
from server.desk.triage.index.memory import ReportIndex
from server.desk.triage.likeness import Proposal, Trace, proposal, runs_of

MOST_PROPOSED = 4


@dataclass(frozen=True, slots=True, repr=False)
class Resemblance:
    """A proposal with the report it speaks of."""

    proposal: Proposal
    view: ReportView

    def __repr__(self) -> str:
        """Hide the report."""
        return "<Resemblance>"


def resembling(
    session: Session, ring: Keyring, index: ReportIndex, report: ReportView
) -> Sequence[Resemblance]:
    """Propose reports that a person should compare with this one, likest first."""
    near = candidates(index, report.report_id, words_of(report.report.text))
    if not near:
        return ()
    where = spots(index, [report.report_id, *near])
    mine = _trace(report, where[report.report_id])
    found = [
        Resemblance(made, view)
        for report_id, view in reports_named(session, ring, near).items()
        if (made := proposal(mine, _trace(view, where[report_id]))) is not None
    ]
    return sorted(found, key=lambda item: -item.proposal.likeness)[:MOST_PROPOSED]


def _trace(view: ReportView, where: Spot) -> Trace:
    return Trace(
        report_id=view.report_id,
        runs=runs_of(view.report.text),
        observed_at=view.report.observed.at,
        latitude=where.latitude,
        longitude=where.longitude,
        area=where.area,
    )
