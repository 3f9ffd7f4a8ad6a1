"""The form that publishes: what is checked, what the publisher decides, and the act itself."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.desk.accounts.roles import Role
from server.desk.accounts.sessions import requires
from server.desk.db import desk_session
from server.desk.keys.keyring import keyring
from server.desk.publishing.alert import (
    Certainty,
    MessageType,
    Scope,
    Severity,
    Status,
    Urgency,
)
from server.desk.publishing.composing import Choices, is_made_up
from server.desk.publishing.errors import ChainError
from server.desk.publishing.leaving import check_disclosure, publish
from server.desk.publishing.routes.room import blueprint, ground
from server.desk.publishing.store import publications
from server.desk.signals.errors import DisclosureRefusedError
from server.desk.signals.routes.room import hints
from server.desk.signals.store import assessment_named, signal_named
from server.desk.translations import _
from server.desk.triage.routes.room import hand


@blueprint.get("/assessments/<assessment_id>/publication")
@requires(Role.LEAD)
def prepare(assessment_id: str) -> ResponseReturnValue:
    """Show what would leave, what the check says, and what is to be decided."""
    session, ring = desk_session(), keyring()
    assessment = assessment_named(session, ring, assessment_id)
    signal = signal_named(session, ring, assessment.signal_id)
    refusals: list[str] = []
    try:
        check_disclosure(session, ring, ground().layer, (signal, assessment))
    except DisclosureRefusedError as refused:
        refusals = hints(refused)
    made_up = is_made_up(signal.country)
    return render_template(
        "publish.html",
        assessment=assessment,
        signal=signal,
        refusals=refusals,
        chains=[
            view
            for view in publications(session, ring)
            if view.stands
            and (view.alert.area.code, view.alert.subject) == (signal.area, signal.subject)
        ],
        defaults=Choices(),
        statuses=[Status.EXERCISE] if made_up else list(Status),
        made_up=made_up,
        scopes=list(Scope),
        urgencies=list(Urgency),
        severities=list(Severity),
        certainties=list(Certainty),
    )


@blueprint.post("/assessments/<assessment_id>/publication")
@requires(Role.LEAD)
def publish_now(assessment_id: str) -> ResponseReturnValue:
    """Publish a signed assessment: as a new alert, or as an update of one."""
    follows = request.form.get("follows", "")
    kind = MessageType.UPDATE if follows else MessageType.ALERT
    view = publish(hand(), ground(), assessment_id, _choices(), message_type=kind, follows=follows)
    desk_session().commit()
    flash(_("Published. The files below are ready to be handed over."))
    return redirect(url_for("publishing.publication", publication_id=view.id))


@blueprint.post("/publications/<publication_id>/cancellation")
@requires(Role.LEAD)
def cancel(publication_id: str) -> ResponseReturnValue:
    """Cancel a standing alert: with a message of its own, referring to all before it."""
    found = [v for v in publications(desk_session(), keyring()) if v.id == publication_id]
    if not found or not found[0].stands:
        raise ChainError("this message does not stand any more")
    alert = found[0].alert
    choices = Choices(
        status=alert.status,
        scope=alert.scope,
        restriction=alert.restriction,
        addresses=alert.addresses,
        urgency=Urgency.PAST,
        severity=alert.severity,
        certainty=alert.certainty,
        language=alert.language,
    )
    view = publish(
        hand(),
        ground(),
        found[0].assessment_id,
        choices,
        message_type=MessageType.CANCEL,
        follows=publication_id,
    )
    desk_session().commit()
    return redirect(url_for("publishing.publication", publication_id=view.id))


def _choices() -> Choices:
    form = request.form
    try:
        return Choices(
            status=Status(form.get("status", "")),
            scope=Scope(form.get("scope", "")),
            restriction=form.get("restriction", "").strip(),
            addresses=form.get("addresses", "").strip(),
            urgency=Urgency(form.get("urgency", "")),
            severity=Severity(form.get("severity", "")),
            certainty=Certainty(form.get("certainty", "")),
            language=form.get("language", "en").strip() or "en",
        )
    except ValueError:
        abort(400)
