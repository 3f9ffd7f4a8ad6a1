"""Forms that move a report: acts, findings, grade, undo, and the renewing of a claim."""

from flask import abort, flash, request
from flask.typing import ResponseReturnValue

from schemas.domain.vocabulary import InformationCredibility, SourceReliability, Workflow
from server.desk.accounts.roles import Role
from server.desk.accounts.sessions import requires
from server.desk.db import desk_session
from server.desk.intake.errors import AmbiguousReportError
from server.desk.intake.errors import UnknownReportError as NoSuchReportError
from server.desk.intake.store import full_id
from server.desk.translations import _
from server.desk.triage import acts
from server.desk.triage.routes.queue_page import open_next
from server.desk.triage.routes.room import CONFLICT, back, blueprint, hand
from server.desk.triage.verification import Finding, Grade
from server.desk.triage.workflow import Act

ENDING = frozenset(
    {Act.TRIAGE, Act.CLOSE, Act.MARK_DUPLICATE, Act.MARK_OUT_OF_SCOPE, Act.MARK_SPAM}
)
"""Acts after which a person goes on to the next report, when the form asks for it."""


@blueprint.post("/reports/<report_id>/acts")
@requires(Role.MONITOR)
def act(report_id: str) -> ResponseReturnValue:
    """Take an act of the workflow."""
    chosen = _act()
    repeated = _other_report() if chosen is Act.MARK_DUPLICATE else None
    acts.take(hand(), report_id, chosen, duplicate_of=repeated)
    if chosen in ENDING and request.form.get("then") == "next":
        return _on_to_next(report_id)
    return back(report_id)


def _act() -> Act:
    try:
        return Act(request.form.get("act", ""))
    except ValueError:
        abort(400)


def _other_report() -> str | None:
    """Read which report this one repeats, by its id or its first digits."""
    try:
        return full_id(desk_session(), request.form.get("duplicate_of", "").strip())
    except (NoSuchReportError, AmbiguousReportError):
        return None


def _on_to_next(report_id: str) -> ResponseReturnValue:
    desk_session().commit()
    return open_next(after=report_id)


@blueprint.post("/reports/<report_id>/findings")
@requires(Role.MONITOR)
def finding(report_id: str) -> ResponseReturnValue:
    """Record what was found about the truth of a report."""
    try:
        found = Finding(request.form.get("finding", ""))
        sources = int(request.form.get("independent_sources") or 0)
    except ValueError:
        abort(400)
    acts.find(hand(), report_id, found, independent_sources=sources)
    return back(report_id)


@blueprint.post("/reports/<report_id>/grade")
@requires(Role.MONITOR)
def grade(report_id: str) -> ResponseReturnValue:
    """Grade source and information."""
    try:
        given = Grade(
            SourceReliability(request.form.get("reliability", "")),
            InformationCredibility(request.form.get("credibility", "")),
        )
    except ValueError:
        abort(400)
    acts.grade(hand(), report_id, given)
    return back(report_id)


@blueprint.post("/reports/<report_id>/undo")
@requires(Role.MONITOR)
def undo(report_id: str) -> ResponseReturnValue:
    """Undo one's own last act."""
    acts.undo_last(hand(), report_id)
    flash(_("Undone."))
    return back(report_id)


@blueprint.post("/reports/<report_id>/lease")
@requires(Role.MONITOR)
def lease(report_id: str) -> ResponseReturnValue:
    """Keep a claim while the page is open; say so when it is not this person's any more."""
    who = hand()
    standing = acts.renew_lease(who, report_id).at(who.now)
    desk_session().commit()
    if standing.state is Workflow.CLAIMED and standing.holder == who.actor:
        return "", 204
    return "", CONFLICT
