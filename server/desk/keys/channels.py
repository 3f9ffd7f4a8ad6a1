"""The channels of a relay: lines to it that are given out and stand in no directory.

Theory of operation: one relay has several secret paths, one for each channel by which people hear
of it (posters, friends, a newsletter). The desk knows them only to write invites with them. They
are not pulled from, because all lead to the same relay, and they are in no directory: whoever
joined uses the relay's own path from then on, so that neither a leaked line nor the relay's own
records say who came by which channel later.

Retiring a channel here ends its invites. The path itself is closed at the relay, by
`python -m server relay channel retire`.
"""

import re
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from schemas.domain.directory import BridgeLine
from server.desk.audit.store import append
from server.desk.context import now
from server.desk.keys.errors import KeysError
from server.desk.keys.models import RelayChannelRow, RelayRow

_LABEL: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")


class ChannelError(KeysError):
    """A channel cannot be what was asked; the text says why."""


class UnknownRelayOfChannelError(ChannelError):
    """The line leads to no relay of this desk."""


class BadLabelError(ChannelError):
    """The label is none."""


def add_channel(session: Session, *, label: str, bridge: BridgeLine, actor: str) -> int:
    """Take a channel's line into use, or bring back a retired one of the same address.

    Args:
        session: A writing session; the caller commits.
        label: Lower-case letters, digits and hyphens, 32 at most, as at the relay.
        bridge: The line that the relay printed; its key says which relay it is.
        actor: Who adds it.

    Returns:
        Its number.

    Raises:
        ChannelError: The label is none, is in use, or no relay has this key.
    """
    if not _LABEL.fullmatch(label):
        raise BadLabelError("name a channel with lower-case letters, digits and hyphens")
    relay = _relay_of(session, bridge)
    row = session.execute(
        select(RelayChannelRow).where(RelayChannelRow.url == bridge.url)
    ).scalar_one_or_none()
    same = [one for one in channels(session, relay.id) if one.label == label and one is not row]
    if same:
        raise BadLabelError("a channel of this relay has this name already")
    row = row or RelayChannelRow(relay_id=relay.id, url=bridge.url, added_at=now())
    row.label, row.retired_at = label, None
    session.add(row)
    session.flush()
    append(session, actor, "channel.add", f"relay:{relay.id}", {"channel": row.id})
    return row.id


def _relay_of(session: Session, bridge: BridgeLine) -> RelayRow:
    wanted = select(RelayRow).where(
        RelayRow.relay_key == bridge.relay_key, RelayRow.retired_at.is_(None)
    )
    relay = session.execute(wanted.order_by(RelayRow.id)).scalars().first()
    if relay is None:
        raise UnknownRelayOfChannelError("no relay of this desk has this key: add the relay first")
    if relay.url == bridge.url:
        raise ChannelError("this is the relay's own line, which the directory names")
    return relay


def retire_channel(session: Session, relay_id: int, channel_id: int, actor: str) -> None:
    """End a channel's invites.

    Raises:
        ChannelError: There is no such channel of this relay.
    """
    row = channel_of(session, relay_id, channel_id)
    row.retired_at = now()
    append(session, actor, "channel.retire", f"relay:{relay_id}", {"channel": channel_id})


def channel_of(session: Session, relay_id: int, channel_id: int) -> RelayChannelRow:
    """Give a channel that is in use.

    Raises:
        ChannelError: There is no such channel of this relay.
    """
    row = session.get(RelayChannelRow, channel_id)
    if row is None or row.relay_id != relay_id or row.retired_at is not None:
        raise ChannelError("no channel of this relay has this number: see the relays page")
    return row


def channels(session: Session, relay_id: int) -> list[RelayChannelRow]:
    """List a relay's channels in use, in the order of their coming."""
    wanted = select(RelayChannelRow).where(
        RelayChannelRow.relay_id == relay_id, RelayChannelRow.retired_at.is_(None)
    )
    return list(session.execute(wanted.order_by(RelayChannelRow.id)).scalars())


def channel_named(session: Session, label: str) -> list[RelayChannelRow]:
    """List the channels in use of a name, over all relays."""
    wanted = select(RelayChannelRow).where(
        RelayChannelRow.label == label, RelayChannelRow.retired_at.is_(None)
    )
    return list(session.execute(wanted.order_by(RelayChannelRow.id)).scalars())
