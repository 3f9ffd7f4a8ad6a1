"""What every answer needs to know of the desk's last word, held in memory.

Theory of operation: each answer names the newest board page, the directory's version and how
wide a mailbox page must be. These change when the desk calls, some times an hour, and are asked
for at each request. So each process keeps a copy and compares an eight-byte mark in shared
memory; it also looks again after some seconds, for relays on several machines with one database.

Spec: sync.md sections 1, 3 and 4.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final, Protocol

from sqlalchemy import Connection

from server.plumbing.clock import Clock
from server.relay import outgoing
from server.relay.shared import SharedMemory

FRESH_SECONDS: Final = 5.0
"""How old a copy may be where another machine could have changed the database."""


class Reading(Protocol):
    """Where a noticeboard reads from: `Storage`, or a fake of it."""

    def reading(self) -> AbstractContextManager[Connection]:
        """Begin a consistent view."""
        ...


@dataclass(frozen=True)
class Notice:
    """A copy of the desk's last word.

    Attributes:
        board_head: Highest board page.
        directory_version: Version of the directory held; 0 for none.
        directory: The signed directory.
        newest_reply: Highest row number of a reply.
        prefixes: First 16 bits of each address with a reply, in order.
    """

    board_head: int
    directory_version: int
    directory: bytes
    newest_reply: int
    prefixes: tuple[int, ...]


class Noticeboard:
    """Gives the newest notice, from memory where that is enough."""

    def __init__(self, storage: Reading, shared: SharedMemory, clock: Clock) -> None:
        """Begin without a copy.

        Args:
            storage: Where to read.
            shared: Holds the mark.
            clock: Tells how old a copy is.
        """
        self._storage = storage
        self._shared = shared
        self._clock = clock
        self._held: tuple[bytes, float, Notice] | None = None

    def notice(self) -> Notice:
        """Give the newest notice.

        Raises:
            StorageError: It cannot be read.
        """
        held = self._held
        now = self._clock.monotonic_seconds()
        mark = self._shared.mark()
        if held is not None and held[0] == mark and now - held[1] < FRESH_SECONDS:
            return held[2]
        # The mark was read before the database: a change in between is seen next time.
        notice = self._read()
        self._held = (mark, now, notice)
        return notice

    def _read(self) -> Notice:
        with self._storage.reading() as connection:
            version, signed = outgoing.directory(connection)
            return Notice(
                board_head=outgoing.board_head(connection),
                directory_version=version,
                directory=signed,
                newest_reply=outgoing.newest_reply(connection),
                prefixes=tuple(outgoing.address_prefixes(connection)),
            )
