"""The people page: who works here, inviting, disabling, new passwords."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.desk.accounts.blueprint import blueprint
from server.desk.accounts.errors import LastLeadError
from server.desk.accounts.links import VALID, Purpose, make_link
from server.desk.accounts.people import colleagues, disable, person_named
from server.desk.accounts.roles import Person, Role
from server.desk.accounts.sessions import logged_in, requires
from server.desk.accounts.slots import storage_slots
from server.desk.context import desk_config
from server.desk.db import desk_session
from server.desk.translations import _


@blueprint.get("/people")
@requires(Role.ADMIN)
def people() -> ResponseReturnValue:
    """List everybody."""
    return _page()


def _page(address: str = "", purpose: Purpose = Purpose.INVITE) -> str:
    return render_template(
        "people.html",
        colleagues=colleagues(desk_session()),
        roles=list(Role),
        address=address,
        valid_hours=int(VALID[purpose].total_seconds()) // 3600,
    )


def link_page(token: str) -> str:
    """Show a link for a colleague, once."""
    return _page(_address(token))


@blueprint.post("/people/invite")
@requires(Role.ADMIN)
def invite() -> ResponseReturnValue:
    """Make a link for a colleague and show it once."""
    session = desk_session()
    try:
        role = Role(request.form.get("role", ""))
    except ValueError:
        abort(400)
    token = make_link(
        session,
        Purpose.INVITE,
        actor=logged_in().actor,
        role=role,
        administers=request.form.get("administers") == "yes",
    )
    session.commit()
    return _page(_address(token))


@blueprint.post("/people/<person_id>/renew")
@requires(Role.ADMIN)
def renew(person_id: str) -> ResponseReturnValue:
    """Make a link with which a person sets a new password and second factor."""
    session = desk_session()
    person = _known(person_id)
    token = make_link(
        session,
        Purpose.RENEW,
        actor=logged_in().actor,
        role=person.role,
        administers=person.administers,
        person_id=person.id,
    )
    session.commit()
    return _page(_address(token), Purpose.RENEW)


@blueprint.post("/people/<person_id>/disable")
@requires(Role.ADMIN)
def disable_person(person_id: str) -> ResponseReturnValue:
    """Shut a person out."""
    session = desk_session()
    try:
        disable(session, storage_slots(), _known(person_id).id, logged_in().actor)
    except LastLeadError:
        flash(_("Invite another lead who administers first."), "error")
        return _page(), 409
    session.commit()
    flash(_("This person can no longer log in."), "good")
    return redirect(url_for("accounts.people"))


def _address(token: str) -> str:
    """Write a one-time link as a colleague's browser reaches the desk."""
    public = desk_config().public_url
    path = url_for("accounts.setup", token=token)
    return public + path if public else url_for("accounts.setup", token=token, _external=True)


def _known(person_id: str) -> Person:
    person = person_named(desk_session(), person_id)
    if person is None:
        abort(404)
    return person
