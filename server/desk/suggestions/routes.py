"""Putting the suggestions where the report page asks for them; the room has no page of its own."""

from collections.abc import Sequence

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from server.desk.intake.views import ReportView
from server.desk.suggestions.rules import Suggestion, guide_for, suggest
from server.desk.triage.hints import HINTS_KEY
from server.desk.triage.taxonomy import Taxonomy

blueprint = Blueprint("suggestions", __name__)


@blueprint.record_once
def _offer(state: BlueprintSetupState) -> None:
    state.app.extensions[HINTS_KEY] = suggestions_for


def suggestions_for(view: ReportView, taxonomy: Taxonomy) -> Sequence[Suggestion]:
    """Suggest indicators for a report."""
    known = (indicator.id for indicator in taxonomy.framework.indicators())
    guide = guide_for(known, taxonomy.of_category)
    return suggest(view.report.category, view.report.text, guide)
