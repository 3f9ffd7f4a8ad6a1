"""The key calendar's page."""

from flask import render_template
from flask.typing import ResponseReturnValue

from server.desk.accounts.roles import Role
from server.desk.accounts.sessions import requires
from server.desk.context import now
from server.desk.db import desk_session
from server.desk.keys.calendar import calendar, next_deletion, overdue
from server.desk.keys.directories import newest
from server.desk.keys.identities import kept_weeks
from server.desk.keys.profile import profile
from server.desk.keys.routes.blueprint import blueprint


@blueprint.get("/keys")
@requires(Role.READER, Role.ADMIN)
def key_calendar() -> ResponseReturnValue:
    """Show each week's key, when it is deleted, and what is overdue."""
    session = desk_session()
    desk = profile(session)
    lines = calendar(kept_weeks(session), desk.grace_days, now())
    return render_template(
        "key_calendar.html",
        lines=lines,
        overdue=overdue(lines),
        next_deletion=next_deletion(lines),
        grace_days=desk.grace_days,
        directory=newest(session),
    )
