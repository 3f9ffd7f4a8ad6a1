"""The settings page."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from schemas.framework import bundled
from server.desk.accounts.roles import Role
from server.desk.accounts.sessions import logged_in, requires
from server.desk.context import desk_config
from server.desk.db import desk_session
from server.desk.keys.credentials import secret_path
from server.desk.keys.directories import issue, newest
from server.desk.keys.keyring import keyring
from server.desk.keys.profile import profile
from server.desk.keys.routes.blueprint import blueprint
from server.desk.keys.settings import (
    LEAST_GRACE_DAYS,
    MOST_GRACE_DAYS,
    SettingError,
    change_desk,
    renew_passphrase,
)
from server.desk.translations import _


@blueprint.get("/settings")
@requires(Role.ADMIN)
def settings() -> ResponseReturnValue:
    """Show what may be changed."""
    return _page()


def _page(passphrase: str | None = None) -> str:
    session = desk_session()
    return render_template(
        "settings.html",
        desk=profile(session),
        directory=newest(session),
        least_days=LEAST_GRACE_DAYS,
        most_days=MOST_GRACE_DAYS,
        passphrase=passphrase,
        may_renew=logged_in().may(Role.LEAD) and not keyring().locked,
    )


@blueprint.post("/settings")
@requires(Role.ADMIN)
def change() -> ResponseReturnValue:
    """Change the desk's name and how long keys are kept; the directory says so at once."""
    session = desk_session()
    keyring().storage_key()
    try:
        change_desk(
            session,
            name=request.form.get("name", ""),
            grace_days=request.form.get("grace_days", ""),
            actor=logged_in().actor,
        )
    except SettingError:
        flash(_("A value is outside of its range. Nothing was changed."), "error")
        return _page(), 422
    issue(session, keyring(), bundled().version)
    session.commit()
    flash(_("Changed. The next pull brings the new directory to the relays."), "good")
    return redirect(url_for(".settings"))


@blueprint.post("/settings/passphrase")
@requires(Role.LEAD)
def new_passphrase() -> ResponseReturnValue:
    """Make a new passphrase and show it once; a file left by the first start goes with the old."""
    session = desk_session()
    passphrase = renew_passphrase(session, keyring(), logged_in().actor)
    session.commit()
    secret_path(desk_config()).unlink(missing_ok=True)
    return _page(passphrase)
