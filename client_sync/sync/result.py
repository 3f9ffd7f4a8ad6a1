"""What a sync did."""

from dataclasses import dataclass, field

from client_sync.sync.engine_actions import Finish, Reason
from client_sync.transports.base import Tally

_MS = 1000


@dataclass(slots=True)
class SyncResult:
    """What a sync did.

    Attributes:
        sent: Blobs put on the way, repeats included.
        receipts: Blobs a relay signed for.
        acknowledged: Reports the desk says, for the first time, that it has.
        replies: New replies.
        connections: Connections that were opened and stood.
        resumed: Those of them that took up an earlier TLS session.
        drafts_sealed: Drafts that could be sealed because the directory came.
        has_reached_relay: At least one relay answered as a relay does.
        reason: Why it ended.
        again_seconds: How long until a relay may be asked again; 0: at once.
        warnings: What the person should know, one sentence each.
        retry_after_seconds: What a relay asked for; 0 if nothing.
    """

    sent: int = 0
    receipts: int = 0
    acknowledged: int = 0
    replies: int = 0
    bytes_up: int = 0
    bytes_down: int = 0
    round_trips: int = 0
    connections: int = 0
    resumed: int = 0
    drafts_sealed: int = 0
    has_reached_relay: bool = False
    reason: Reason = Reason.DONE
    again_seconds: int = 0
    warnings: list[str] = field(default_factory=list)
    retry_after_seconds: int = 0

    def warn(self, sentence: str) -> None:
        """Say something once."""
        if sentence not in self.warnings:
            self.warnings.append(sentence)

    def count(self, tally: Tally) -> None:
        """Take over what the lanes counted."""
        self.bytes_up, self.bytes_down = tally.bytes_up, tally.bytes_down
        self.round_trips = tally.round_trips
        self.connections, self.resumed = tally.connections, tally.resumed

    def end(self, finish: Finish, now_ms: int) -> None:
        """Take over why the run ended, and when the next one has a chance."""
        self.reason = finish.reason
        self.again_seconds = max(finish.again_at_ms - now_ms, 0) // _MS
