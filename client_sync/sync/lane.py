"""What is learnt about one relay while a sync runs."""

from dataclasses import dataclass, field

from client_sync.outbox.rows import WantedMail
from client_sync.sync import backoff
from client_sync.sync.engine import RelayTraits
from client_sync.sync.intake import Outcome
from client_sync.sync.stamping import MOST_WORK_BITS
from schemas.domain.directory import BridgeLine
from schemas.domain.ids import EnvelopeId
from schemas.domain.sync import ExchangeProblem, RelayPolicy

MOST_READS = 64  # requests in one sync that only read on: no relay keeps a sender busy for ever
_SLOW_DOWN = "slow-down"


@dataclass(slots=True)
class Lane:
    """One relay in one sync."""

    bridge: BridgeLine
    work_bits: int = 0
    batch_bytes: int = backoff.SMALLEST_BATCH_BYTES
    most_batch_bytes: int = backoff.LARGEST_BATCH_BYTES
    rate_bytes_per_second: float | None = None
    failures: int = 0
    reads: int = 0
    has_answered: bool = False
    is_resting: bool = False
    is_behind: bool = False
    retry_after_seconds: int = 0
    refused: set[EnvelopeId] = field(default_factory=set)
    asked: set[WantedMail] = field(default_factory=set)

    def traits(self) -> RelayTraits:
        """Show the engine what it decides by."""
        return RelayTraits(
            relay_key=self.bridge.relay_key,
            batch_bytes=min(self.batch_bytes, self.most_batch_bytes),
            failures=self.failures,
            has_answered=self.has_answered,
            is_resting=self.is_resting,
            is_behind=self.is_behind and self.reads < MOST_READS,
            refused=frozenset(self.refused),
        )

    def failed(self) -> None:
        """Learn from a request without an answer."""
        self.failures += 1
        self.batch_bytes = backoff.batch_after_failure(self.batch_bytes)

    def answered(
        self,
        outcome: Outcome,
        *,
        is_whole: bool,
        size_bytes: int,
        took_seconds: float,
    ) -> None:
        """Learn from an answer: an odd one counts as a failure unless it moved something."""
        if outcome.held or outcome.news.pages:
            self.failures = 0
        elif not (outcome.is_complete and is_whole) or outcome.news.is_broken:
            self.failed()
        if is_whole:
            self.has_answered = True
        self.batch_bytes = backoff.batch_after_success(self.batch_bytes, took_seconds)
        self.rate_bytes_per_second = backoff.measured_rate(
            self.rate_bytes_per_second, size_bytes, took_seconds
        )
        self.refused |= outcome.refused

    def heed(
        self,
        policy: RelayPolicy | None,
        problem: ExchangeProblem | None,
        unstamped: set[EnvelopeId],
    ) -> None:
        """Learn what the relay asks for.

        Args:
            policy: What it says, if it came.
            problem: What it refused, if anything.
            unstamped: Blobs it wants work for.
        """
        known_bits = self.work_bits
        if policy is not None:
            self.work_bits = policy.work_bits
            self.most_batch_bytes = max(policy.max_batch_bytes, 1)
            self.retry_after_seconds = policy.retry_after_seconds
        if self.work_bits > MOST_WORK_BITS or self.work_bits <= known_bits:
            self.refused |= unstamped
        if problem is not None and problem.slug == _SLOW_DOWN:
            self.is_resting = True
