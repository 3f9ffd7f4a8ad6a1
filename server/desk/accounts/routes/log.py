"""The audit log's page. It stands here because the log itself knows nobody."""

from typing import Final

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.desk.accounts.blueprint import blueprint
from server.desk.accounts.people import colleagues
from server.desk.accounts.roles import Role
from server.desk.accounts.sessions import logged_in, requires
from server.desk.audit.export import lines
from server.desk.audit.store import append, latest, verify
from server.desk.db import desk_session

SHOWN: Final = 200


@blueprint.get("/audit")
@requires(Role.ADMIN)
def audit_log() -> ResponseReturnValue:
    """Show the newest acts, or those on one subject."""
    return _page(checked=False)


@blueprint.post("/audit/verify")
@requires(Role.ADMIN)
def verify_log() -> ResponseReturnValue:
    """Walk the whole chain and show what was found."""
    return _page(checked=True)


def _page(*, checked: bool) -> str:
    session = desk_session()
    subject = request.args.get("subject") or None
    return render_template(
        "audit.html",
        entries=latest(session, limit=SHOWN, subject=subject),
        names={one.person.actor: one.person.name for one in colleagues(session)},
        verdict=verify(session) if checked else None,
        subject=subject,
        shown=SHOWN,
    )


@blueprint.post("/audit/export")
@requires(Role.ADMIN)
def export_log() -> ResponseReturnValue:
    """Give the whole log as a file that `tools/verify_audit.py` checks."""
    session = desk_session()
    append(session, logged_in().actor, "audit.export", "desk", {})
    session.commit()
    body = "".join(lines(session))
    return Response(
        body,
        mimetype="application/x-ndjson",
        headers={"Content-Disposition": 'attachment; filename="audit.jsonl"'},
    )


@blueprint.get("/audit/export")
def export_needs_post() -> ResponseReturnValue:
    """Lead somebody who reloads the export back to the log."""
    return redirect(url_for("accounts.audit_log"))
