"""The list of forms, what a form was before, and a form as a file."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import Headers

from schemas.domain.forms import said_in
from schemas.forms import BUNDLED_KEYS
from server.desk.accounts.roles import Role
from server.desk.accounts.sessions import requires
from server.desk.db import desk_session
from server.desk.forms import drafts, xlsform_out, xlsx
from server.desk.forms.drafts import Draft
from server.desk.forms.editing import in_language
from server.desk.forms.routes.room import XLSX, blueprint
from server.desk.keys.forms import document_in_force, editions, own_keys
from server.desk.keys.keyring import keyring
from server.desk.translations import language

BUNDLED: Final = "bundled"
CHANGED: Final = "changed"
OWN: Final = "own"
WITHDRAWN: Final = "withdrawn"
DRAFT_ONLY: Final = "draft"


@dataclass(frozen=True, slots=True)
class FormLine:
    """One form of the list.

    Attributes:
        state: `bundled`, `changed`, `own`, `withdrawn`, or `draft` while it was never published.
        document: What phones ask by; the draft where there is nothing else.
        published_at: Of the desk's own edition in force.
    """

    key: str
    state: str
    document: dict[str, Any]
    published_at: datetime | None
    draft: Draft | None

    @property
    def title(self) -> str:
        """Say its title for the reader."""
        return said_in(self.document["title"], language())


@blueprint.get("/forms")
@requires(Role.LEAD)
def overview() -> ResponseReturnValue:
    """List every form with its state."""
    return list_page()


def list_page(**more: object) -> str:
    """Draw the list."""
    return render_template("forms.html", lines=_lines(), **more)


def _lines() -> list[FormLine]:
    session = desk_session()
    held = {one.key: one for one in drafts.drafts(session, keyring())}
    keys = list(dict.fromkeys([*BUNDLED_KEYS, *own_keys(session), *held]))
    return [_line(key, held.get(key)) for key in keys]


def _line(key: str, draft: Draft | None) -> FormLine:
    known = editions(desk_session(), key)
    now = next((one for one in known if one.ended_at is None), None)
    if now is not None:
        state = CHANGED if key in BUNDLED_KEYS else OWN
        return FormLine(key, state, now.document, now.published_at, draft)
    bundled = document_in_force(desk_session(), key)
    if bundled is not None:
        return FormLine(key, BUNDLED, bundled, None, draft)
    if known:
        return FormLine(key, WITHDRAWN, known[0].document, None, draft)
    if draft is None:
        abort(404)
    return FormLine(key, DRAFT_ONLY, draft.document, None, draft)


@blueprint.get("/forms/<key>")
@requires(Role.LEAD)
def form(key: str) -> ResponseReturnValue:
    """Show a form with all its editions, and the ways back."""
    known = editions(desk_session(), key)
    document = document_in_force(desk_session(), key)
    if document is None and not known:
        abort(404)
    return render_template(
        "form.html",
        key=key,
        document=document,
        shown=document or known[0].document,
        editions=known,
        is_bundled=key in BUNDLED_KEYS,
        is_own=any(one.ended_at is None for one in known),
    )


@blueprint.get("/forms/<key>/xlsx")
@requires(Role.LEAD)
def export(key: str) -> ResponseReturnValue:
    """Give a form in force as an XLSForm."""
    document = document_in_force(desk_session(), key)
    if document is None:
        abort(404)
    return as_file(document)


def as_file(document: dict[str, Any]) -> Response:
    """Pack a form for downloading."""
    headers = Headers()
    headers.add("Content-Disposition", "attachment", filename=f"{document['key']}.xlsx")
    packed = xlsx.packed(xlsform_out.tables(document))
    return Response(packed, mimetype=XLSX, headers=headers)


@blueprint.get("/forms/<key>/preview")
@requires(Role.LEAD)
def preview(key: str) -> ResponseReturnValue:
    """Show a form in force as a phone shows it."""
    document = document_in_force(desk_session(), key)
    if document is None:
        abort(404)
    return preview_page(document, url_for("forms.form", key=key))


def preview_page(document: dict[str, Any], back: str) -> str:
    """Draw the page with the phone on it, in the language that was asked for."""
    tags = list(document["title"])
    wanted = request.args.get("lang", "")
    tag = wanted if wanted in tags else _own_language(tags)
    spoken = in_language(document, tag)
    return render_template("form_preview.html", document=spoken, tag=tag, tags=tags, back=back)


def _own_language(tags: list[str]) -> str:
    return language() if language() in tags else tags[0]
