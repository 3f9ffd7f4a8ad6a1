"""Pages of incidents: the list, and one incident with its reports, timeline and map."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue

from server.desk.accounts.roles import Role
from server.desk.accounts.sessions import requires
from server.desk.context import now
from server.desk.db import desk_session
from server.desk.intake.store import reports_named
from server.desk.intake.views import ReportView
from server.desk.keys.keyring import keyring
from server.desk.triage.corroboration import Corroboration
from server.desk.triage.errors import UnknownIncidentError
from server.desk.triage.incident_acts import (
    MOST_NOTE_CHARACTERS,
    MOST_TITLE_CHARACTERS,
    IncidentWords,
)
from server.desk.triage.incident_states import TRANSITIONS, IncidentState
from server.desk.triage.incident_store import (
    PAGE_INCIDENTS,
    IncidentView,
    incident_counts,
    incident_detail,
    incidents_page,
    weighed,
)
from server.desk.triage.place_map import places_map
from server.desk.triage.routes.room import blueprint, note_reading
from server.desk.triage.store import triage_named
from server.desk.triage.views import TriageView
from server.desk.triage.whereabouts import layer_of_desk


@dataclass(frozen=True, slots=True, repr=False)
class Gathered:
    """An incident with its reports opened, in the order in which things happened."""

    incident: IncidentView
    reports: tuple[ReportView, ...]
    stands: Mapping[str, TriageView]
    worth: Corroboration

    def __repr__(self) -> str:
        """Hide everything but the number."""
        return f"<Gathered {self.incident.number}>"


@blueprint.get("/incidents")
@requires(Role.READER)
def incidents() -> ResponseReturnValue:
    """List the incidents, newest first."""
    session, ring = desk_session(), keyring()
    state = _asked_state()
    found = incidents_page(session, ring, state, before=request.args.get("before", 0, type=int))
    gathered = _gather(found[:PAGE_INCIDENTS])
    html = render_template(
        "incidents.html",
        state=state,
        states=list(IncidentState),
        counts=incident_counts(session),
        gathered=gathered,
        before=found[PAGE_INCIDENTS - 1].number if len(found) > PAGE_INCIDENTS else 0,
    )
    note_reading("incidents", sum(len(each.reports) for each in gathered))
    return html


def _asked_state() -> IncidentState:
    try:
        return IncidentState(request.args.get("state", ""))
    except ValueError:
        return IncidentState.OPEN


@blueprint.get("/incidents/<incident_id>")
@requires(Role.READER)
def incident(incident_id: str) -> ResponseReturnValue:
    """Show one incident."""
    return show_incident(incident_id)


def show_incident(incident_id: str, *, draft: IncidentWords | None = None) -> str:
    """Draw one incident's page; that its reports were read is written down.

    Args:
        incident_id: Which.
        draft: Words that could not be kept: they stay in the form, beside what is stored.

    Raises:
        UnknownIncidentError: There is no such incident.
    """
    session, ring = desk_session(), keyring()
    if not incident_id.isalnum():
        raise UnknownIncidentError("no incident has this address: look for it in the list")
    (gathered,) = _gather([incident_detail(session, ring, incident_id)])
    html = render_template(
        "incident.html",
        gathered=gathered,
        incident=gathered.incident,
        worth=gathered.worth,
        draft=draft,
        acts=list(TRANSITIONS[gathered.incident.state]),
        map=places_map([view.report.place for view in gathered.reports], layer_of_desk()),
        most_title=MOST_TITLE_CHARACTERS,
        most_note=MOST_NOTE_CHARACTERS,
        now=now(),
    )
    note_reading(incident_id, len(gathered.reports))
    return html


def _gather(found: Sequence[IncidentView]) -> list[Gathered]:
    """Open the reports of some incidents."""
    session, ring = desk_session(), keyring()
    ids = [report_id for each in found for report_id in each.report_ids]
    views = reports_named(session, ring, ids)
    stands = triage_named(session, ring, ids)
    gathered = []
    for each in found:
        reports = sorted(
            (views[one] for one in each.report_ids if one in views),
            key=lambda view: (view.report.observed.at, view.row_id),
        )
        gathered.append(Gathered(each, tuple(reports), stands, weighed(reports, stands)))
    return gathered
