"""The page on which a person leaves; it stands here because it hands over what they triage."""

from typing import Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.desk.accounts.errors import LastLeadError
from server.desk.accounts.people import active_person
from server.desk.accounts.roles import Person, Role
from server.desk.accounts.routes.people import link_page
from server.desk.accounts.sessions import requires
from server.desk.accounts.slots import storage_slots
from server.desk.db import desk_session
from server.desk.translations import _
from server.desk.triage.handover import SuccessorError, holding_of, leave, successors
from server.desk.triage.routes.room import hand

blueprint: Final = Blueprint("leaving", __name__)
"""Apart from triage: whoever administers comes here, sees numbers only, and reads nothing."""


@blueprint.get("/people/<person_id>/leave")
@requires(Role.ADMIN)
def leaving(person_id: str) -> ResponseReturnValue:
    """Show what a person holds and ask who takes over."""
    return _page(_known(person_id))


def _page(person: Person) -> str:
    session = desk_session()
    return render_template(
        "leave.html",
        leaver=person,
        holding=holding_of(session, person),
        successors=successors(session, person),
    )


@blueprint.post("/people/<person_id>/leave")
@requires(Role.ADMIN)
def leave_now(person_id: str) -> ResponseReturnValue:
    """Let the person leave."""
    person = _known(person_id)
    form = request.form
    if form.get("sure") != "yes":
        flash(_("Tick the box first: this cannot be taken back."), "error")
        return _page(person), 422
    try:
        token = leave(
            hand(),
            storage_slots(),
            person,
            successor_id=form.get("successor", ""),
            invites=form.get("invite") == "yes",
        )
    except LastLeadError:
        flash(_("Invite another lead who administers first."), "error")
        return _page(person), 409
    except SuccessorError:
        abort(400)
    desk_session().commit()
    flash(_("This person has left. They can no longer log in, and hold nothing."), "good")
    return link_page(token) if token else redirect(url_for("accounts.people"))


def _known(person_id: str) -> Person:
    person = active_person(desk_session(), person_id)
    if person is None:
        abort(404)
    return person
