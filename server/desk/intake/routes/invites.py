"""Invites: what lets a phone join, on a page to print and in a file to carry."""

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from schemas.fingerprint import fingerprint_words, words_language
from server.desk.accounts.roles import Role
from server.desk.accounts.sessions import logged_in, requires
from server.desk.audit.store import append
from server.desk.db import desk_session, start_writing
from server.desk.intake.blueprint import blueprint
from server.desk.keys.app_release import app_release, in_groups
from server.desk.keys.channels import ChannelError
from server.desk.keys.profile import profile
from server.desk.keys.relays import Invite, UnknownRelayError, invite_for, joining_bundle
from server.desk.translations import language

MOST_DIGITS = 9
"""Numbers of channels fit into any database's integer."""


@blueprint.get("/relays/<int(max=2147483647):relay_id>/invite")
@requires(Role.MONITOR, Role.ADMIN)
def invite(relay_id: int) -> ResponseReturnValue:
    """Show the invite to one relay, ready to print."""
    found = _invite(relay_id, _channel())
    desk = profile(desk_session())
    return render_template(
        "invite.html",
        invite=found,
        symbol=Markup(found.symbol()),  # noqa: S704 - our own SVG of our own link
        desk_name=desk.name,
        words=fingerprint_words(desk.desk_id, words_language(language())),
        fingerprint=desk.desk_id.hex(),
        app_file=in_groups(app_release(desk_session()).one_file),
    )


@blueprint.get("/relays/<int(max=2147483647):relay_id>/join.tocsin")
@requires(Role.MONITOR, Role.ADMIN)
def joining_file(relay_id: int) -> ResponseReturnValue:
    """Give the file with which a phone joins without any network."""
    _invite(relay_id, _channel())
    return Response(
        joining_bundle(desk_session(), relay_id, _channel()),
        mimetype="application/vnd.tocsin.bundle",
        headers={"Content-Disposition": 'attachment; filename="join.tocsin"'},
    )


def _channel() -> int | None:
    """Read which channel of the relay is meant; None for the relay's own line."""
    text = request.args.get("channel", "")
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > MOST_DIGITS:
        abort(404)
    return int(text)


def _invite(relay_id: int, channel_id: int | None) -> Invite:
    session = desk_session()
    start_writing(session)
    try:
        found = invite_for(session, relay_id, channel_id)
    except (UnknownRelayError, ChannelError):
        abort(404)
    detail = {} if channel_id is None else {"channel": channel_id}
    append(session, logged_in().actor, "invite.show", f"relay:{relay_id}", detail)
    session.commit()
    return found
