"""The inbox: many requests hand blobs in, one thread makes them durable.

Theory of operation: a durable commit costs a sync of the disk, and a sync costs the same for one
blob as for five hundred. So requests do not commit. They hand their offers to one committing
thread of their process and wait; that thread takes whatever has gathered, also while it waited
for its turn, stores it in one transaction and then lets all of them go on at once. A request
that is cut off while its body arrives has handed in every blob that was complete; those are
stored although nobody waits any more.

If the transaction fails, nothing of it is stored and every ticket of it says so. No ticket says
"stored" before its commit has returned.

Spec: sync.md sections 1 and 2.
"""

import os
import queue
import threading
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Final, Protocol

from sqlalchemy import Connection

from server.plumbing import logs
from server.plumbing.clock import Clock, day_number
from server.relay.errors import StorageError
from server.relay.load import Load
from server.relay.quotas import Room
from server.relay.store import Offer, Outcome, admit

TICKET_SECONDS: Final = 60.0
"""Longest wait for a commit; a disk that takes longer is treated as one that fails."""

TIDY_SECONDS: Final = 600.0
"""How often an idle inbox looks whether a day has passed."""


class Writing(Protocol):
    """Where an inbox writes to: `Storage`, or a fake of it."""

    def writing(self) -> AbstractContextManager[Connection]:
        """Begin as the only writer; commit durably when the block ends well."""
        ...


class Housekeeping(Protocol):
    """What is to be done once a day."""

    def tidy(self, day: int) -> None:
        """Expire what is too old on a day."""
        ...


class Ticket:
    """A request's claim on the outcome of what it handed in."""

    def __init__(self, offers: Sequence[Offer]) -> None:
        """Hold the offers until they are decided."""
        self.offers = offers
        self._outcomes: list[Outcome] | None = None
        # A bare lock is an event that is set once; threading.Event costs four times as much.
        self._decided = threading.Lock()
        self._decided.acquire()

    def decide(self, outcomes: list[Outcome] | None) -> None:
        """Let the request go on.

        Args:
            outcomes: One per offer, or None when nothing was stored.
        """
        self._outcomes = outcomes
        self._decided.release()

    def outcomes(self) -> list[Outcome]:
        """Wait for the commit.

        Returns:
            One outcome per offer.

        Raises:
            StorageError: Nothing of it was stored.
        """
        if not self._decided.acquire(timeout=TICKET_SECONDS):
            raise StorageError("the disk does not answer")
        self._decided.release()
        if self._outcomes is None:
            raise StorageError("the database cannot be written: free disk space")
        return self._outcomes


class Inbox:
    """Takes offers from any thread and commits them from one."""

    def __init__(
        self,
        storage: Writing,
        clock: Clock,
        room: Room,
        load: Load,
        housekeeping: Housekeeping,
        blobs_per_commit: int,
    ) -> None:
        """Prepare; the committing thread starts with the first offer or `start`.

        Args:
            storage: Where to write.
            clock: Tells the day blobs are filed under.
            room: The quotas.
            load: Told what each commit stored.
            housekeeping: Called between commits when the day has changed.
            blobs_per_commit: Gathering stops at so many.
        """
        self._storage = storage
        self._clock = clock
        self._room = room
        self._load = load
        self._housekeeping = housekeeping
        self._blobs_per_commit = blobs_per_commit
        self._waiting: queue.SimpleQueue[Ticket | None] = queue.SimpleQueue()
        self._starting = threading.Lock()
        self._started_in = 0
        self._thread: threading.Thread | None = None
        self._tidying = threading.Lock()
        self._tidied_day = -1
        self._failing = False

    def put(self, offers: Sequence[Offer]) -> Ticket:
        """Hand blobs in; they are stored even if nobody waits for the ticket.

        Args:
            offers: At least one.

        Returns:
            The claim on their outcome.
        """
        self.start()
        ticket = Ticket(offers)
        self._waiting.put(ticket)
        return ticket

    def start(self) -> None:
        """Start the committing thread of this process, if it does not run."""
        if self._started_in == os.getpid():
            return
        with self._starting:
            if self._started_in != os.getpid():
                # Threads do not cross a fork; neither may what waits for them.
                self._waiting = queue.SimpleQueue()
                self._thread = threading.Thread(target=self._run, name="inbox", daemon=True)
                self._thread.start()
                self._started_in = os.getpid()

    def stop(self) -> None:
        """Commit what was handed in so far, then end the thread."""
        if self._thread is not None and self._started_in == os.getpid():
            self._waiting.put(None)
            self._thread.join()
            self._started_in = 0

    def tidy(self) -> None:
        """Do the daily housekeeping if it was not done today."""
        with self._tidying:
            day = day_number(self._clock.now())
            if day == self._tidied_day:
                return
            try:
                self._housekeeping.tidy(day)
                self._tidied_day = day
            except StorageError as error:
                self._log_first(error)

    def _run(self) -> None:
        alive = True
        while alive:
            try:
                first = self._waiting.get(timeout=TIDY_SECONDS)
            except queue.Empty:
                self.tidy()
                continue
            if first is None:
                return
            alive = self._commit(first)
            self.tidy()

    def _commit(self, first: Ticket) -> bool:
        """Store one gathering of tickets; False when asked to stop after it."""
        tickets, stopping = [first], False
        decided: list[list[Outcome]] | None = None
        try:
            with self._storage.writing() as connection:
                stopping = self._gather(tickets)
                decided = self._admit(connection, tickets)
            self._failing = False
        except Exception as error:  # noqa: BLE001 - whatever it is, waiting requests must go on
            decided = None
            self._log_first(error)
        for index, ticket in enumerate(tickets):
            ticket.decide(None if decided is None else decided[index])
        return not stopping

    def _log_first(self, error: Exception) -> None:
        """Log the first failure of a row of them: a full disk must not fill a log as well."""
        if not self._failing:
            logs.failure("relay.commit_failed", error)
        self._failing = True

    def _gather(self, tickets: list[Ticket]) -> bool:
        """Add what waits; True when the end of the queue was asked for."""
        blobs = len(tickets[0].offers)
        while blobs < self._blobs_per_commit:
            try:
                ticket = self._waiting.get_nowait()
            except queue.Empty:
                return False
            if ticket is None:
                return True
            tickets.append(ticket)
            blobs += len(ticket.offers)
        return False

    def _admit(self, connection: Connection, tickets: Sequence[Ticket]) -> list[list[Outcome]]:
        offers = [offer for ticket in tickets for offer in ticket.offers]
        admission = admit(connection, offers, day_number(self._clock.now()), self._room)
        # Before the commit: one that fails was a load on the disk as well.
        self._load.stored(admission.stored, admission.held_bytes)
        outcomes = iter(admission.outcomes)
        return [[next(outcomes) for _ in ticket.offers] for ticket in tickets]
