"""The upstream's bridge line: who it is and how it is reached.

Theory of operation: a line that cannot be honoured in full is refused at the start. To drop a `via`
or a `pin` silently would show the network what the person who wrote the line meant to hide. A
line that is a whole invite also names the desk's root key; then nothing is handed to phones that
the desk did not sign. Without it the phones check for themselves, as they do everywhere.

Spec: directory.md section 1
"""

from dataclasses import dataclass

from schemas.domain.directory import BridgeLine, HelloSplit, Route
from schemas.domain.ids import RelayKey, RootKey
from schemas.errors import InviteError
from schemas.wire.invite import parse_bridge_line, parse_invite
from schemas.wire.route import route_of
from server.relay.upstream.errors import UpstreamError


@dataclass(frozen=True, slots=True, repr=False)
class Upstream:
    """The relay that a courier relay forwards to.

    Attributes:
        key: Signs its receipts.
        route: How it is reached.
        root_key: The desk's founding root key, or None where the line does not name it.
    """

    key: RelayKey
    route: Route
    root_key: RootKey | None

    def __repr__(self) -> str:
        """Show nothing of it: the path is a secret."""
        return "<Upstream>"


def parse_upstream(text: str, own_key: bytes) -> Upstream:
    """Read the line of an upstream.

    Args:
        text: A bridge line or an invite link.
        own_key: The relay's own public key.

    Returns:
        The upstream.

    Raises:
        UpstreamError: The line is none, leads back here, or asks for what a server cannot do.
    """
    try:
        bridge = _parse(text.strip())
        route = route_of(bridge)
    except InviteError as error:
        raise UpstreamError(f"the upstream's line cannot be used: {error}") from None
    if bridge.relay_key == own_key:
        raise UpstreamError("the upstream is this relay itself: give the line of another one")
    if route.pins or route.split is not HelloSplit.WHOLE or route.sni is None:
        raise UpstreamError(
            "a relay cannot pin keys or split its first message: ask for a line without "
            "pin, split and sni=-, or put via=socks5://... in front"
        )
    return Upstream(bridge.relay_key, route, bridge.root_key)


def _parse(text: str) -> BridgeLine:
    return parse_invite(text) if "#" in text else parse_bridge_line(text)
