"""The queue: a list of reports with filters, and acts on several at once."""

from dataclasses import asdict

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from schemas.domain.vocabulary import Category, Workflow
from server.desk.accounts.roles import Role
from server.desk.accounts.sessions import logged_in, requires
from server.desk.context import now
from server.desk.db import desk_session
from server.desk.intake.store import reports_named
from server.desk.keys.keyring import keyring
from server.desk.translations import _, ngettext
from server.desk.triage import listing
from server.desk.triage.acts import take
from server.desk.triage.errors import TriageError
from server.desk.triage.routes.room import blueprint, hand, note_reading
from server.desk.triage.store import codings_named, triage_named
from server.desk.triage.views import TriageView
from server.desk.triage.whereabouts import whereabouts
from server.desk.triage.workflow import Act

MOST_AT_ONCE = 100
BULK_ACTS = (Act.CLAIM, Act.MARK_OUT_OF_SCOPE, Act.MARK_SPAM)


@blueprint.get("/queue")
@requires(Role.READER)
def queue() -> ResponseReturnValue:
    """Show the reports that wait, or what a filter asks for."""
    session, ring, actor = desk_session(), keyring(), logged_in().actor
    asked = listing.QueueFilter.from_query(request.args)
    known = whereabouts(session, ring)
    page = listing.queue_page(session, asked, known, actor=actor, now=now())
    report_languages, areas = listing.choices(known)
    html = render_template(
        "queue.html",
        asked=asked,
        page=page,
        rows=_rows(page.report_ids),
        counts=listing.queue_counts(session, actor=actor, now=now()),
        report_languages=report_languages,
        areas=areas,
        categories=list(Category),
        states=(listing.OPEN, listing.MINE, *Workflow, listing.ALL),
        ages=listing.AGES_DAYS,
        orders=list(listing.Order),
        bulk_acts=BULK_ACTS,
        query={key: value for key, value in asdict(asked).items() if value},
        known=known,
        now=now(),
    )
    note_reading("queue", len(page.report_ids))
    return html


def _rows(report_ids: tuple[str, ...]) -> list[dict[str, object]]:
    """Open the reports of one page, in its order."""
    session, ring = desk_session(), keyring()
    views = reports_named(session, ring, report_ids)
    stands = triage_named(session, ring, report_ids)
    codings = codings_named(session, ring, report_ids)
    return [
        {
            "view": views[report_id],
            "triage": stands.get(report_id, TriageView()),
            "codings": codings.get(report_id, []),
        }
        for report_id in report_ids
        if report_id in views
    ]


@blueprint.post("/queue/acts")
@requires(Role.MONITOR)
def act_on_several() -> ResponseReturnValue:
    """Take one act on every report that was ticked."""
    try:
        act = Act(request.form.get("act", ""))
    except ValueError:
        abort(400)
    ticked = request.form.getlist("report_id")[:MOST_AT_ONCE]
    taken = sum(_taken(report_id, act) for report_id in ticked) if act in BULK_ACTS else 0
    desk_session().commit()
    if taken:
        flash(ngettext("%(num)d report done.", "%(num)d reports done.", taken) % {"num": taken})
    if taken < len(ticked) or not ticked:
        flash(
            _("Some reports were left as they are: somebody else holds them, or none was ticked.")
        )
    return redirect(f"{url_for('triage.queue')}?{request.query_string.decode('ascii', 'ignore')}")


def _taken(report_id: str, act: Act) -> bool:
    """Take an act on one report; a refusal leaves that one as it is."""
    with desk_session().begin_nested() as step:
        try:
            take(hand(), report_id, act)
        except TriageError:
            step.rollback()
            return False
    return True


@blueprint.post("/queue/next")
@requires(Role.MONITOR)
def take_next() -> ResponseReturnValue:
    """Claim the oldest report that waits, and open it."""
    after, actor = request.form.get("after", ""), logged_in().actor
    report_id = listing.next_open(desk_session(), after=after, actor=actor, now=now())
    if report_id is None:
        flash(_("Nothing waits: every report has been looked at."))
        return redirect(url_for("triage.queue"))
    take(hand(), report_id, Act.CLAIM)
    desk_session().commit()
    return redirect(url_for("triage.report", report_id=report_id))
