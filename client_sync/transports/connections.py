"""Connections that outlive a sync, on the network where they were opened and nowhere else.

Theory of operation: a second sync right after the first needs one round trip where a new
connection needs three. But a connection, or a TLS ticket, that is carried from one network to
another tells both that this is the same machine. So a change of network closes everything.

Spec: docs/spec/engine.md section 5
"""

from client_sync.clock import Clock
from client_sync.transports.lanes import Lanes, ThreadLanes
from client_sync.transports.relay_http import HttpTransport
from schemas.domain.directory import Endpoint
from schemas.envelope.entropy import Entropy


class Connections:
    """Connections to relays, for one client."""

    def __init__(self, clock: Clock, via: Endpoint | None, entropy: Entropy) -> None:
        """Say through which proxy; nothing is opened yet."""
        self._clock = clock
        self._via = via
        self._entropy = entropy
        self._transport: HttpTransport | None = None
        self._network = b""

    def lanes(self, network: bytes) -> Lanes:
        """Give lanes for one sync.

        Args:
            network: Name of the network this machine is on now.
        """
        if network != self._network:
            self.close()
        if self._transport is None:
            self._transport = HttpTransport(self._clock, via=self._via, entropy=self._entropy)
            self._network = network
        return ThreadLanes(self._transport, self._clock)

    def close(self) -> None:
        """Close everything; the next lanes open connections of their own."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None
