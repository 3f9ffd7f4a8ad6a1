"""Finding the reports that may tell of the same event as one report."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from schemas.domain.vocabulary import TimePrecision
from server.desk.intake.store import reports_named
from server.desk.intake.views import ReportView
from server.desk.keys.keyring import Keyring
from server.desk.triage.index.around import Spot, candidates, spots
from server.desk.triage.index.folding import words_of
from server.desk.triage.index.memory import ReportIndex
from server.desk.triage.likeness import Proposal, Trace, proposal, runs_of
from server.desk.triage.shared_words import shared_words

MOST_PROPOSED = 4


@dataclass(frozen=True, slots=True, repr=False)
class Resemblance:
    """A proposal with the report it speaks of.

    Attributes:
        words: Telling words of the other report that both have.
        to_the_hour: Both say when it happened to the hour.
    """

    proposal: Proposal
    view: ReportView
    words: tuple[str, ...] = ()
    to_the_hour: bool = False

    def __repr__(self) -> str:
        """Hide the report."""
        return "<Resemblance>"


def resembling(
    session: Session,
    ring: Keyring,
    index: ReportIndex,
    report: ReportView,
    *,
    without: frozenset[str] = frozenset(),
) -> Sequence[Resemblance]:
    """Propose reports that a person should compare with this one, likest first.

    Args:
        session: Any session.
        ring: An unlocked keyring.
        index: Kept up.
        report: Which report.
        without: Ids of reports that were judged already.
    """
    found = candidates(index, report.report_id, words_of(report.report.text))
    near = [one for one in found if one not in without]
    if not near:
        return ()
    where = spots(index, [report.report_id, *near])
    mine = _trace(report, where[report.report_id])
    made_of = [
        _resemblance(made, report, view)
        for report_id, view in reports_named(session, ring, near).items()
        if (made := proposal(mine, _trace(view, where[report_id]))) is not None
    ]
    return sorted(made_of, key=lambda item: -item.proposal.likeness)[:MOST_PROPOSED]


def _resemblance(made: Proposal, report: ReportView, other: ReportView) -> Resemblance:
    return Resemblance(
        made,
        other,
        words=shared_words(other.report.text, report.report.text),
        to_the_hour=all(
            view.report.observed.precision is TimePrecision.HOUR for view in (report, other)
        ),
    )


def _trace(view: ReportView, where: Spot) -> Trace:
    return Trace(
        report_id=view.report_id,
        runs=runs_of(view.report.text),
        observed_at=view.report.observed.at,
        latitude=where.latitude,
        longitude=where.longitude,
        area=where.area,
    )
