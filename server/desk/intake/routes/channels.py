"""Channels of the relays: taking a line into use, ending its invites."""

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from schemas.errors import InviteError
from schemas.wire.invite import parse_bridge_line
from server.desk.accounts.roles import Role
from server.desk.accounts.sessions import logged_in, requires
from server.desk.db import desk_session
from server.desk.intake.blueprint import blueprint
from server.desk.keys.channels import (
    BadLabelError,
    ChannelError,
    UnknownRelayOfChannelError,
    add_channel,
    retire_channel,
)
from server.desk.translations import _


@blueprint.post("/relays/channels")
@requires(Role.ADMIN)
def add_relay_channel() -> ResponseReturnValue:
    """Take a channel's line into use."""
    session = desk_session()
    label = request.form.get("label", "").strip()
    try:
        bridge = parse_bridge_line(" ".join(request.form.get("line", "").split()))
        add_channel(session, label=label, bridge=bridge, actor=logged_in().actor)
    except (InviteError, ChannelError) as error:
        session.rollback()
        flash(_in_words(error), "error")
    else:
        session.commit()
        flash(_("The channel has its invite. It stands in no directory."), "good")
    return redirect(url_for(".relays"))


@blueprint.post(
    "/relays/<int(max=2147483647):relay_id>/channels/<int(max=2147483647):channel_id>/retire"
)
@requires(Role.ADMIN)
def retire_relay_channel(relay_id: int, channel_id: int) -> ResponseReturnValue:
    """End a channel's invites."""
    session = desk_session()
    try:
        retire_channel(session, relay_id, channel_id, logged_in().actor)
    except ChannelError:
        abort(404)
    session.commit()
    flash(_("No more invites for this channel. Retire it at the relay too."), "good")
    return redirect(url_for(".relays"))


def _in_words(error: Exception) -> str:
    if isinstance(error, BadLabelError):
        return _("Name it with small letters, digits and hyphens, by a name not in use.")
    if isinstance(error, UnknownRelayOfChannelError):
        return _("This line leads to no relay of this desk. Add the relay first.")
    if isinstance(error, ChannelError):
        return _("This is the relay's own line. A channel has another path.")
    return _("This is not a relay's line. It begins with tocsin1 and an address.")
