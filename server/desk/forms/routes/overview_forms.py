"""What is done from the list: a new form, an import, a draft of a form, a withdrawal."""

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from schemas.domain.forms import FALLBACK_LANGUAGE
from schemas.forms import BUNDLED_KEYS
from server.desk.accounts.roles import Role
from server.desk.accounts.sessions import requires
from server.desk.db import desk_session
from server.desk.forms import drafts, publishing
from server.desk.forms.editing import free_key, new_form
from server.desk.forms.errors import DraftError, UnreadableError
from server.desk.forms.question_fields import said_of
from server.desk.forms.reading import MAX_FILE_BYTES, REFUSALS, read_workbook
from server.desk.forms.routes.overview_page import list_page
from server.desk.forms.routes.room import UNPROCESSABLE, blueprint, hand, to_draft
from server.desk.forms.xlsform import imported
from server.desk.keys.forms import document_in_force, editions, own_keys
from server.desk.keys.keyring import keyring
from server.desk.translations import _, language


@blueprint.post("/forms/new")
@requires(Role.LEAD)
def begin() -> ResponseReturnValue:
    """Begin a form of the desk's own."""
    title = said_of(request.form, "title")
    if not title:
        flash(_("Give the form a title."), "error")
        return list_page(), UNPROCESSABLE
    session = desk_session()
    held = [one.key for one in drafts.drafts(session, keyring())]
    key = free_key(title, [*BUNDLED_KEYS, *own_keys(session), *held])
    return _drafted(new_form(key, title, language() or FALLBACK_LANGUAGE))


@blueprint.post("/forms/import")
@requires(Role.LEAD)
def take_in() -> ResponseReturnValue:
    """Make a draft of an XLSForm."""
    sent = request.files.get("file")
    packed = b"" if sent is None else sent.stream.read(MAX_FILE_BYTES + 1)
    try:
        made = imported(read_workbook(packed))
    except UnreadableError as error:
        flash(_(REFUSALS[error.word]), "error")
        return list_page(), UNPROCESSABLE
    return _drafted(made.document, made.findings)


@blueprint.post("/forms/<key>/draft")
@requires(Role.LEAD)
def draft_from(key: str) -> ResponseReturnValue:
    """Go on with the draft of a form, or begin one from what is in force or from an edition."""
    version = request.form.get("version", "")
    known = drafts.draft_of(desk_session(), keyring(), key)
    if known is not None and not version:
        return redirect(url_for("forms.draft", draft_id=known.id))
    document = document_in_force(desk_session(), key)
    if version:
        past = editions(desk_session(), key)
        document = next((one.document for one in past if str(one.version) == version), None)
    if document is None:
        abort(404)
    return _drafted(document)


def _drafted(document: dict[str, object], findings: drafts.Findings = ()) -> ResponseReturnValue:
    try:
        made = drafts.begin(hand(), document, findings)
    except DraftError:
        desk_session().rollback()
        flash(_("This cannot be kept: there are too many drafts, or it is far too long."), "error")
        return list_page(), UNPROCESSABLE
    return to_draft(made.id)


@blueprint.post("/forms/<key>/withdraw")
@requires(Role.LEAD)
def withdraw(key: str) -> ResponseReturnValue:
    """Take the desk's own form out of force and sign the directory."""
    try:
        publishing.withdraw(hand(), key)
    except DraftError:
        desk_session().rollback()
        abort(404)
    desk_session().commit()
    flash(
        _("Withdrawn, and the directory is signed. Phones learn of it at their next sync."), "good"
    )
    return redirect(url_for("forms.overview"))
