"""The form that allows answers to a reporter again who asked not to be written to."""

from flask import flash, request
from flask.typing import ResponseReturnValue

from server.desk.accounts.roles import Role
from server.desk.accounts.sessions import logged_in, requires
from server.desk.db import desk_session, start_writing
from server.desk.intake.contact import lift_stops
from server.desk.intake.errors import NoReasonError
from server.desk.intake.errors import UnknownReportError as NoSuchReportError
from server.desk.keys.keyring import keyring
from server.desk.translations import _
from server.desk.triage.errors import UnknownReportError
from server.desk.triage.routes.room import back, blueprint


@blueprint.post("/reports/<report_id>/contact")
@requires(Role.LEAD)
def lift(report_id: str) -> ResponseReturnValue:
    """Lift the wish not to be contacted, with a reason."""
    session, reason = desk_session(), request.form.get("reason", "")
    start_writing(session)
    try:
        lift_stops(session, keyring(), report_id, reason=reason, actor=logged_in().actor)
    except NoSuchReportError as missing:
        raise UnknownReportError("no report has this id: look for it in the queue") from missing
    except NoReasonError:
        session.rollback()
        flash(_("Say in a sentence or two why contact is safe again."), "error")
        return back(report_id, "thread")
    flash(_("Answers may be written again. That you allowed it, and when, is in the log."))
    return back(report_id, "thread")
