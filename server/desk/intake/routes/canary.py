"""Switching the canary reports on and off."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from server.desk.accounts.roles import Role
from server.desk.accounts.sessions import logged_in, requires
from server.desk.db import desk_session
from server.desk.intake.blueprint import blueprint
from server.desk.intake.canary_watch import switch_watch
from server.desk.translations import _


@blueprint.post("/relays/canary")
@requires(Role.ADMIN)
def switch_canary() -> ResponseReturnValue:
    """Switch the watch on or off."""
    session = desk_session()
    on = request.form.get("on") == "yes"
    switch_watch(session, on=on, actor=logged_in().actor)
    session.commit()
    flash(
        _("A canary report goes out every hour.") if on else _("No canary reports are sent."),
        "good",
    )
    return redirect(url_for(".relays"))
