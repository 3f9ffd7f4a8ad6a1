"""What was published, newest first, and one message to read or print."""

from flask import render_template
from flask.typing import ResponseReturnValue

from server.desk.accounts.roles import Role
from server.desk.accounts.sessions import requires
from server.desk.db import desk_session
from server.desk.keys.keyring import keyring
from server.desk.publishing.exporting import Format
from server.desk.publishing.routes.room import blueprint
from server.desk.publishing.store import publication_named, publications


@blueprint.get("/publications")
@requires(Role.READER)
def overview() -> ResponseReturnValue:
    """List the messages."""
    found = publications(desk_session(), keyring())
    return render_template("publications.html", publications=found, formats=list(Format))


@blueprint.get("/publications/<publication_id>")
@requires(Role.READER)
def publication(publication_id: str) -> ResponseReturnValue:
    """Show one message as a brief that can be printed."""
    view = publication_named(desk_session(), keyring(), publication_id)
    return render_template("publication.html", view=view, alert=view.alert)
