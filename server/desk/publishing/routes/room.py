"""What all pages of the room share."""

from collections.abc import Callable

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from server.desk.accounts.routes.doors import local_address
from server.desk.db import desk_session
from server.desk.publishing.errors import (
    CapError,
    ChainError,
    ExerciseOnlyError,
    NothingPublishedError,
    NotSignedError,
    PublishingError,
    UnknownPublicationError,
)
from server.desk.publishing.leaving import Ground
from server.desk.translations import _
from server.desk.triage.routes.room import taxonomy
from server.desk.triage.whereabouts import layer_of_desk

blueprint = Blueprint("publishing", __name__)


@blueprint.record_once
def _offer(state: BlueprintSetupState) -> None:
    state.app.jinja_env.globals.update(publish_url=_publish_url())


def _publish_url() -> Callable[[str], str]:
    """Give the assessment page its way on; that room does not know this one."""
    return lambda assessment_id: url_for("publishing.prepare", assessment_id=assessment_id)


def ground() -> Ground:
    """Give the places and indicators of the running desk."""
    return Ground(layer_of_desk(), taxonomy().framework)


@blueprint.app_errorhandler(PublishingError)
def _refused(error: PublishingError) -> ResponseReturnValue:
    """Say in the visitor's language why nothing was published."""
    desk_session().rollback()
    if isinstance(error, UnknownPublicationError | NothingPublishedError):
        return Response(_("Nothing was published here yet."), status=404, mimetype="text/plain")
    flash(hint(error), "error")
    return redirect(local_address(request.form.get("back", "")))


def hint(error: PublishingError) -> str:
    """Say what to do about a refusal."""
    hints = {
        NotSignedError: _("Ask a second person to sign the assessment first."),
        ChainError: _("Begin with an alert; update or cancel one that is not cancelled yet."),
        ExerciseOnlyError: _("This country is made up: publish it as an exercise."),
        CapError: _("The message would break a rule of the CAP standard. Nothing was published."),
    }
    return hints.get(type(error), _("Nothing was published. Look at the page again."))
