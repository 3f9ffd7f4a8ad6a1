"""Publishing a draft: what changes, in plain words, and then the signature."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from server.desk.accounts.roles import Role
from server.desk.accounts.sessions import requires
from server.desk.db import desk_session
from server.desk.forms import publishing
from server.desk.forms.checking import finished, troubles
from server.desk.forms.differences import differences
from server.desk.forms.errors import DraftError
from server.desk.forms.routes.room import blueprint, hand, seen_draft, the_draft, to_draft
from server.desk.keys.forms import document_in_force
from server.desk.translations import _, language


@blueprint.get("/form-drafts/<draft_id>/publish")
@requires(Role.LEAD)
def prepare(draft_id: str) -> ResponseReturnValue:
    """Show what publishing changes."""
    found = the_draft(draft_id)
    before = document_in_force(desk_session(), found.key)
    return render_template(
        "form_publish.html",
        draft=found,
        document=found.document,
        changes=differences(before, finished(found.document), language()),
        is_ready=not found.findings and not troubles(found.document),
    )


@blueprint.post("/form-drafts/<draft_id>/publish")
@requires(Role.LEAD)
def publish(draft_id: str) -> ResponseReturnValue:
    """Put a draft into force and sign the directory that carries it."""
    found = seen_draft(draft_id)
    try:
        publishing.publish(hand(), found)
    except publishing.NotReadyError:
        desk_session().rollback()
        flash(_("Nothing was published: something is in the way. It is named below."), "error")
        return to_draft(draft_id)
    except DraftError:
        desk_session().rollback()
        flash(_("Nothing was published: the desk has too many forms. Withdraw one first."), "error")
        return to_draft(draft_id)
    desk_session().commit()
    flash(_("Published and signed. Phones ask it after their next sync."), "good")
    return redirect(url_for("forms.form", key=found.key))
