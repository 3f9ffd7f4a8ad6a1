"""The page of one question."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.desk.accounts.roles import Role
from server.desk.accounts.sessions import requires
from server.desk.db import desk_session
from server.desk.forms import drafts
from server.desk.forms.checking import troubles
from server.desk.forms.drafts import Draft
from server.desk.forms.editing import put, tags_of
from server.desk.forms.question_fields import (
    EMPTY_ROWS,
    Filled,
    askable,
    condition_fields,
    filled,
)
from server.desk.forms.routes.room import CHANGED, CONFLICT, TYPES, blueprint, hand, the_draft
from server.desk.translations import _


@blueprint.get("/form-drafts/<draft_id>/questions/<int:place>")
@requires(Role.LEAD)
def question(draft_id: str, place: int) -> ResponseReturnValue:
    """Show everything about one question."""
    found = the_draft(draft_id)
    return _page(found, place, _asked(found, place))


@blueprint.post("/form-drafts/<draft_id>/questions/<int:place>")
@requires(Role.LEAD)
def keep_question(draft_id: str, place: int) -> ResponseReturnValue:
    """Keep what was written about one question."""
    found = the_draft(draft_id)
    sent = _sent(found, place)
    if request.form.get("edition") != str(found.edition):
        # Theirs is kept; what was typed here stands in the fields, to be kept over it or not.
        flash(_(CHANGED) + " " + _("What you wrote stands below: save it anew, or leave."), "error")
        return _page(found, place, sent.question), CONFLICT
    drafts.change(hand(), found, put(found.document, place - 1, sent.question, sent.renamed))
    desk_session().commit()
    if request.form.get("go_on"):
        return redirect(url_for("forms.question", draft_id=draft_id, place=place))
    anchor = f"question-{sent.question['key']}"
    return redirect(url_for("forms.draft", draft_id=draft_id, _anchor=anchor))


def _sent(found: Draft, place: int) -> Filled:
    before = _asked(found, place)
    others = [one["key"] for one in found.document["questions"] if one is not before]
    return filled(request.form, before, tags_of(found.document), others)


def _asked(found: Draft, place: int) -> dict[str, Any]:
    questions = found.document["questions"]
    if not 1 <= place <= len(questions):
        abort(404)
    asked: dict[str, Any] = questions[place - 1]
    return asked


def _page(found: Draft, place: int, asked: dict[str, Any]) -> str:
    changed = put(found.document, place - 1, asked, {})
    return render_template(
        "form_question.html",
        draft=found,
        document=found.document,
        place=place,
        asked=asked,
        tags=tags_of(found.document),
        types=TYPES,
        when=condition_fields(asked),
        askable=askable(found.document["questions"][: place - 1]),
        empty_rows=EMPTY_ROWS,
        troubles=[one for one in troubles(changed) if one.place == asked["key"]],
    )
