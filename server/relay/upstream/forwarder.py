"""One run: hand on what waits, bring down what is new, until there is nothing left.

Theory of operation: save, then send. Blobs are marked as in flight, durably, before the network is
touched; what the answer says is stored in one transaction with the marks. So a run may be killed
anywhere. The next one finds what was in flight in doubt and asks about it before it puts it again,
and a walk through the mailbox goes on where it was.

The way down rides on the way up: each request names the directory and the board page that are
here, and asks for a mailbox page while a walk is under way (`walk`), for none otherwise.

Spec: sync.md sections 1 to 5
"""

from dataclasses import asdict, dataclass, replace
from typing import Final

from sqlalchemy import Connection

from schemas.constants import SECONDS_PER_DAY, SECONDS_PER_WEEK
from schemas.domain.ids import EnvelopeId
from schemas.domain.sync import RequestHeader
from schemas.domain.vocabulary import PutStatus
from schemas.envelope.entropy import Entropy, random_bytes
from schemas.envelope.sealing import envelope_id
from schemas.errors import FrameError
from server.plumbing import logs
from server.plumbing.clock import Clock, day_number
from server.relay import outgoing
from server.relay.shared import SharedMemory
from server.relay.storage import Storage
from server.relay.upstream import ledger
from server.relay.upstream.bringing import bring, has_news
from server.relay.upstream.errors import UnreachableError
from server.relay.upstream.faults import FaultPoint, no_fault
from server.relay.upstream.ledger import Mark
from server.relay.upstream.line import Upstream
from server.relay.upstream.link import Link
from server.relay.upstream.walk import Walk
from server.relay.upstream.wording import Answer, Question, make_stamps, read_answer

LEAST_BATCH_BYTES: Final = 4096
MOST_BATCH_BYTES: Final = 131_072
QUICK_SECONDS: Final = 8.0
SLOW_SECONDS: Final = 20.0
"""A batch grows when it took less, shrinks when it took more: engine.md rule 4."""

MOST_EXCHANGES: Final = 4000
MOST_IDLE: Final = 64
"""Requests of a run that move nothing: a bound on an upstream that goes on saying little."""

MOST_WORK_BITS: Final = 22
"""Four million hashes a blob, ten seconds here; an upstream that asks for more is left alone."""

MOST_HASHES: Final = 1 << MOST_WORK_BITS
"""Spent on one request at most: what waits behind it should not wait long."""

BATCH: Final = "batch_bytes"
WORK: Final = "work_bits"
_WALK: Final = "walk_"


@dataclass(slots=True)
class Tally:
    """What a run did.

    Attributes:
        forwarded: Blobs the upstream signed for.
        pages: Board pages that came down, as many as were new.
        replies: Mailbox entries that came down; one that was here already counts.
        problem: Why it ended early, or empty.
        retry_after_seconds: What the upstream asked for; 0 for nothing.
    """

    forwarded: int = 0
    pages: int = 0
    replies: int = 0
    problem: str = ""
    retry_after_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """A request that was written down, and what it is about.

    Attributes:
        question: What to say.
        seqs: Row numbers of the blobs put, by id; and of those asked about.
        walk: How far the mailbox was walked before it; None when no page is asked for.
        work_bits: Work the upstream asks for.
        day: The upstream's day number.
    """

    question: Question
    seqs: dict[EnvelopeId, int]
    walk: Walk | None
    work_bits: int
    day: int


class Forwarder:
    """Carries between a courier relay and its upstream."""

    def __init__(
        self,
        storage: Storage,
        shared: SharedMemory,
        clock: Clock,
        upstream: Upstream,
        link: Link,
        fault: FaultPoint = no_fault,
        entropy: Entropy = random_bytes,
    ) -> None:
        """Stand between two relays.

        Args:
            storage: The courier relay's database.
            shared: Tells its processes that there is news.
            clock: Its time.
            upstream: The other relay.
            link: The way there.
            fault: Called between the steps.
            entropy: Draws the sizes of polls.
        """
        self._entropy = entropy
        self._storage = storage
        self._shared = shared
        self._clock = clock
        self._upstream = upstream
        self._link = link
        self._fault = fault

    def run(self) -> Tally:
        """Exchange until nothing waits and nothing is new.

        Returns:
            What was done; a link that is down is a `problem`, not an error.

        Raises:
            StorageError: The database cannot be written; nothing is lost.
        """
        tally = Tally()
        try:
            idle = 0
            for _ in range(MOST_EXCHANGES):
                moved, has_more = self._exchange(tally)
                idle = 0 if moved else idle + 1
                if not has_more or idle > MOST_IDLE or (tally.problem and not moved):
                    break
        except UnreachableError as error:
            tally.problem = error.slug
            self._note_failure()
        finally:
            self._link.close()
        if tally.forwarded or tally.pages:
            # A line for each look would be a clock of the village's link.
            logs.event("relay.forwarded", blobs=tally.forwarded, pages=tally.pages)
        return tally

    # --- one exchange --------------------------------------------------------------
    def _exchange(self, tally: Tally) -> tuple[bool, bool]:
        with self._storage.writing() as connection:
            plan = self._plan(connection)
        self._fault("marked")
        request = self._say(plan)
        begun_seconds = self._clock.monotonic_seconds()
        body = self._link.exchange(request)
        took_seconds = self._clock.monotonic_seconds() - begun_seconds
        self._fault("answered")
        answer = read_answer(body, plan.question, self._upstream.key)
        with self._storage.writing() as connection:
            moved = self._take(connection, plan, answer, tally)
            self._pace(connection, plan, answer, took_seconds)
            has_more = self._has_more(connection, answer)
            self._fault("noting")
        if has_news(answer):
            self._shared.change_mark()
        self._fault("noted")
        return moved, has_more

    def _plan(self, connection: Connection) -> Plan:
        """Write down what goes on the way."""
        known = ledger.numbers(connection)
        doubted = ledger.in_doubt(connection)
        # What is in doubt is asked about first: a second copy would cost the line its bytes.
        room_bytes = known.get(BATCH, LEAST_BATCH_BYTES)
        most = max(1, MOST_HASHES >> known.get(WORK, 0))
        chosen = [] if doubted else self._sound(connection, room_bytes)[:most]
        ledger.mark(connection, [one.seq for one in chosen], Mark.IN_FLIGHT)
        ids = tuple(one.id for one in chosen)
        walk = _walk(known)
        version, _ = outgoing.directory(connection)
        header = RequestHeader(
            directory_version=version,
            board_cursor=outgoing.board_head(connection),
            mailbox_prefix=0 if walk.is_over else walk.prefix,
            mailbox_cursor=walk.cursor,
            wants_mailbox=not walk.is_over,
        )
        question = Question(header, tuple(one.blob for one in chosen), ids, tuple(doubted))
        seqs = {**doubted, **{one.id: one.seq for one in chosen}}
        day = known.get(ledger.UPSTREAM_DAY, self._today())
        return Plan(question, seqs, None if walk.is_over else walk, known.get(WORK, 0), day)

    def _sound(self, connection: Connection, room_bytes: int) -> list[ledger.Waiting]:
        """List what waits; a blob whose bytes rotted here would spoil the receipt of the others."""
        waiting = ledger.waiting(connection, room_bytes)
        rotten = [one.seq for one in waiting if envelope_id(one.blob) != one.id]
        ledger.mark(connection, rotten, Mark.REFUSED)
        return [one for one in waiting if one.seq not in rotten]

    def _say(self, plan: Plan) -> bytes:
        """Write the request; work is shown here, where no transaction waits for it."""
        week = plan.day * SECONDS_PER_DAY // SECONDS_PER_WEEK
        bits = plan.work_bits if plan.work_bits <= MOST_WORK_BITS else 0
        stamps = make_stamps(plan.question.ids, week, bits)
        chance = int.from_bytes(self._entropy(2), "big")
        return replace(plan.question, stamps=stamps).body(chance)

    def _take(self, connection: Connection, plan: Plan, answer: Answer, tally: Tally) -> bool:
        """Store what an answer says; tell whether anything moved."""
        forwarded = self._settle(connection, plan, answer)
        tally.forwarded += forwarded
        head, (version, _) = outgoing.board_head(connection), outgoing.directory(connection)
        slug = bring(connection, answer, self._upstream.root_key, self._today())
        pages = outgoing.board_head(connection) - head
        tally.pages += pages
        newer = outgoing.directory(connection)[0] - version
        walked = self._walk_on(connection, plan, answer, tally)
        full = PutStatus.FULL in answer.verdicts.values()
        tally.problem = slug or answer.problem or ("full" if full else "")
        if answer.policy is not None:
            tally.retry_after_seconds = answer.policy.retry_after_seconds
            if answer.policy.work_bits > MOST_WORK_BITS:
                tally.problem = tally.problem or "too-much-work"
        return bool(forwarded or walked or answer.held or pages or newer)

    def _settle(self, connection: Connection, plan: Plan, answer: Answer) -> int:
        held = [one for one, is_held in answer.held.items() if is_held]
        absent = [one for one, is_held in answer.held.items() if not is_held]
        refused: list[EnvelopeId] = []
        for one, status in answer.verdicts.items():
            if status.held:
                held.append(one)
            elif status is PutStatus.REFUSED:
                refused.append(one)
            else:
                absent.append(one)
        ledger.mark(connection, [plan.seqs[one] for one in held], Mark.HELD)
        ledger.mark(connection, [plan.seqs[one] for one in refused], Mark.REFUSED)
        ledger.unmark(connection, [plan.seqs[one] for one in absent])
        ledger.settle(connection)
        return len(held)

    def _walk_on(self, connection: Connection, plan: Plan, answer: Answer, tally: Tally) -> bool:
        """Go on through the mailbox, or begin when the board has moved."""
        before = walk = plan.walk or _walk(ledger.numbers(connection))
        head = answer.header.board_head
        if head < walk.head:
            # The upstream lost its database: its rows are numbered anew.
            walk = walk.forget()
        elif plan.walk is not None and answer.mailbox is not None:
            try:
                walk = walk.take(answer.mailbox)
                tally.replies += len(answer.mailbox.entries)
            except FrameError as error:
                # What was forwarded stands; the walk is given up until the board moves again.
                answer.problem = answer.problem or error.slug
                walk = walk.give_up()
        if walk.is_over and head > walk.head:
            walk = walk.begin(head)
        ledger.remember(connection, {_WALK + name: value for name, value in asdict(walk).items()})
        return walk != before and not answer.problem

    def _pace(self, connection: Connection, plan: Plan, answer: Answer, seconds: float) -> None:
        """Note that the upstream answers, what it asks for and how large a batch may be."""
        values = {
            ledger.ANSWERED_DAY: self._today(),
            ledger.UPSTREAM_DAY: answer.header.day,
            ledger.FAILURES: 0,
        }
        batch_bytes = ledger.numbers(connection).get(BATCH, LEAST_BATCH_BYTES)
        if answer.policy is not None:
            values[WORK] = answer.policy.work_bits
            if plan.question.blobs and seconds < QUICK_SECONDS:
                most_bytes = min(MOST_BATCH_BYTES, answer.policy.max_batch_bytes)
                batch_bytes = min(2 * batch_bytes, max(most_bytes, LEAST_BATCH_BYTES))
        if seconds > SLOW_SECONDS:
            batch_bytes = max(batch_bytes // 2, LEAST_BATCH_BYTES)
        ledger.remember(connection, values | {BATCH: batch_bytes})

    def _note_failure(self) -> None:
        with self._storage.writing() as connection:
            known = ledger.numbers(connection)
            batch_bytes = known.get(BATCH, LEAST_BATCH_BYTES) // 2
            failures = known.get(ledger.FAILURES, 0) + 1
            ledger.remember(
                connection,
                {ledger.FAILURES: failures, BATCH: max(batch_bytes, LEAST_BATCH_BYTES)},
            )

    def _has_more(self, connection: Connection, answer: Answer) -> bool:
        is_behind = answer.header.board_head > outgoing.board_head(connection)
        walks = not _walk(ledger.numbers(connection)).is_over
        return is_behind or walks or ledger.has_work(connection)

    def _today(self) -> int:
        return day_number(self._clock.now())


def _walk(known: dict[str, int]) -> Walk:
    """Read how far the mailbox was walked; a new courier relay begins with a whole walk."""
    if f"{_WALK}prefix" not in known:
        return Walk(prefix=0)
    names = ("prefix", "cursor", "floor", "top", "seen", "head")
    return Walk(**{name: known.get(_WALK + name, 0) for name in names})
