"""Making and giving out what comes from originals: working copies and redacted pictures."""

from typing import Final

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from server.desk.accounts.roles import Role
from server.desk.accounts.sessions import logged_in, requires
from server.desk.db import desk_session, start_writing
from server.desk.evidence import apart
from server.desk.evidence.areas import NoAreaError, lines_of, read_areas
from server.desk.evidence.derivatives import (
    MOST_REASON_CHARACTERS,
    Derivative,
    Kind,
    Making,
    content_of,
    derivative_of_id,
    derivatives_of,
    make,
    note_reading,
)
from server.desk.evidence.errors import NoSuchDerivativeError, PictureRefusedError
from server.desk.evidence.routes.file_page import show_file
from server.desk.evidence.routes.room import blueprint, file_or_404, saved, shown
from server.desk.evidence.store import bytes_of
from server.desk.evidence.wording import state_words
from server.desk.keys.keyring import keyring
from server.desk.translations import _

COPY_KIND: Final = "image/jpeg"
REFUSED_STATUS: Final = 422
DESK: Final = "desk"
"""Who makes working copies: nobody asks for one."""


@blueprint.get("/<attachment_id>/copy")
@requires(Role.READER)
def working_copy(attachment_id: str) -> ResponseReturnValue:
    """Show the working copy of a picture; the first who asks has it made."""
    report, view = file_or_404(attachment_id)
    session, ring = desk_session(), keyring()
    made = derivatives_of(session, ring, report.report_id, attachment_id)
    copy = next((one for one in made if one.kind is Kind.COPY), None)
    if copy is None:
        session.rollback()
        try:
            content = apart.working_copy(b"".join(bytes_of(ring, attachment_id)))
        except PictureRefusedError:
            abort(404)
        making = Making(report.report_id, attachment_id, Kind.COPY, view.sha256, content)
        copy = derivative_of_id(session, ring, make(session, ring, DESK, making))
    return _given(copy, to_save=False)


@blueprint.post("/<attachment_id>/redact")
@requires(Role.MONITOR)
def redact(attachment_id: str) -> ResponseReturnValue:
    """Burn areas into a new picture, linked to its original."""
    report, view = file_or_404(attachment_id)
    session, ring = desk_session(), keyring()
    sent, reason = request.form.get("areas", ""), request.form.get("reason", "").strip()
    if not reason or len(reason) > MOST_REASON_CHARACTERS:
        return _again(attachment_id, _("Say in a few words why it is redacted."))
    try:
        areas = read_areas(sent)
        session.rollback()
        content = apart.redacted(b"".join(bytes_of(ring, attachment_id)), areas)
    except NoAreaError:
        return _again(attachment_id, _("Draw at least one area that lies in the picture."))
    except PictureRefusedError as refused:
        return _again(attachment_id, state_words(refused.state))
    covered = lines_of(areas)
    making = Making(
        report.report_id, attachment_id, Kind.PICTURE, view.sha256, content, reason, covered
    )
    make(session, ring, logged_in().actor, making)
    return redirect(url_for("evidence.page", attachment_id=attachment_id, _anchor="redactions"))


@blueprint.get("/derivatives/<derivative_id>")
@requires(Role.READER)
def derivative(derivative_id: str) -> ResponseReturnValue:
    """Show a picture that was made here."""
    return _given(_derivative(derivative_id), to_save=False)


@blueprint.get("/derivatives/<derivative_id>/save")
@requires(Role.READER)
def save_derivative(derivative_id: str) -> ResponseReturnValue:
    """Save something that was made here, under a name that says nothing."""
    return _given(_derivative(derivative_id), to_save=True)


def _derivative(derivative_id: str) -> Derivative:
    try:
        return derivative_of_id(desk_session(), keyring(), derivative_id)
    except NoSuchDerivativeError:
        abort(404)


def _given(made: Derivative, *, to_save: bool) -> ResponseReturnValue:
    session = desk_session()
    start_writing(session)
    note_reading(session, logged_in().actor, made)
    session.commit()
    content = content_of(keyring(), made)
    if to_save or made.kind is Kind.TEXT:
        ending = "txt" if made.kind is Kind.TEXT else "jpg"
        return saved([content], f"redacted-{made.id[:8]}.{ending}", len(content))
    return shown([content], COPY_KIND, len(content))


def _again(attachment_id: str, problem: str) -> ResponseReturnValue:
    """Show the page once more, with what was sent still on it."""
    page = show_file(
        attachment_id,
        problem=problem,
        areas=request.form.get("areas", ""),
        reason=request.form.get("reason", ""),
    )
    return page, REFUSED_STATUS
