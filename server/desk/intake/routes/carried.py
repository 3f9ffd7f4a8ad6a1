"""Taking in a bundle file that somebody carried here."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from schemas.errors import BundleError
from server.desk.accounts.roles import Role
from server.desk.accounts.sessions import logged_in, requires
from server.desk.db import desk_session
from server.desk.intake.blueprint import blueprint
from server.desk.intake.bundles import import_bundle
from server.desk.intake.errors import PullRunningError
from server.desk.intake.routes.relays import in_words
from server.desk.keys.keyring import keyring
from server.desk.translations import _


@blueprint.get("/carried")
@requires(Role.MONITOR, Role.ADMIN)
def carried() -> ResponseReturnValue:
    """Show the field for a bundle file."""
    return render_template("carried.html")


@blueprint.post("/carried")
@requires(Role.MONITOR, Role.ADMIN)
def take_carried() -> ResponseReturnValue:
    """Take in one bundle file."""
    file = request.files.get("bundle")
    content = file.read() if file is not None else b""
    try:
        imported = import_bundle(desk_session(), keyring(), content, actor=logged_in().actor)
    except BundleError:
        flash(_("This is not a bundle file of Tocsin, or it is too large."), "error")
        return render_template("carried.html"), 422
    except PullRunningError:
        flash(_("A pull is running already. Wait for it to end."), "warning")
        return render_template("carried.html"), 409
    flash(in_words(imported.tally), "good")
    if imported.truncated or imported.damaged:
        flash(_("The file was cut or damaged. What is whole in it was taken."), "warning")
    return redirect(url_for(".carried"))
