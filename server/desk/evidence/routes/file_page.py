"""The page of one file: where it comes from, what is noted in it, who had it, what was made."""

from flask import render_template
from flask.typing import ResponseReturnValue

from server.desk.accounts.roles import Role
from server.desk.accounts.sessions import logged_in, requires
from server.desk.audit.store import append, entries_about
from server.desk.db import desk_session, start_writing
from server.desk.evidence.areas import MOST_AREAS
from server.desk.evidence.custody import steps_of
from server.desk.evidence.derivatives import MOST_REASON_CHARACTERS, Kind, derivatives_of
from server.desk.evidence.finding import State
from server.desk.evidence.findings_store import look_once
from server.desk.evidence.routes.room import blueprint, file_or_404
from server.desk.evidence.wording import group_words, state_words
from server.desk.intake.deliveries import deliveries_of_file, delivery_of_report
from server.desk.keys.keyring import keyring

READ = "file.read"


@blueprint.get("/<attachment_id>/page")
@requires(Role.READER)
def page(attachment_id: str) -> ResponseReturnValue:
    """Show what is known of a file; that it was looked at is written down first."""
    report, _view = file_or_404(attachment_id)
    session = desk_session()
    start_writing(session)
    append(session, logged_in().actor, READ, report.report_id, {"attachment": attachment_id})
    session.commit()
    return show_file(attachment_id)


def show_file(attachment_id: str, *, problem: str = "", areas: str = "", reason: str = "") -> str:
    """Draw the page.

    Args:
        attachment_id: A file that is whole.
        problem: Why what was sent could not be done.
        areas: What was sent.
        reason: What was sent.
    """
    session, ring = desk_session(), keyring()
    report, view = file_or_404(attachment_id)
    finding = look_once(session, ring, logged_in().actor, report.report_id, attachment_id)
    made = derivatives_of(session, ring, report.report_id, attachment_id)
    return render_template(
        "file.html",
        file=view,
        report=report,
        finding=finding,
        is_picture=finding.state is State.SEEN,
        state_words=state_words(finding.state),
        group_words=group_words,
        delivery=delivery_of_report(session, report.report_id),
        parts_held=deliveries_of_file(session, attachment_id),
        steps=steps_of(entries_about(session, report.report_id), attachment_id),
        redactions=[one for one in made if one.kind is Kind.PICTURE],
        most_areas=MOST_AREAS,
        most_reason=MOST_REASON_CHARACTERS,
        problem=problem,
        areas=areas,
        reason=reason,
    )
