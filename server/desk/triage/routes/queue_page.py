"""The queue: a list of reports with search, filters and saved views."""

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from schemas.domain.vocabulary import (
    Category,
    InformationCredibility,
    SourceReliability,
    Verification,
    Workflow,
)
from server.desk.accounts.people import colleagues
from server.desk.accounts.roles import Person, Role
from server.desk.accounts.sessions import logged_in, requires
from server.desk.context import now
from server.desk.db import desk_session, start_writing
from server.desk.intake.store import reports_named
from server.desk.keys.keyring import keyring
from server.desk.translations import _
from server.desk.triage import listing
from server.desk.triage.acts import take
from server.desk.triage.asking import AGES_DAYS, STATES, Order, QueueFilter
from server.desk.triage.errors import ClaimHeldError, IllegalTransitionError
from server.desk.triage.incident_store import memberships
from server.desk.triage.index.reading import reading_of_desk, report_index
from server.desk.triage.routes.room import blueprint, hand, note_reading, taxonomy
from server.desk.triage.saved_views import saved_views
from server.desk.triage.store import codings_named, triage_named
from server.desk.triage.views import TriageView
from server.desk.triage.workflow import Act

BULK_ACTS = (Act.CLAIM, Act.TRIAGE, Act.CLOSE, Act.MARK_OUT_OF_SCOPE, Act.MARK_SPAM)
BULK_KEYS = {
    Act.CLAIM: "C",
    Act.TRIAGE: "T",
    Act.CLOSE: "E",
    Act.MARK_OUT_OF_SCOPE: "O",
    Act.MARK_SPAM: "S",
}
TRIES = 3
"""Colleagues who press the same key in one moment each take another report."""


@blueprint.get("/queue")
@requires(Role.READER)
def queue() -> ResponseReturnValue:
    """Show the reports that wait, or what a filter asks for."""
    session, ring, actor = desk_session(), keyring(), logged_in().actor
    asked = QueueFilter.from_query(request.args)
    index = report_index(session, ring)
    pulse = _pulse()
    counts = listing.queue_counts(index, actor=actor, now=now())
    page = listing.queue_page(index, asked, counts, actor=actor, now=now())
    html = render_template(
        "queue.html",
        asked=asked,
        page=page,
        rows=_rows(page.report_ids),
        counts=counts,
        missing=reading_of_desk().missing(session),
        pulse=pulse,
        views=saved_views(session, ring, actor),
        now=now(),
        **_choices(),
    )
    note_reading("queue", len(page.report_ids))
    return html


def _choices() -> dict[str, object]:
    """Gather what the filters and the bulk acts offer."""
    languages, areas = listing.choices(report_index(desk_session(), keyring()))
    return {
        "report_languages": languages,
        "areas": areas,
        "categories": list(Category),
        "verifications": list(Verification),
        "reliabilities": list(SourceReliability),
        "credibilities": list(InformationCredibility),
        "states": STATES,
        "ages": AGES_DAYS,
        "orders": list(Order),
        "bulk_acts": BULK_ACTS,
        "bulk_keys": BULK_KEYS,
        "framework": taxonomy().framework,
        "team": team(),
    }


def team() -> list[Person]:
    """List whom a report can be given to."""
    everybody = colleagues(desk_session())
    return [
        known.person
        for known in everybody
        if known.disabled_at is None and known.person.may(Role.MONITOR)
    ]


def _rows(report_ids: tuple[str, ...]) -> list[dict[str, object]]:
    """Open the reports of one page, in its order."""
    session, ring = desk_session(), keyring()
    views = reports_named(session, ring, report_ids)
    stands = triage_named(session, ring, report_ids)
    codings = codings_named(session, ring, report_ids)
    incidents = memberships(session, report_ids)
    return [
        {
            "view": views[report_id],
            "triage": stands.get(report_id, TriageView()),
            "codings": codings.get(report_id, []),
            "incident": incidents.get(report_id),
        }
        for report_id in report_ids
        if report_id in views
    ]


@blueprint.get("/queue/pulse")
@requires(Role.READER)
def pulse() -> ResponseReturnValue:
    """Tell an open page whether anything changed; no report is read."""
    report_index(desk_session(), keyring())
    return jsonify(pulse=_pulse())


def _pulse() -> str:
    """Name the state of the whole queue: it differs when a page would show something else."""
    reading = reading_of_desk()
    counts = listing.queue_counts(reading.index, actor=logged_in().actor, now=now())
    # A claim that runs out changes no row: only the count of claims tells of it.
    claimed = counts.by_state.get(Workflow.CLAIMED, 0)
    return f"{reading.index.version}-{counts.open}-{counts.mine}-{claimed}"


@blueprint.post("/queue/next")
@requires(Role.MONITOR)
def take_next() -> ResponseReturnValue:
    """Claim the report to work on next, and open it."""
    return open_next(after=request.form.get("after", ""), onwards=True)


def open_next(*, after: str, onwards: bool = False) -> ResponseReturnValue:
    """Claim the next report and lead to it; whatever was done before is committed.

    Args:
        after: The report just worked on, or empty.
        onwards: Whether it is left as it is, so that younger ones come first.
    """
    session, actor = desk_session(), logged_in().actor
    known = after if not set(after) - set("0123456789abcdef") and len(after) % 2 == 0 else ""
    for _again in range(TRIES):
        index = report_index(session, keyring())
        report_id = listing.next_open(index, after=known, actor=actor, now=now(), onwards=onwards)
        if report_id is None:
            break
        start_writing(session)
        try:
            take(hand(), report_id, Act.CLAIM)
        except (ClaimHeldError, IllegalTransitionError):
            session.rollback()
            continue
        session.commit()
        return redirect(url_for("triage.report", report_id=report_id))
    session.commit()
    flash(_("Nothing waits: every report has been looked at."))
    return redirect(url_for("triage.queue"))
