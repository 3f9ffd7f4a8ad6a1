"""Finding the reports that may tell of the same event as one report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from server.desk.intake.store import reports_named
from server.desk.intake.views import ReportView
from server.desk.keys.keyring import Keyring
from server.desk.triage.likeness import NEAR_TIME, Proposal, Trace, proposal, runs_of
from server.desk.triage.whereabouts import Whereabouts

MOST_COMPARED = 400
"""Reports opened to compare with one: about half a second's work on a small machine."""
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
    session: Session, ring: Keyring, known: Mapping[str, Whereabouts], report: ReportView
) -> Sequence[Resemblance]:
    """Propose reports that a person should compare with this one, likest first."""
    own = known.get(report.report_id)
    if own is None:
        return ()
    near = [found for found in known.values() if _worth_opening(own, found)]
    near.sort(key=lambda found: abs(found.observed_at - own.observed_at))
    named = reports_named(session, ring, [found.report_id for found in near[:MOST_COMPARED]])
    mine = _trace(report, own)
    found = [
        Resemblance(made, view)
        for report_id, view in named.items()
        if (made := proposal(mine, _trace(view, known[report_id]))) is not None
    ]
    return sorted(found, key=lambda item: -item.proposal.likeness)[:MOST_PROPOSED]


def _worth_opening(own: Whereabouts, other: Whereabouts) -> bool:
    if other.report_id == own.report_id or abs(other.observed_at - own.observed_at) > NEAR_TIME:
        return False
    return not own.country or not other.country or own.country == other.country


def _trace(view: ReportView, where: Whereabouts) -> Trace:
    return Trace(
        report_id=view.report_id,
        runs=runs_of(view.report.text),
        observed_at=view.report.observed.at,
        latitude=where.latitude,
        longitude=where.longitude,
        area=where.area,
    )
