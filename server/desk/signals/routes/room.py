"""What all pages of the room share."""

from babel.dates import format_date
from flask import Blueprint, Response, flash, redirect, request
from flask.typing import ResponseReturnValue

from server.desk.accounts.routes.doors import local_address
from server.desk.db import desk_session
from server.desk.signals import words
from server.desk.signals.assessment import AssessmentState, Pillar
from server.desk.signals.disclosure import Refusal
from server.desk.signals.errors import (
    AssessmentError,
    DisclosureRefusedError,
    OwnSignatureError,
    SignalsError,
    UnknownSignalError,
)
from server.desk.signals.rates import measured_rates
from server.desk.signals.weeks import IsoWeek
from server.desk.translations import _, locale
from server.desk.triage.routes.room import taxonomy

blueprint = Blueprint("signals", __name__)


@blueprint.app_errorhandler(SignalsError)
def _refused(error: SignalsError) -> ResponseReturnValue:
    """Say in the visitor's language why an act was refused."""
    desk_session().rollback()
    if isinstance(error, UnknownSignalError):
        return Response(_("There is no such signal."), status=404, mimetype="text/plain")
    for sentence in hints(error):
        flash(sentence, "error")
    return redirect(local_address(request.form.get("back", "")))


def hints(error: SignalsError) -> list[str]:
    """Say what to do about a refusal, a sentence for each rule that refused."""
    if isinstance(error, DisclosureRefusedError):
        return [_(words.REFUSALS[Refusal(kind)]) for kind in error.kinds]
    if isinstance(error, OwnSignatureError):
        return [_("The second signature must be somebody else's: ask a colleague.")]
    if isinstance(error, AssessmentError):
        return [
            _(
                "This assessment cannot take that step now. Every question needs an answer of at "
                "least twenty characters; where nothing is known, say that."
            )
        ]
    return [_("This could not be done. Look at the page again.")]


@blueprint.app_template_global("subject_name")
def _subject_name(subject: str) -> str:
    return words.subject_name(subject, taxonomy().framework)


@blueprint.app_template_global("detector_name")
def _detector_name(name: str) -> str:
    return _(words.DETECTORS[name])


@blueprint.app_template_global("detector_short")
def _detector_short(name: str) -> str:
    return _(words.SHORT[name])


@blueprint.app_template_global("detector_rate")
def _detector_rate(name: str) -> str:
    """Give a detector's measured share of false alarms, in hundredths."""
    return f"{100 * measured_rates()[name].false_alarms:.1f}"


@blueprint.app_template_global("assessment_state")
def _assessment_state(state: AssessmentState) -> str:
    return _(words.STATES[state])


@blueprint.app_template_global("pillar_name")
def _pillar_name(pillar: Pillar) -> str:
    return _(words.PILLARS[pillar])


@blueprint.app_template_filter("month")
def _month(week: IsoWeek) -> str:
    return format_date(week.monday(), "MMM", locale=locale())


@blueprint.app_template_filter("week_day")
def _week_day(week: IsoWeek) -> str:
    return format_date(week.monday(), "d MMM y", locale=locale())
