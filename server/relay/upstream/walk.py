"""Bringing the whole mailbox down, with questions that any phone may ask. No I/O.

Theory of operation: an answer covers all addresses under some bits of the prefix that was asked for
(sync.md section 4). So a walk begins at prefix 0 and goes on behind what an answer covered, until
everything is covered; within a range it asks again while pages are full. It takes one request where
the upstream has fewer than fifty addresses, and about one for each fifty where it has more.

Rows are numbered over all addresses, and become visible in the order of their numbers. What a
walk saw existed before the next walk began; so all rows up to the highest one seen by walk k are
known to whoever finished walk k+1, and walk k+2 asks for higher ones only. A reply that came
during a walk is fetched twice at most, and stored once.

A walk is due when the board has moved, because an announcement stands there for each reply.
"""

from dataclasses import dataclass, replace
from typing import Final

from schemas.constants import MAILBOX_PREFIX_BITS, MAX_MAILBOX_ENTRIES
from schemas.domain.sync import MailboxPage
from schemas.errors import FrameError

PREFIXES: Final = 1 << MAILBOX_PREFIX_BITS


@dataclass(frozen=True, slots=True)
class Walk:
    """How far a walk has come; what is remembered between two runs.

    Attributes:
        prefix: The next prefix to ask for; `PREFIXES` when all is covered.
        cursor: Row number behind which this range is asked.
        floor: Row number behind which every range of this walk is asked.
        top: Highest row number seen in this walk or before.
        seen: Highest row number seen before this walk.
        head: Highest board page of the upstream when this walk began.
    """

    prefix: int = PREFIXES
    cursor: int = 0
    floor: int = 0
    top: int = 0
    seen: int = 0
    head: int = 0

    @property
    def is_over(self) -> bool:
        """Tell whether everything is covered."""
        return self.prefix >= PREFIXES

    def begin(self, head: int) -> "Walk":
        """Begin anew at a board page."""
        return replace(self, prefix=0, cursor=self.floor, seen=self.top, head=head)

    def forget(self) -> "Walk":
        """Begin anew from nothing: the upstream's numbers are not what they were."""
        return Walk()

    def give_up(self) -> "Walk":
        """End it here, and begin behind the same rows next time."""
        return replace(self, prefix=PREFIXES, top=self.seen)

    def take(self, page: MailboxPage) -> "Walk":
        """Go on behind a page.

        Args:
            page: The answer to `prefix` and `cursor`.

        Returns:
            The walk after it.

        Raises:
            FrameError: `bad-mailbox`: the page is not an answer to that question.
        """
        width = 1 << (MAILBOX_PREFIX_BITS - page.bits)
        if not page.prefix <= self.prefix < page.prefix + width:
            raise FrameError("bad-mailbox", "another prefix than the one asked for")
        if page.entries and page.cursor <= self.cursor:
            raise FrameError("bad-mailbox", "the cursor does not move")
        top = max(self.top, page.cursor if page.entries else 0)
        if len(page.entries) == MAX_MAILBOX_ENTRIES:
            return replace(self, cursor=page.cursor, top=top)
        after = replace(self, prefix=page.prefix + width, cursor=self.floor, top=top)
        return replace(after, floor=self.seen) if after.is_over else after
