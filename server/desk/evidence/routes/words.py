"""Leaving words out of a report's text: a version to share, kept beside the original."""

from typing import Final

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from schemas.envelope import primitives
from server.desk.accounts.roles import Role
from server.desk.accounts.sessions import logged_in, requires
from server.desk.audit.store import append
from server.desk.db import desk_session, start_writing
from server.desk.evidence.derivatives import (
    MOST_REASON_CHARACTERS,
    Kind,
    Making,
    derivatives_of,
    make,
)
from server.desk.evidence.routes.room import blueprint
from server.desk.evidence.spans import NoWordError, without, words_of
from server.desk.intake.errors import UnknownReportError
from server.desk.intake.store import report_detail
from server.desk.intake.views import ReportView
from server.desk.keys.keyring import keyring
from server.desk.translations import _

READ: Final = "report.read"
REFUSED_STATUS: Final = 422


@blueprint.get("/reports/<report_id>/words")
@requires(Role.READER)
def words(report_id: str) -> ResponseReturnValue:
    """Show a report's words to pick from, and the versions that were made."""
    report = _report(report_id)
    session = desk_session()
    start_writing(session)
    append(session, logged_in().actor, READ, report.report_id, {})
    session.commit()
    return _page(report)


@blueprint.post("/reports/<report_id>/words")
@requires(Role.MONITOR)
def leave_out(report_id: str) -> ResponseReturnValue:
    """Make a version without the picked words."""
    report = _report(report_id)
    reason = request.form.get("reason", "").strip()
    picked = {int(one) for one in request.form.getlist("word") if one.isdecimal()}
    if not reason or len(reason) > MOST_REASON_CHARACTERS:
        return _page(report, _("Say in a few words why they are left out."), picked), REFUSED_STATUS
    text = report.report.text
    try:
        left, spans = without(text, picked, everywhere=request.form.get("everywhere") == "yes")
    except NoWordError:
        return _page(report, _("Tick at least one word."), picked), REFUSED_STATUS
    original = primitives.sha256(text.encode()).hex()
    content = left.encode()
    making = Making(report.report_id, None, Kind.TEXT, original, content, reason, spans)
    make(desk_session(), keyring(), logged_in().actor, making)
    return redirect(url_for("evidence.words", report_id=report.report_id, _anchor="versions"))


def _report(report_id: str) -> ReportView:
    try:
        return report_detail(desk_session(), keyring(), report_id)
    except UnknownReportError:
        abort(404)


def _page(report: ReportView, problem: str = "", picked: set[int] | None = None) -> str:
    made = derivatives_of(desk_session(), keyring(), report.report_id)
    return render_template(
        "words.html",
        view=report,
        words=words_of(report.report.text),
        picked=picked or set(),
        problem=problem,
        reason=request.form.get("reason", ""),
        versions=[one for one in made if one.kind is Kind.TEXT],
        most_reason=MOST_REASON_CHARACTERS,
    )
