"""One signal: what the line showed, the reports behind it, and what people make of it."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.desk.accounts.roles import Role
from server.desk.accounts.sessions import requires
from server.desk.context import now
from server.desk.db import desk_session
from server.desk.intake.store import reports_named
from server.desk.keys.keyring import keyring
from server.desk.signals import observing, store
from server.desk.signals.disclosure import FEWEST_REPORTS
from server.desk.signals.errors import UnknownSignalError
from server.desk.signals.routes.room import blueprint
from server.desk.signals.weeks import IsoWeek
from server.desk.triage.routes.room import hand, note_reading, taxonomy
from server.desk.triage.store import triage_named
from server.desk.triage.views import TriageView
from server.desk.triage.whereabouts import layer_of_desk


@blueprint.post("/signals")
@requires(Role.ANALYST)
def keep() -> ResponseReturnValue:
    """Keep a line as a signal, as it stands now."""
    form = request.form
    framework, area = taxonomy().framework, layer_of_desk().area(form.get("area", ""))
    subject = form.get("subject", "")
    if area is None or not (framework.indicator(subject) or framework.factor(subject)):
        raise UnknownSignalError("a signal is about one area and one indicator or risk factor")
    found = observing.coverage(desk_session(), keyring(), area.country, now())
    try:
        week = IsoWeek.parse(form.get("week", ""))
    except ValueError as unread:
        raise UnknownSignalError("the week is not a week") from unread
    kept = store.open_signal(
        hand(),
        found.lines.line(area.code, subject),
        week,
        country=found.country,
        taxonomy_version=framework.version,
    )
    desk_session().commit()
    return redirect(url_for("signals.signal", signal_id=kept.id))


@blueprint.get("/signals/<signal_id>")
@requires(Role.READER)
def signal(signal_id: str) -> ResponseReturnValue:
    """Show one signal."""
    session, ring = desk_session(), keyring()
    view = store.signal_named(session, ring, signal_id)
    reports = reports_named(session, ring, view.report_ids)
    stands = triage_named(session, ring, view.report_ids)
    html = render_template(
        "signal.html",
        signal=view,
        reports=[
            (reports[name], stands.get(name, TriageView()))
            for name in view.report_ids
            if name in reports
        ],
        assessments=store.assessments_of(session, ring, view.id),
        fewest=FEWEST_REPORTS,
    )
    note_reading(f"signal:{view.id}", len(reports))
    return html
