"""What a relay forgets, and when.

Theory of operation: a promise to keep is also a promise to forget: blobs, the ids of purged
ones and tokens go after the days of the policy, replies after the weeks in which a phone still
looks for them, nonces when their day is refused anyway. Each step is its own short transaction, so
that blobs coming in wait for milliseconds.

Spec: sync.md sections 2 and 6; protocol constants RELAY_KEEP_DAYS, MAILBOX_WEEKS.
"""

from typing import Final

from schemas.constants import MAILBOX_WEEKS
from server.plumbing import logs
from server.relay.beginnings import expire_beginnings
from server.relay.outgoing import expire_outgoing
from server.relay.shared import SharedMemory
from server.relay.storage import Storage
from server.relay.store import ROWS_PER_STEP, expire
from server.relay.tokens import expire_tokens

NONCE_DAYS: Final = 2
"""A desk request's day may be off by this much."""

_REPLY_DAYS: Final = 7 * MAILBOX_WEEKS


class Expiry:
    """Forgets what is too old."""

    def __init__(self, storage: Storage, shared: SharedMemory, keep_days: int) -> None:
        """Set what is kept for how long.

        Args:
            storage: Where it is kept.
            shared: Tells the other processes that replies went.
            keep_days: Days a blob is kept.
        """
        self._storage = storage
        self._shared = shared
        self._keep_days = keep_days

    def tidy(self, day: int) -> None:
        """Expire what is too old on a day.

        Args:
            day: Today's day number.

        Raises:
            StorageError: What was not expired yet stays, for the next time.
        """
        blobs, step = 0, ROWS_PER_STEP
        while step == ROWS_PER_STEP:
            with self._storage.writing() as connection:
                step = expire(connection, day - self._keep_days)
            blobs += step
        with self._storage.writing() as connection:
            # One day more than accepted: a nonce must outlive the last request it could be in.
            replies = expire_outgoing(connection, day - _REPLY_DAYS, day - 2 * NONCE_DAYS - 1)
            expire_tokens(connection, day - self._keep_days)
            expire_beginnings(connection, day - 1)
        self._storage.empty_log()
        if replies:
            self._shared.change_mark()
        logs.event("relay.expired", blobs=blobs, replies=replies)
