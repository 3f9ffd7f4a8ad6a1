"""Learning anew, stopping it, and the switch."""

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from server.desk.accounts.roles import Role
from server.desk.accounts.sessions import logged_in, requires
from server.desk.audit.store import append
from server.desk.db import desk_session
from server.desk.keys.keyring import keyring
from server.desk.suggestions import serving, store
from server.desk.suggestions.routes.room import blueprint
from server.desk.suggestions.training import training_of_desk
from server.desk.translations import _
from server.desk.triage.routes.room import hand, taxonomy


@blueprint.post("/suggestions/learn")
@requires(Role.ANALYST)
def learn() -> ResponseReturnValue:
    """Begin to learn from all codings, in the background."""
    session, actor = desk_session(), logged_in().actor
    # A locked desk has nothing to learn from.
    keyring().storage_key()
    codings = store.codings_count(session)
    if codings < serving.FEWEST_CODINGS:
        flash(_("There are too few codings to learn from yet."), "error")
        return redirect(url_for("suggestions.overview"))
    reports = store.coded_reports_count(session)
    append(session, actor, "suggestions.learn", "desk", {"codings": codings, "reports": reports})
    session.commit()
    app = current_app._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001
    codes = taxonomy()
    if not training_of_desk().start(app, actor, codes, serving.guide_of(codes)):
        flash(_("The desk is learning already."), "error")
    return redirect(url_for("suggestions.overview"))


@blueprint.post("/suggestions/stop")
@requires(Role.ANALYST)
def stop() -> ResponseReturnValue:
    """Stop learning; nothing of it is kept."""
    if training_of_desk().stop():
        append(desk_session(), logged_in().actor, "suggestions.stop", "desk", {})
        desk_session().commit()
    return redirect(url_for("suggestions.overview"))


@blueprint.post("/suggestions/switch")
@requires(Role.LEAD)
def switch() -> ResponseReturnValue:
    """Switch suggestions on or off for everybody."""
    store.switch(hand(), on=request.form.get("on") == "1")
    desk_session().commit()
    return redirect(url_for("suggestions.overview"))
