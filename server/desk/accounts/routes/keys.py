"""Security keys: adding, naming and removing one's own, and the question at login."""

from flask import Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from server.desk.accounts.blueprint import blueprint
from server.desk.accounts.errors import SecurityKeyError
from server.desk.accounts.key_store import (
    add_key,
    keys_of,
    new_challenge,
    remove_key,
    rename_key,
    use_challenge,
)
from server.desk.accounts.security_keys import (
    Answer,
    Site,
    login_options,
    read_registration,
    registration_options,
)
from server.desk.accounts.sessions import logged_in
from server.desk.context import desk_config
from server.desk.db import desk_session
from server.desk.translations import _

MOST_ANSWER_CHARACTERS = 16_384
"""A key's answer has one or two thousand; nothing longer is read."""


def site() -> Site:
    """Give the desk as this visitor's browser knows it."""
    return Site(desk_config().public_url or request.host_url.rstrip("/"))


def answer_given() -> Answer | None:
    """Give what a key answered in this form, or None if it was not asked."""
    words = request.form.get("key_answer", "")
    if not words or len(words) > MOST_ANSWER_CHARACTERS:
        return None
    try:
        return Answer(site(), bytes.fromhex(request.form.get("key_challenge", "")), words)
    except ValueError:
        return None


@blueprint.post("/login/key")
def ask_for_key() -> ResponseReturnValue:
    """Ask for a key at login; the question is the same for everybody."""
    session = desk_session()
    challenge = new_challenge(session)
    session.commit()
    return _asked(login_options(site(), challenge), challenge)


@blueprint.post("/me/keys/question")
def ask_for_new_key() -> ResponseReturnValue:
    """Ask for a key that a person wants to add."""
    person = logged_in()
    session = desk_session()
    challenge = new_challenge(session, person.id)
    known = [one.credential_id for one in keys_of(session, person.id)]
    options = registration_options(
        site(), person_id=person.id, name=person.name, known=known, challenge=challenge
    )
    session.commit()
    return _asked(options, challenge)


def _asked(options: str, challenge: bytes) -> Response:
    return Response(options, mimetype="application/json", headers={"X-Challenge": challenge.hex()})


@blueprint.post("/me/keys")
def add_security_key() -> ResponseReturnValue:
    """Add a key that answered."""
    session = desk_session()
    try:
        _add(logged_in().id, answer_given())
    except SecurityKeyError:
        flash(_("This key could not be added. Try again, or take another one."), "error")
    else:
        flash(_("The key is added. Log in with it the next time."), "good")
    session.commit()
    return redirect(url_for("accounts.me"))


def _add(person_id: str, answer: Answer | None) -> None:
    if answer is None:
        raise SecurityKeyError
    use_challenge(desk_session(), answer.challenge, person_id)
    add_key(desk_session(), person_id, request.form.get("name", ""), read_registration(answer))


@blueprint.post("/me/keys/<int(max=2147483647):key_id>/name")
def name_security_key(key_id: int) -> ResponseReturnValue:
    """Call a key otherwise."""
    session = desk_session()
    if not rename_key(session, logged_in().id, key_id, request.form.get("name", "")):
        abort(404)
    session.commit()
    return redirect(url_for("accounts.me"))


@blueprint.post("/me/keys/<int(max=2147483647):key_id>/remove")
def remove_security_key(key_id: int) -> ResponseReturnValue:
    """Take a key away; it logs nobody in any more."""
    session = desk_session()
    if not remove_key(session, logged_in().id, key_id):
        abort(404)
    session.commit()
    flash(_("The key is removed."), "good")
    return redirect(url_for("accounts.me"))
