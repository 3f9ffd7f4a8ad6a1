"""The editor of a draft, its file and its preview."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from schemas.domain.vocabulary import Category
from server.desk.accounts.roles import Role
from server.desk.accounts.sessions import requires
from server.desk.forms.checking import FORM, finished, troubles
from server.desk.forms.drafts import Draft
from server.desk.forms.editing import tags_of
from server.desk.forms.routes.overview_page import as_file, preview_page
from server.desk.forms.routes.room import TYPES, blueprint, the_draft


@blueprint.get("/form-drafts/<draft_id>")
@requires(Role.LEAD)
def draft(draft_id: str) -> ResponseReturnValue:
    """Show a draft with everything that can be changed about it."""
    return editor(the_draft(draft_id))


def editor(found: Draft) -> str:
    """Draw the editor."""
    wrong = troubles(found.document)
    return render_template(
        "form_draft.html",
        draft=found,
        document=found.document,
        tags=tags_of(found.document),
        troubles=wrong,
        form_troubles=[one for one in wrong if one.place == FORM],
        categories=list(Category),
        types=TYPES,
    )


@blueprint.get("/form-drafts/<draft_id>/xlsx")
@requires(Role.LEAD)
def export_draft(draft_id: str) -> ResponseReturnValue:
    """Give a draft as an XLSForm."""
    return as_file(the_draft(draft_id).document)


@blueprint.get("/form-drafts/<draft_id>/preview")
@requires(Role.LEAD)
def preview_draft(draft_id: str) -> ResponseReturnValue:
    """Show a draft as a phone will show it."""
    back = url_for("forms.draft", draft_id=draft_id)
    return preview_page(finished(the_draft(draft_id).document), back)
