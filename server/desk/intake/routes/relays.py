"""The relays page: how each is doing, adding one, pulling now."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from schemas.errors import InviteError
from schemas.framework import bundled
from schemas.wire.codec import to_base64url
from schemas.wire.invite import parse_bridge_line
from server.desk.accounts.roles import Role
from server.desk.accounts.sessions import logged_in, requires
from server.desk.context import desk_config
from server.desk.db import desk_session
from server.desk.intake.blueprint import blueprint
from server.desk.intake.canaries import canary_health
from server.desk.intake.canary_schedule import arrives_within
from server.desk.intake.canary_watch import watching_since
from server.desk.intake.errors import PullRunningError
from server.desk.intake.pull import Tally, pull_once
from server.desk.intake.refusals import canary_problem, relay_problem
from server.desk.intake.status import intake_health
from server.desk.intake.turn import PATIENCE_SECONDS
from server.desk.keys.directories import issue_if_due
from server.desk.keys.keyring import keyring
from server.desk.keys.profile import profile
from server.desk.keys.pull_key import read_pull_key
from server.desk.keys.relays import (
    KnownRelayError,
    UnknownRelayError,
    add_relay,
    retire_relay,
)
from server.desk.translations import _, ngettext

MAX_NAME_CHARACTERS = 80


@blueprint.get("/relays")
@requires(Role.ADMIN)
def relays() -> ResponseReturnValue:
    """Show how the relays are doing."""
    return _page()


def _page() -> str:
    session = desk_session()
    return render_template(
        "relays.html",
        health=intake_health(session),
        watching=watching_since(session) is not None,
        ways=canary_health(session),
        late_minutes=int(arrives_within(desk_config().pull_seconds).total_seconds()) // 60,
        canary_problem=canary_problem,
        desk_id=to_base64url(profile(session).desk_id),
        pull_key=to_base64url(read_pull_key(desk_config()).public),
        pull_seconds=desk_config().pull_seconds,
        relay_problem=relay_problem,
    )


@blueprint.post("/pull")
@requires(Role.MONITOR, Role.ADMIN)
def pull_now() -> ResponseReturnValue:
    """Pull once, now."""
    try:
        tally = pull_once(
            desk_session(),
            keyring(),
            actor=logged_in().actor,
            patience_seconds=PATIENCE_SECONDS,
        )
    except PullRunningError:
        flash(_("A pull is running already. Wait for it to end."), "warning")
    else:
        flash(in_words(tally), "warning" if tally.unreachable else "good")
    return redirect(url_for("home") if not logged_in().may(Role.ADMIN) else url_for(".relays"))


def in_words(tally: Tally) -> str:
    """Say what a pull did, in the language of the page."""
    parts = [
        ngettext("%(num)s new report", "%(num)s new reports", tally.opened) % {"num": tally.opened},
        ngettext("%(num)s put aside", "%(num)s put aside", tally.quarantined)
        % {"num": tally.quarantined},
        ngettext("%(num)s known already", "%(num)s known already", tally.duplicates)
        % {"num": tally.duplicates},
    ]
    if tally.unreachable:
        parts.append(
            ngettext("%(num)s relay out of reach", "%(num)s relays out of reach", tally.unreachable)
            % {"num": tally.unreachable}
        )
    return " · ".join(parts)


@blueprint.post("/relays")
@requires(Role.ADMIN)
def add() -> ResponseReturnValue:
    """Take a relay into use by its bridge line."""
    session = desk_session()
    name = " ".join(request.form.get("name", "").split())[:MAX_NAME_CHARACTERS]
    try:
        bridge = parse_bridge_line(" ".join(request.form.get("line", "").split()))
    except InviteError:
        flash(_("This is not a relay's line. It begins with tocsin1 and an address."), "error")
        return _page(), 422
    try:
        add_relay(session, name=name or _("Relay"), bridge=bridge, actor=logged_in().actor)
    except KnownRelayError:
        flash(_("This relay is in use by another path. Add this line as a channel."), "error")
        return _page(), 422
    _issue()
    session.commit()
    flash(_("The relay is in use. The next pull brings it the new directory."), "good")
    return redirect(url_for(".relays"))


@blueprint.post("/relays/<int(max=2147483647):relay_id>/retire")
@requires(Role.ADMIN)
def retire(relay_id: int) -> ResponseReturnValue:
    """Take a relay out of the directory."""
    session = desk_session()
    try:
        retire_relay(session, relay_id, logged_in().actor)
    except UnknownRelayError:
        abort(404)
    _issue()
    session.commit()
    flash(_("Phones are no longer told of this relay. It is still pulled from."), "good")
    return redirect(url_for(".relays"))


def _issue() -> None:
    """Sign the change at once if the desk is unlocked; else the next unlocked pull does."""
    if not keyring().locked:
        issue_if_due(desk_session(), keyring(), bundled().version)
