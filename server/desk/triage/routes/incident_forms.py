"""Forms of incidents: put reports together, tell them apart, take out, name, close."""

from collections.abc import Callable

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from server.desk.accounts.roles import Role
from server.desk.accounts.sessions import requires
from server.desk.db import desk_session
from server.desk.intake.errors import AmbiguousReportError
from server.desk.intake.errors import UnknownReportError as NoSuchReportError
from server.desk.intake.store import full_id
from server.desk.keys.hand import Hand
from server.desk.translations import _
from server.desk.triage import incident_acts
from server.desk.triage.errors import IncidentChangedError, TriageError
from server.desk.triage.incident_acts import IncidentWords
from server.desk.triage.incident_states import IncidentAct
from server.desk.triage.routes.incident_pages import show_incident
from server.desk.triage.routes.room import CONFLICT, back, blueprint, hand

PANEL = "incident"
"""Where on the report's page these forms stand."""


@blueprint.post("/reports/<report_id>/same-event")
@requires(Role.MONITOR)
def same_event(report_id: str) -> ResponseReturnValue:
    """Put this report and another into one incident."""
    said = _("Both reports are in one incident now.")
    return _about_both(report_id, incident_acts.same_event, said)


@blueprint.post("/reports/<report_id>/not-same-event")
@requires(Role.MONITOR)
def not_same_event(report_id: str) -> ResponseReturnValue:
    """Remember that this report and another tell of different events."""
    said = _("Remembered: the two are not proposed to each other again.")
    return _about_both(report_id, incident_acts.not_same, said)


@blueprint.post("/reports/<report_id>/take-out")
@requires(Role.MONITOR)
def take_out(report_id: str) -> ResponseReturnValue:
    """Take this report out of its incident."""
    incident_id = incident_acts.take_out(hand(), report_id)
    flash(_("Taken out of the incident. Undo puts it back."))
    if request.form.get("then") == "incident":
        return _to_incident(incident_id)
    return back(report_id, PANEL)


@blueprint.post("/incidents/<incident_id>/reports")
@requires(Role.MONITOR)
def put_into_incident(incident_id: str) -> ResponseReturnValue:
    """Put a report into this incident, by its number."""
    report_id = _named(request.form.get("report_id", ""))
    if report_id is None:
        return _no_such_number(url_for("triage.incident", incident_id=incident_id))
    incident_acts.put_into(hand(), report_id, incident_id)
    return _to_incident(incident_id)


@blueprint.post("/incidents/<incident_id>/acts")
@requires(Role.MONITOR)
def move_incident(incident_id: str) -> ResponseReturnValue:
    """Close this incident or open it again."""
    try:
        act = IncidentAct(request.form.get("act", ""))
    except ValueError:
        abort(400)
    incident_acts.move(hand(), incident_id, act)
    return _to_incident(incident_id)


@blueprint.post("/incidents/<incident_id>/words")
@requires(Role.MONITOR)
def describe_incident(incident_id: str) -> ResponseReturnValue:
    """Name this incident and note what is known; nothing a colleague wrote is lost."""
    words = IncidentWords(request.form.get("title", ""), request.form.get("note", ""))
    try:
        edition = int(request.form.get("edition", ""))
    except ValueError:
        abort(400)
    try:
        incident_acts.describe(hand(), incident_id, words, edition=edition)
    except IncidentChangedError:
        desk_session().rollback()
        return show_incident(incident_id, draft=words), CONFLICT
    except TriageError:
        desk_session().rollback()
        flash(_("This is too long. Shorten it and keep it again."), "error")
        return show_incident(incident_id, draft=words), CONFLICT
    return _to_incident(incident_id)


def _about_both(
    report_id: str, act: Callable[[Hand, str, str], object], said: str
) -> ResponseReturnValue:
    """Do something to this report and the one whose number was typed, and say it."""
    other = _named(request.form.get("other", ""))
    if other is None:
        return _no_such_number(url_for("triage.report", report_id=report_id))
    act(hand(), report_id, other)
    flash(said)
    return back(report_id, PANEL)


def _to_incident(incident_id: str) -> ResponseReturnValue:
    desk_session().commit()
    return redirect(url_for("triage.incident", incident_id=incident_id))


def _named(typed: str) -> str | None:
    """Find a report by its id or its first digits."""
    try:
        return full_id(desk_session(), typed.strip().lower())
    except (NoSuchReportError, AmbiguousReportError):
        return None


def _no_such_number(page: str) -> ResponseReturnValue:
    desk_session().rollback()
    flash(_("No single report has this number. Copy it from the report's page."), "error")
    return redirect(page)
