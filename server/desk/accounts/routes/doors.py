"""Logging in, logging out, and choosing a language."""

from typing import Final
from urllib.parse import urlsplit

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.desk import csrf, translations
from server.desk.accounts.blueprint import blueprint
from server.desk.accounts.errors import LoginRefusedError
from server.desk.accounts.login import SecondFactor, log_in
from server.desk.accounts.routes.keys import answer_given, site
from server.desk.accounts.session_store import end_session
from server.desk.accounts.sessions import current_person
from server.desk.accounts.slots import storage_slots
from server.desk.audit.store import append
from server.desk.db import desk_session
from server.desk.translations import _

LANGUAGE_SECONDS: Final = 365 * 86_400


def local_address(address: str) -> str:
    """Give an address of this desk back, and the front page for any other.

    Args:
        address: From a form or a query: untrusted.
    """
    parts = urlsplit(address.replace("\\", "/"))
    local = not parts.scheme and not parts.netloc and parts.path.startswith("/")
    return parts.path if local and not parts.path.startswith("//") else url_for("home")


@blueprint.get("/login")
def login() -> ResponseReturnValue:
    """Show the login page."""
    # After a restart a session may still be good while the desk waits for somebody's password.
    if current_person() is not None and not storage_slots().locked:
        return redirect(url_for("home"))
    return _login_page(request.args.get("next", ""), "")


def _login_page(next_page: str, name: str) -> str:
    return render_template("login.html", next=next_page, name=name, keys_work=site().has_name)


@blueprint.post("/login")
def log_in_now() -> ResponseReturnValue:
    """Check both factors."""
    session = desk_session()
    name = request.form.get("name", "")
    try:
        _person, token = log_in(
            session,
            storage_slots(),
            name=name,
            password=request.form.get("password", ""),
            second=SecondFactor(request.form.get("code", ""), answer_given()),
        )
    except LoginRefusedError:
        flash(
            _("Name, password or code is wrong, or too many were. Wait, then try again."), "error"
        )
        return _login_page(request.form.get("next", ""), name), 403
    session.commit()
    response = current_app.make_response(redirect(local_address(request.form.get("next", ""))))
    csrf.set_cookie(response, csrf.SESSION_COOKIE, token)
    return response


@blueprint.post("/logout")
def logout() -> ResponseReturnValue:
    """End this session."""
    session = desk_session()
    person = current_person()
    if person is not None:
        end_session(session, request.cookies.get(csrf.SESSION_COOKIE, ""))
        append(session, person.actor, "logout", person.actor, {})
        session.commit()
    response = current_app.make_response(redirect(url_for("accounts.login")))
    csrf.set_cookie(response, csrf.SESSION_COOKIE, "")
    return response


@blueprint.post("/language")
def choose_language() -> ResponseReturnValue:
    """Remember a language in this browser."""
    response = current_app.make_response(redirect(local_address(request.form.get("next", ""))))
    chosen = request.form.get("language", "")
    if chosen in translations.catalogue():
        response.set_cookie(
            translations.COOKIE,
            chosen,
            max_age=LANGUAGE_SECONDS,
            secure=csrf.travels_encrypted(),
            httponly=True,
            samesite="Strict",
        )
    return response
