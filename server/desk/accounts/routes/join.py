"""The page behind a one-time link: first set-up, invitation, new password."""

from dataclasses import dataclass

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from server.desk import csrf
from server.desk.accounts.blueprint import blueprint
from server.desk.accounts.errors import ChoiceError, LinkError
from server.desk.accounts.links import Link, Purpose, find_link
from server.desk.accounts.people import Choice, accept_link, person_named
from server.desk.accounts.roles import LADDER
from server.desk.accounts.second_factor import enrolment_symbol, new_secret, well_formed
from server.desk.accounts.session_store import open_session
from server.desk.accounts.slots import storage_slots
from server.desk.db import desk_session
from server.plumbing.passwords import MIN_PASSWORD_CHARACTERS

GONE_STATUS = 410


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the page says about a field; both empty at first."""

    field: str = ""
    kind: str = ""


@blueprint.get("/setup/<token>")
def setup(token: str) -> ResponseReturnValue:
    """Show what has to be chosen."""
    try:
        link = find_link(desk_session(), token)
    except LinkError:
        return render_template("link_ended.html"), GONE_STATUS
    return _page(link, token, new_secret(), Refusal())


@blueprint.post("/setup/<token>")
def set_up(token: str) -> ResponseReturnValue:
    """Make the account."""
    session = desk_session()
    secret = request.form.get("totp_secret", "")
    if not well_formed(secret):
        secret = new_secret()
    try:
        link = find_link(session, token)
        person, codes = accept_link(session, storage_slots(), link, _choice(secret))
    except LinkError:
        return render_template("link_ended.html"), GONE_STATUS
    except ChoiceError as error:
        return _page(
            find_link(session, token), token, secret, Refusal(error.field, error.kind)
        ), 422
    passphrase = None
    if link.purpose is Purpose.SETUP:
        passphrase = storage_slots().retire_setup_secret()
    cookie = open_session(session, person.id)
    session.commit()
    page = render_template("joined.html", joined=person, codes=codes, passphrase=passphrase)
    response = current_app.make_response(page)
    csrf.set_cookie(response, csrf.SESSION_COOKIE, cookie)
    return response


def _choice(secret: str) -> Choice:
    form = request.form
    return Choice(
        name=form.get("name", ""),
        password=form.get("password", ""),
        repeated=form.get("repeated", ""),
        totp_secret=secret,
        code=form.get("code", ""),
    )


def _page(link: Link, token: str, secret: str, refusal: Refusal) -> str:
    known = person_named(desk_session(), link.person_id) if link.person_id else None
    name = known.name if known else request.form.get("name", "")
    return render_template(
        "setup.html",
        link=link,
        token=token,
        known_name=known.name if known else None,
        name=name,
        secret=secret,
        symbol=Markup(enrolment_symbol(secret, name or "desk")),  # noqa: S704 - our own SVG
        refusal=refusal,
        min_characters=MIN_PASSWORD_CHARACTERS,
        must_wait=link.role in LADDER and storage_slots().locked,
    )
