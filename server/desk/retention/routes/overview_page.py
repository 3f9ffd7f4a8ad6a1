"""The rules of keeping, and what they will do: nothing is deleted that was not to be seen here."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.desk.accounts.roles import Role
from server.desk.accounts.sessions import requires
from server.desk.context import now
from server.desk.db import desk_session
from server.desk.keys.keyring import keyring
from server.desk.retention import store
from server.desk.retention.applying import counted
from server.desk.retention.errors import NotALevelError
from server.desk.retention.routes.room import blueprint
from server.desk.retention.rules import LEAST_DAYS, LEVELS, MOST_DAYS, NOTICE, Fate
from server.desk.translations import _
from server.desk.triage.routes.room import hand

MOST_SHOWN = 200
"""Reports listed by name: the next ones; the counts are of all."""


@blueprint.get("/retention")
@requires(Role.LEAD)
def overview() -> ResponseReturnValue:
    """Show the rules, and what will be deleted when."""
    session = desk_session()
    found = store.verdicts(session, keyring(), now())
    coming = sorted(
        (one for one in found if one.on is not None and one.fate is not Fate.LATER),
        key=lambda one: (one.on, one.report_id),
    )
    return render_template(
        "retention.html",
        days=store.days_of_levels(session),
        levels=LEVELS,
        least=LEAST_DAYS,
        most=MOST_DAYS,
        notice=NOTICE.days,
        fates=[(Fate(name), number) for name, number in counted(found).items()],
        coming=coming[:MOST_SHOWN],
        more=max(0, len(coming) - MOST_SHOWN),
    )


@blueprint.post("/retention")
@requires(Role.LEAD)
def change() -> ResponseReturnValue:
    """Say for how long each level is kept."""
    try:
        store.set_days(hand(), {level: _days(level) for level in LEVELS})
    except (NotALevelError, ValueError):
        desk_session().rollback()
        flash(
            _("Give whole days from 1 on, or leave a field empty: kept for ever."),
            "error",
        )
        return redirect(url_for("retention.overview"))
    desk_session().commit()
    flash(_("Kept. Nothing is deleted before it was announced here for two weeks."))
    return redirect(url_for("retention.overview"))


def _days(level: str) -> int | None:
    typed = request.form.get(level, "").strip()
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit()):
        raise ValueError(level)
    return int(typed)
