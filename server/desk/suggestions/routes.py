"""Putting the suggestions where the report page asks for them; the room has no page of its own."""

from collections.abc import Sequence

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from server.desk.intake.views import ReportView
from server.desk.suggestions.rules import Suggestion, suggest, word_list
from server.desk.triage.hints import HINTS_KEY
from server.desk.triage.taxonomy import Taxonomy

blueprint = Blueprint("suggestions", __name__)


@blueprint.record_once
def _offer(state: BlueprintSetupState) -> None:
    state.app.extensions[HINTS_KEY] = suggestions_for


def suggestions_for(view: ReportView, taxonomy: Taxonomy) -> Sequence[Suggestion]:
    """Suggest indicators for a report."""
    known = {indicator.id for indicator in taxonomy.framework.indicators()}
    words = {name: starts for name, starts in word_list().items() if name in known}
    return suggest(
        view.report.category, view.report.text, of_category=taxonomy.of_category, words=words
    )
