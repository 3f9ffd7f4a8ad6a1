"""What all pages of forms share: the blueprint, the draft of a page, how a refusal looks."""

from collections.abc import Callable
from typing import Any, Final

from flask import Blueprint, abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from schemas.domain.forms import said_in
from schemas.domain.vocabulary import Category
from server.desk.accounts.sessions import logged_in
from server.desk.context import now
from server.desk.db import desk_session
from server.desk.forms import drafts
from server.desk.forms.difference_words import SENTENCES
from server.desk.forms.differences import Difference, named_in
from server.desk.forms.drafts import Draft
from server.desk.forms.errors import DraftChangedError, DraftError
from server.desk.forms.finding_words import finding_said
from server.desk.forms.trouble_words import trouble_said
from server.desk.forms.xlsform_out import YES_NO_LABELS
from server.desk.keys.hand import Hand
from server.desk.keys.keyring import keyring
from server.desk.translations import N_, _, language

blueprint: Final = Blueprint("forms", __name__)

CONFLICT: Final = 409
UNPROCESSABLE: Final = 422
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHANGED: Final = N_("Somebody else changed this draft meanwhile. Nothing was written over.")
TYPES: Final = {
    "choice": N_("one answer of several"),
    "choices": N_("any of several answers"),
    "yes_no": N_("yes, no, I do not know"),
    "text": N_("a text"),
    "number": N_("a number"),
    "date": N_("a day"),
}


def hand() -> Hand:
    """Give the hand of whoever is logged in, on the session of the request."""
    return Hand(desk_session(), keyring(), logged_in().actor, now())


def the_draft(draft_id: str) -> Draft:
    """Open the draft of a page; an address that names none is 404."""
    try:
        return drafts.draft(desk_session(), keyring(), draft_id)
    except DraftError:
        abort(404)


def seen_draft(draft_id: str) -> Draft:
    """Open the draft that a form was filled in for, at the edition that the person saw."""
    found = the_draft(draft_id)
    written = request.form.get("edition", "")
    if written != str(found.edition):
        raise DraftChangedError
    return found


def to_draft(draft_id: str, anchor: str = "") -> ResponseReturnValue:
    """Commit, and lead back to the editor."""
    desk_session().commit()
    return redirect(url_for("forms.draft", draft_id=draft_id, _anchor=anchor or None))


@blueprint.errorhandler(DraftChangedError)
def _changed(_error: DraftError) -> ResponseReturnValue:
    desk_session().rollback()
    flash(_(CHANGED), "error")
    draft_id = (request.view_args or {}).get("draft_id")
    where = url_for("forms.draft", draft_id=draft_id) if draft_id else url_for("forms.overview")
    return redirect(where)


def category_said(category: str) -> str:
    """Name a category as the rest of the desk does."""
    said: Callable[[object], str] = current_app.jinja_env.filters["said"]
    return said(Category(category))


def _difference_said(difference: Difference) -> str:
    values = dict(difference.values)
    if "category" in values:
        values["category"] = category_said(values["category"])
    return _(SENTENCES[difference.code]) % values


def _type_said(kind: str) -> str:
    return _(TYPES[kind])


def _text_said(text: dict[str, str]) -> str:
    return said_in(text, language())


def _answer_named(question: dict[str, Any], value: str) -> str:
    """Name an answer by its words for a reader, or by its key while it has none."""
    if question["type"] == "yes_no":
        return _(YES_NO_LABELS[value])
    labels = [one["label"] for one in question["options"] if one["value"] == value]
    return said_in(labels[0], language()) or value


def _named(question: dict[str, Any]) -> str:
    return named_in(question, language())


@blueprint.record_once
def _offer(state: Any) -> None:  # noqa: ANN401 - flask's own
    state.app.jinja_env.filters.update(
        answer_named=_answer_named,
        category_word=category_said,
        text_said=_text_said,
        difference_said=_difference_said,
        finding_said=finding_said,
        trouble_said=trouble_said,
        answer_type=_type_said,
        question_named=_named,
    )
