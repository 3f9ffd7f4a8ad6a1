"""The relays of this desk, and the invites that lead to them."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import segno
from sqlalchemy import select
from sqlalchemy.orm import Session

from schemas.bundle.writer import write_bundle
from schemas.domain.directory import BridgeLine
from schemas.domain.ids import RelayKey
from schemas.wire.invite import format_bridge_line, invite_link
from server.desk.audit.store import append
from server.desk.context import desk_config, now
from server.desk.keys.channels import channel_of
from server.desk.keys.directories import newest
from server.desk.keys.errors import KeysError
from server.desk.keys.models import RelayRow
from server.desk.keys.profile import profile

PHONE_PATH = "/app/"


class UnknownRelayError(KeysError):
    """No relay has this number."""


class KnownRelayError(KeysError):
    """The relay is in use by another path: this line is a channel's."""


@dataclass(frozen=True, slots=True)
class Invite:
    """What lets a phone join this desk through one relay.

    Attributes:
        relay_id: The relay.
        channel_id: Its channel, or None.
        bridge: What the phone pins.
        line: The bridge line, for typing and for the Python client.
        link: Opens the phone app and joins; what counts stands behind the `#`.
    """

    relay_id: int
    channel_id: int | None
    bridge: BridgeLine
    line: str
    link: str

    def symbol(self) -> str:
        """Draw the link as a QR symbol: an SVG element."""
        made = segno.make(self.link, micro=False, error="m")
        return str(made.svg_inline(omitsize=True, svgclass="symbol", border=4))


def add_relay(session: Session, *, name: str, bridge: BridgeLine, actor: str) -> int:
    """Take a relay into use, or return the one that is meant.

    A relay that is known by its key and its secret path has only moved to another address.

    Args:
        session: A writing session; the caller commits and issues a directory.
        name: What the desk calls it.
        bridge: Its address and key.
        actor: Who adds it.

    Returns:
        Its number.

    Raises:
        KnownRelayError: It is in the directory by another path. A channel's path in the
            directory would be every phone's.
    """
    row = _known(session, bridge)
    if row is None:
        if any(one.relay_key == bridge.relay_key and one.in_directory for one in relays(session)):
            raise KnownRelayError("this relay is in use by another path: add the line as a channel")
        row = RelayRow(added_at=now(), in_directory=True)
    if (row.url, row.relay_key) == (bridge.url, bridge.relay_key) and row.retired_at is None:
        return row.id
    row.name, row.url, row.relay_key = name, bridge.url, bridge.relay_key
    row.retired_at = None
    session.add(row)
    session.flush()
    append(session, actor, "relay.add", f"relay:{row.id}", {})
    return row.id


def _known(session: Session, bridge: BridgeLine) -> RelayRow | None:
    path = urlsplit(bridge.url).path
    rows = session.execute(select(RelayRow).order_by(RelayRow.id)).scalars().all()
    same_address = [row for row in rows if row.url == bridge.url]
    moved = [
        row for row in rows if row.relay_key == bridge.relay_key and urlsplit(row.url).path == path
    ]
    return next(iter(same_address + moved), None)


def retire_relay(session: Session, relay_id: int, actor: str) -> None:
    """Take a relay out of the next directory; it is still pulled from, so nothing is lost."""
    row = session.get(RelayRow, relay_id)
    if row is None:
        raise UnknownRelayError("no relay has this number: see the relays page")
    row.in_directory = False
    append(session, actor, "relay.retire", f"relay:{relay_id}", {})


def relays(session: Session) -> list[RelayRow]:
    """List every relay that is pulled from, in the order of their coming."""
    wanted = select(RelayRow).where(RelayRow.retired_at.is_(None)).order_by(RelayRow.id)
    return list(session.execute(wanted).scalars())


def invite_for(session: Session, relay_id: int, channel_id: int | None = None) -> Invite:
    """Make the invite to one relay: each channel of distribution has its own.

    Args:
        session: Of the desk.
        relay_id: The relay.
        channel_id: One of its channels; None for the relay's own path.

    Raises:
        UnknownRelayError: There is no such relay.
        ChannelError: There is no such channel of it.
    """
    row = session.get(RelayRow, relay_id)
    if row is None:
        raise UnknownRelayError("no relay has this number: see the relays page")
    desk = profile(session)
    url = row.url if channel_id is None else channel_of(session, relay_id, channel_id).url
    bridge = BridgeLine(url, RelayKey(row.relay_key), desk.founding_root, desk.name)
    return Invite(
        relay_id,
        channel_id,
        bridge,
        format_bridge_line(bridge),
        invite_link(phone_address(url), bridge),
    )


def phone_address(relay_url: str) -> str:
    """Tell where the phone app is served: where the desk was told, or beside the relay.

    A relay that shall look like any web site serves no phone app.
    """
    phone_url = desk_config().phone_url
    if phone_url is not None:
        return f"{phone_url}/"
    scheme, _, rest = relay_url.partition("://")
    host = rest.partition("/")[0]
    return f"{scheme}://{host}{PHONE_PATH}"


def joining_bundle(session: Session, relay_id: int, channel_id: int | None = None) -> bytes:
    """Make a file with which a phone joins without any network: invite and directory."""
    directory = newest(session)
    return write_bundle(
        invite=invite_for(session, relay_id, channel_id).bridge,
        directory=directory.signed if directory is not None else None,
    )
