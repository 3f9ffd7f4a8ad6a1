"""The quarantine page: what could not be opened, why, and trying again."""

from typing import Final

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from server.desk.accounts.roles import Role
from server.desk.accounts.sessions import logged_in, requires
from server.desk.db import desk_session, start_writing
from server.desk.intake.blueprint import blueprint
from server.desk.intake.errors import UnknownReportError
from server.desk.intake.faults import no_fault
from server.desk.intake.opening import open_waiting
from server.desk.intake.quarantine import blob_bytes, count_quarantined, quarantined, retry
from server.desk.intake.refusals import reason
from server.desk.keys.keyring import keyring
from server.desk.translations import _

SHOWN: Final = 200


@blueprint.get("/quarantine")
@requires(Role.MONITOR, Role.ADMIN)
def quarantine() -> ResponseReturnValue:
    """List what was put aside."""
    session = desk_session()
    return render_template(
        "quarantine.html",
        blobs=quarantined(session, limit=SHOWN),
        count=count_quarantined(session),
        reason=reason,
    )


@blueprint.get("/quarantine/<int(max=2147483647):blob_id>/bytes")
@requires(Role.MONITOR, Role.ADMIN)
def download_blob(blob_id: int) -> ResponseReturnValue:
    """Give the bytes of a blob, to be saved and never rendered."""
    session = desk_session()
    start_writing(session)
    try:
        content = blob_bytes(session, blob_id, logged_in().actor)
    except UnknownReportError:
        abort(404)
    session.commit()
    return Response(
        content,
        mimetype="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="blob-{blob_id}.bin"'},
    )


@blueprint.post("/quarantine/<int(max=2147483647):blob_id>/retry")
@requires(Role.MONITOR, Role.ADMIN)
def retry_blob(blob_id: int) -> ResponseReturnValue:
    """Try to open a blob again, at once if the desk is unlocked."""
    session = desk_session()
    try:
        retry(session, blob_id, logged_in().actor)
    except UnknownReportError:
        abort(404)
    session.commit()
    if keyring().locked:
        flash(_("It is tried again as soon as the desk is unlocked."), "good")
    elif open_waiting(session, keyring(), no_fault).reports:
        flash(_("It opened. The report is in the queue."), "good")
    else:
        flash(_("It was refused again."), "warning")
    return redirect(url_for(".quarantine"))
