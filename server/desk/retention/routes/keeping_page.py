"""How long one report or incident is kept: its level, its holds."""

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.desk.accounts.roles import Role
from server.desk.accounts.sessions import requires
from server.desk.context import now
from server.desk.db import desk_session
from server.desk.keys.hand import Hand
from server.desk.keys.keyring import keyring
from server.desk.retention import holds, store
from server.desk.retention.errors import NoReasonError, NotALevelError
from server.desk.retention.holds import MOST_REASON_CHARACTERS, Kind
from server.desk.retention.routes.room import blueprint
from server.desk.retention.rules import LEVELS
from server.desk.translations import _
from server.desk.triage.routes.room import hand


@blueprint.get("/keeping/<kind>/<subject_id>")
@requires(Role.MONITOR)
def keeping(kind: str, subject_id: str) -> ResponseReturnValue:
    """Show how long something is kept."""
    return _page(_kind(kind), subject_id, "")


def _page(kind: Kind, subject_id: str, typed: str) -> str:
    session, ring = desk_session(), keyring()
    holds.require_subject(session, kind, subject_id)
    is_report = kind is Kind.REPORT
    found = store.verdicts(session, ring, now(), only=subject_id) if is_report else []
    return render_template(
        "keeping.html",
        kind=kind.value,
        subject_id=subject_id,
        back=url_for("triage.report", report_id=subject_id)
        if is_report
        else url_for("triage.incident", incident_id=subject_id),
        level=store.level_of(session, ring, subject_id) if is_report else "",
        levels=LEVELS,
        verdict=found[0] if found else None,
        holds=holds.holds_on(session, ring, kind, subject_id),
        most=MOST_REASON_CHARACTERS,
        typed=typed,
    )


def _kind(word: str) -> Kind:
    try:
        return Kind(word)
    except ValueError:
        abort(404)


@blueprint.post("/keeping/report/<report_id>/level")
@requires(Role.MONITOR)
def level(report_id: str) -> ResponseReturnValue:
    """Say how sensitive a report is."""
    try:
        store.say_level(hand(), report_id, request.form.get("level", ""))
    except NotALevelError:
        abort(400)
    return _back(Kind.REPORT, report_id)


@blueprint.post("/keeping/<kind>/<subject_id>/hold")
@requires(Role.LEAD)
def hold(kind: str, subject_id: str) -> ResponseReturnValue:
    """Place a hold, with a reason."""
    return _with_reason(_kind(kind), subject_id, holds.place)


@blueprint.post("/keeping/<kind>/<subject_id>/lift")
@requires(Role.LEAD)
def lift(kind: str, subject_id: str) -> ResponseReturnValue:
    """Lift the holds, with a reason."""
    return _with_reason(_kind(kind), subject_id, holds.lift)


def _with_reason(
    kind: Kind, subject_id: str, act: Callable[[Hand, Kind, str, str], object]
) -> ResponseReturnValue:
    reason = request.form.get("reason", "")
    try:
        act(hand(), kind, subject_id, reason)
    except NoReasonError:
        desk_session().rollback()
        flash(_("Give a reason in a sentence or two."), "error")
        return _page(kind, subject_id, reason), 422
    return _back(kind, subject_id)


def _back(kind: Kind, subject_id: str) -> ResponseReturnValue:
    desk_session().commit()
    return redirect(url_for("retention.keeping", kind=kind.value, subject_id=subject_id))
