"""What a visitor sees when triage refuses: why, in their language, and what they had typed.

Theory of operation: nobody types a thing twice. A refused form that held words leads to the page
it came from with those words still there, beside what is kept by now; only a form of buttons is
answered by leading back.
"""

from collections.abc import Mapping
from typing import Final

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from server.desk.db import desk_session
from server.desk.translations import _
from server.desk.triage.errors import (
    ClaimHeldError,
    IllegalTransitionError,
    IncidentConflictError,
    NothingToUndoError,
    TranslationChangedError,
    TriageError,
    UnknownCodingError,
    UnknownIncidentError,
    UnknownIndicatorError,
    UnknownReportError,
)
from server.desk.triage.routes.report_page import Draft, show_report
from server.desk.triage.routes.room import CONFLICT, blueprint

WORDS: Final = ("text", "reason")
"""Fields in which people write."""


def refuse_with_words(report_id: str, why: str) -> ResponseReturnValue:
    """Say why a form was refused, on the report's page with what was typed; nothing is kept.

    Args:
        report_id: Whose page.
        why: A sentence in the visitor's language.
    """
    desk_session().rollback()
    flash(why, "error")
    return show_report(report_id, draft=Draft.from_form()), CONFLICT


@blueprint.app_errorhandler(TriageError)
def _refused(error: TriageError) -> ResponseReturnValue:
    """Say why an act was refused, on the page it came from."""
    desk_session().rollback()
    if isinstance(error, UnknownReportError):
        return Response(_("There is no such report."), status=404, mimetype="text/plain")
    if isinstance(error, UnknownIncidentError):
        return Response(_("There is no such incident."), status=404, mimetype="text/plain")
    report_id = (request.view_args or {}).get("report_id")
    if report_id and any(request.form.get(name, "").strip() for name in WORDS):
        return refuse_with_words(report_id, hint(error))
    flash(hint(error), "error")
    if report_id:
        return redirect(url_for("triage.report", report_id=report_id))
    incident_id = (request.view_args or {}).get("incident_id")
    if incident_id:
        return redirect(url_for("triage.incident", incident_id=incident_id))
    return Response(hint(error), status=CONFLICT, mimetype="text/plain")


def hint(error: TriageError) -> str:
    """Say in the visitor's language what to do after a refusal."""
    return _hints().get(type(error), _("This could not be done. Look at the form again."))


def _hints() -> Mapping[type[TriageError], str]:
    return {
        ClaimHeldError: _(
            "Somebody else is working on this report. Take another one, or ask them to let go."
        ),
        IllegalTransitionError: _(
            "This does not fit where the report stands now. Look at it again."
        ),
        NothingToUndoError: _("There is no last act of yours to undo on this report."),
        UnknownIndicatorError: _(
            "The taxonomy has no such indicator. Search by its number or by words."
        ),
        IncidentConflictError: _(
            "These reports cannot be put together as they stand. A report is in one incident at a"
            " time: take it out of that one first."
        ),
        UnknownCodingError: _("Only the coder may withdraw a coding, and only once."),
        TranslationChangedError: _(
            "A colleague kept another translation meanwhile. Put both together and keep it again."
        ),
    }
