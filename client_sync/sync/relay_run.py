"""What is learnt about one relay while a sync runs, beside what the engine keeps."""

from collections.abc import Collection
from dataclasses import dataclass, field

from client_sync.outbox.rows import WantedMail
from schemas.domain.directory import BridgeLine
from schemas.domain.sync import ExchangeProblem, RelayPolicy

_SLOW_DOWN = "slow-down"
_SLOW_DOWN_SECONDS = 60  # when a relay asks for rest without saying how long


@dataclass(slots=True)
class RelayRun:
    """One relay in one sync.

    Attributes:
        work_bits: What it asks for a blob now.
        asked: Announced replies that it was asked for.
        asking: Those that a request under way asks for.
        has_asked_mail: A request that asks for some mailbox is under way or was answered.
        is_behind: There is more to read there.
    """

    bridge: BridgeLine
    work_bits: int = 0
    most_batch_bytes: int = 0
    retry_after_seconds: int = 0
    has_answered: bool = False
    has_asked_mail: bool = False
    is_behind: bool = False
    asked: set[WantedMail] = field(default_factory=set)
    asking: set[WantedMail] = field(default_factory=set)

    def unasked(self, wanted: Collection[WantedMail]) -> set[WantedMail]:
        """Name the announced replies that it was not asked for."""
        return set(wanted) - self.asked - self.asking

    def begin_mail(self, wanted: WantedMail | None) -> None:
        """Note that a request asks for a mailbox page, perhaps for an announced reply."""
        self.has_asked_mail = True
        self.asking |= {wanted} if wanted else set()

    def lose_mail(self, wanted: WantedMail | None) -> None:
        """Note that the page did not come: it is asked for again."""
        self.has_asked_mail = False
        self.asking -= {wanted} if wanted else set()

    def heed(self, policy: RelayPolicy | None, problem: ExchangeProblem | None) -> None:
        """Learn what the relay asks for."""
        if policy is not None:
            self.work_bits = policy.work_bits
            self.most_batch_bytes = max(policy.max_batch_bytes, 1)
            self.retry_after_seconds = policy.retry_after_seconds
        if problem is not None and problem.slug == _SLOW_DOWN and not self.retry_after_seconds:
            self.retry_after_seconds = _SLOW_DOWN_SECONDS
