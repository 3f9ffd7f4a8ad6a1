"""Taking a case out as a folder, packed into one zip file."""

from typing import Final

from flask import Response, abort, request
from flask.typing import ResponseReturnValue

from server.desk.accounts.roles import Role
from server.desk.accounts.sessions import logged_in, requires
from server.desk.context import now
from server.desk.db import desk_session
from server.desk.evidence.case import export
from server.desk.evidence.folder import Scope
from server.desk.evidence.kinds import SANDBOX
from server.desk.evidence.packing import zipped
from server.desk.evidence.routes.room import blueprint
from server.desk.intake.errors import UnknownReportError
from server.desk.keys.hand import Hand
from server.desk.keys.keyring import keyring

ZIP_KIND: Final = "application/zip"
NAME_CHARACTERS: Final = 12


@blueprint.post("/reports/<report_id>/folder")
@requires(Role.ANALYST)
def folder(report_id: str) -> ResponseReturnValue:
    """Give out a report with everything that belongs to it, or what of it may be shared."""
    scope = Scope.SHARE if request.form.get("scope") == Scope.SHARE.value else Scope.CASE
    try:
        files = export(Hand(desk_session(), keyring(), logged_in().actor, now()), report_id, scope)
    except UnknownReportError:
        abort(404)
    # What is shared names no report, nor does its file: a relay knows reports by their ids.
    called = report_id[:NAME_CHARACTERS] if scope is Scope.CASE else f"{now():%Y-%m-%d}"
    name = f"{scope.value}-{called}"
    response = Response(zipped(files, name), mimetype=ZIP_KIND)
    response.headers["Content-Disposition"] = f"attachment; filename={name}.zip"
    response.headers["Content-Security-Policy"] = SANDBOX
    return response
