"""A person's own page: where they are logged in, their password, their recovery codes."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.desk.accounts.blueprint import blueprint
from server.desk.accounts.errors import ChoiceError
from server.desk.accounts.key_store import keys_of
from server.desk.accounts.people import Choice, change_password, write_recovery_codes
from server.desk.accounts.routes.keys import site
from server.desk.accounts.session_store import end_session_of, open_sessions
from server.desk.accounts.sessions import current_person, logged_in
from server.desk.accounts.slots import storage_slots
from server.desk.audit.store import append
from server.desk.db import desk_session
from server.desk.translations import _
from server.plumbing.passwords import MIN_PASSWORD_CHARACTERS


@blueprint.get("/me")
def me() -> ResponseReturnValue:
    """Show a person their own account."""
    if current_person() is None:
        return redirect(url_for("accounts.login"))
    return _page([])


def _page(codes: list[str]) -> str:
    person = logged_in()
    return render_template(
        "me.html",
        sessions=open_sessions(desk_session(), person.id),
        codes=codes,
        keys=keys_of(desk_session(), person.id),
        keys_work=site().has_name,
        min_characters=MIN_PASSWORD_CHARACTERS,
    )


@blueprint.post("/me/sessions/<int(max=2147483647):session_id>/end")
def end_one_session(session_id: int) -> ResponseReturnValue:
    """End one of a person's own sessions."""
    person = logged_in()
    session = desk_session()
    if not end_session_of(session, person.id, session_id):
        abort(404)
    append(session, person.actor, "session.end", person.actor, {})
    session.commit()
    flash(_("This session has ended."), "good")
    return redirect(url_for("accounts.me"))


@blueprint.post("/me/password")
def new_password() -> ResponseReturnValue:
    """Set a new password; every session ends, this one too."""
    person = logged_in()
    session = desk_session()
    form = request.form
    choice = Choice(person.name, form.get("password", ""), form.get("repeated", ""), "", "")
    try:
        change_password(session, storage_slots(), person, old=form.get("old", ""), choice=choice)
    except ChoiceError:
        flash(_("The old password is wrong, or the new one does not do."), "error")
        return _page([]), 422
    session.commit()
    flash(_("The password is changed. Log in with the new one."), "good")
    return redirect(url_for("accounts.login"))


@blueprint.post("/me/recovery-codes")
def new_codes() -> ResponseReturnValue:
    """Make new recovery codes and show them once."""
    person = logged_in()
    session = desk_session()
    codes = write_recovery_codes(session, person.id)
    append(session, person.actor, "recovery_code.renew", person.actor, {})
    session.commit()
    return _page(codes)
