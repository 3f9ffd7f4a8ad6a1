"""What the pages of suggestions share, and where the report page comes to ask."""

from collections.abc import Sequence

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from server.desk.db import desk_session
from server.desk.intake.views import ReportView
from server.desk.keys.keyring import keyring
from server.desk.suggestions.rules import Suggestion
from server.desk.suggestions.serving import suggestions
from server.desk.triage.hints import HINTS_KEY
from server.desk.triage.index.reading import report_index
from server.desk.triage.taxonomy import Taxonomy

blueprint = Blueprint("suggestions", __name__)


@blueprint.record_once
def _offer(state: BlueprintSetupState) -> None:
    state.app.extensions[HINTS_KEY] = suggestions_for


def suggestions_for(view: ReportView, taxonomy: Taxonomy) -> Sequence[Suggestion]:
    """Suggest indicators for a report."""
    session, ring = desk_session(), keyring()
    return suggestions(session, ring, report_index(session, ring), view, taxonomy)
