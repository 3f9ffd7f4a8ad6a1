"""What is changed on the editor's page: the head of the form, languages, order, undo."""

import re
from typing import Final

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from schemas.constants import MAX_LANG_CHARACTERS
from schemas.domain.vocabulary import Category
from server.desk.accounts.roles import Role
from server.desk.accounts.sessions import requires
from server.desk.db import desk_session
from server.desk.forms import drafts, editing
from server.desk.forms.errors import DraftChangedError, DraftError
from server.desk.forms.headings import tag_of
from server.desk.forms.question_fields import said_of
from server.desk.forms.routes.room import TYPES, blueprint, hand, seen_draft, to_draft
from server.desk.translations import _

TAG: Final = re.compile(r"[a-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
MOVES: Final = {"up": -1, "down": 1}


@blueprint.post("/form-drafts/<draft_id>/about")
@requires(Role.LEAD)
def about(draft_id: str) -> ResponseReturnValue:
    """Change the title, the note, when it is asked, and whether it is asked or offered."""
    found = seen_draft(draft_id)
    tags = editing.tags_of(found.document)
    note = {tag: said_of(request.form, f"note_{tag}") for tag in tags}
    chosen = request.form.getlist("category")
    document = editing.with_about(
        found.document,
        {
            "title": {tag: said_of(request.form, f"title_{tag}") for tag in tags},
            "note": note if any(note.values()) else None,
            "categories": [one.value for one in Category if one.value in chosen],
            "optional": True if request.form.get("offered") else None,
        },
    )
    drafts.change(hand(), found, document)
    flash(_("Kept."), "good")
    return to_draft(draft_id)


@blueprint.post("/form-drafts/<draft_id>/languages")
@requires(Role.LEAD)
def languages(draft_id: str) -> ResponseReturnValue:
    """Add or remove a language."""
    found = seen_draft(draft_id)
    gone = request.form.get("remove", "")
    if gone in found.document["title"]:
        drafts.change(hand(), found, editing.without_language(found.document, gone))
        return to_draft(draft_id, "about")
    tag = tag_of(said_of(request.form, "language")) or ""
    if not TAG.fullmatch(tag) or len(tag) > MAX_LANG_CHARACTERS:
        flash(_("Write a language by its code, such as fr for French."), "error")
        return to_draft(draft_id, "about")
    drafts.change(hand(), found, editing.with_language(found.document, tag))
    return to_draft(draft_id, "about")


@blueprint.post("/form-drafts/<draft_id>/questions")
@requires(Role.LEAD)
def questions(draft_id: str) -> ResponseReturnValue:
    """Move, remove or add a question."""
    found = seen_draft(draft_id)
    act, _colon, place = request.form.get("act", "").partition(":")
    document, number = found.document, len(found.document["questions"])
    if act == "add":
        kind = request.form.get("type", "")
        document = editing.with_question(document, kind if kind in TYPES else "text")
        drafts.change(hand(), found, document)
        desk_session().commit()
        return redirect(url_for("forms.question", draft_id=draft_id, place=number + 1))
    if not place.isascii() or not place.isdigit() or not 1 <= int(place[:4]) <= number:
        return to_draft(draft_id)
    at = int(place[:4]) - 1
    if act == "remove":
        drafts.change(hand(), found, editing.without_question(document, at))
        flash(_("Removed. “Undo the last change” brings it back."), "good")
        return to_draft(draft_id, "questions")
    drafts.change(hand(), found, editing.moved(document, at, MOVES.get(act, 0)))
    return to_draft(draft_id, f"question-{document['questions'][at]['key']}")


@blueprint.post("/form-drafts/<draft_id>/undo")
@requires(Role.LEAD)
def undo(draft_id: str) -> ResponseReturnValue:
    """Put back what stood before the last change."""
    found = seen_draft(draft_id)
    try:
        drafts.undo(hand(), found)
    except DraftChangedError:
        raise
    except DraftError:
        flash(_("There is nothing to undo."), "error")
        return to_draft(draft_id)
    flash(_("The last change is undone. Press again to have it back."), "good")
    return to_draft(draft_id)


@blueprint.post("/form-drafts/<draft_id>/read")
@requires(Role.LEAD)
def findings_read(draft_id: str) -> ResponseReturnValue:
    """Note that what the import left out was read."""
    drafts.have_read(hand(), seen_draft(draft_id))
    return to_draft(draft_id)


@blueprint.post("/form-drafts/<draft_id>/discard")
@requires(Role.LEAD)
def discard(draft_id: str) -> ResponseReturnValue:
    """Remove a draft; what is published stays."""
    drafts.discard(hand(), seen_draft(draft_id).id)
    desk_session().commit()
    flash(_("The draft is removed. What is published stays as it is."), "good")
    return redirect(url_for("forms.overview"))
