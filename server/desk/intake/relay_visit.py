"""Dealing with one relay during one pull."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from schemas.domain.ids import EnvelopeId, RelayKey
from schemas.domain.sync import MailboxEntry
from schemas.envelope.keys import day_of
from schemas.wire import exchange
from schemas.wire.frames import FrameType, encode_frame
from server.desk.context import desk_config, now
from server.desk.db import start_writing
from server.desk.intake.blobs import Arrival, Taken, purge_done, purge_due, take
from server.desk.intake.faults import FaultPoint
from server.desk.intake.models import BoardPageRow, RelayStateRow, SealedReplyRow
from server.desk.intake.relay_exchange import Answer, Speaker, compose, pull_frame, read_answer
from server.desk.intake.relay_link import RelayLink
from server.desk.intake.tokens import tokens_done, tokens_due
from server.desk.keys.directories import newest
from server.desk.keys.models import RelayRow
from server.desk.keys.profile import profile
from server.desk.keys.pull_key import read_pull_key

PULL_BYTES: Final = 1024 * 1024
"""Asked for at once: on a line of 1 Mbit/s it comes in ten seconds."""

PURGE_FRAMES: Final = 16
FRAMES_AT_ONCE: Final = 200
MOST_ROUNDS: Final = 100_000
"""No relay holds more megabytes; a bound on one that never says it is done."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One frame and what to note when the relay has applied it."""

    frame: bytes
    purged: tuple[EnvelopeId, ...] = ()
    directory_version: int = 0
    reply_seq: int = 0
    board_seq: int = 0
    tokens_row: int = 0


class RelayVisit:
    """What one pull does with one relay."""

    def __init__(self, session: Session, link: RelayLink, relay_id: int, fault: FaultPoint) -> None:
        """Look up the relay.

        Args:
            session: Committed after each exchange.
            link: The way to it.
            relay_id: Which.
            fault: Called between the steps.
        """
        self._session = session
        self._link = link
        self._relay_id = relay_id
        self._fault = fault
        relay = session.get_one(RelayRow, relay_id)
        self._url = relay.url
        key = read_pull_key(desk_config())
        self._speaker = Speaker(profile(session).desk_id, key, RelayKey(relay.relay_key))

    @property
    def troubled(self) -> bool:
        """Tell whether the last exchange failed."""
        return bool(self._state().problem)

    def fetch(self) -> Iterator[Taken]:
        """Take everything the relay holds, a megabyte at a time.

        Yields:
            What became of each answer's blobs, after it is committed.

        Raises:
            RelayUnreachableError: The relay gave no usable answer.
        """
        cursor = self._first_cursor()
        for _ in range(MOST_ROUNDS):
            sent = [Sent(pull_frame(cursor, PULL_BYTES)), *self._purges()]
            answer = self._exchange(sent)
            self._fault("fetched")
            taken, cursor = self._keep(sent, answer, cursor)
            yield taken
            if answer.pulled is None or not answer.pulled.more or not answer.envelopes:
                return

    def push(self) -> None:
        """Bring what waits: what to forget, the directory, replies, board pages.

        Raises:
            RelayUnreachableError: The relay gave no usable answer.
        """
        for _ in range(MOST_ROUNDS):
            sent = self._waiting()
            if not sent:
                return
            answer = self._exchange(sent)
            self._fault("pushed")
            self._note(sent, answer)
            if answer.done < len(sent):
                return

    def note_problem(self, slug: str) -> None:
        """Write down why the relay was of no use."""
        start_writing(self._session)
        state = self._state()
        state.tried_at, state.problem = now(), slug
        self._session.commit()

    def _first_cursor(self) -> int:
        """Begin where the last pull ended; once a day, at the beginning."""
        state = self._state()
        return 0 if state.swept_day != day_of(now()) else state.cursor

    def _exchange(self, sent: list[Sent]) -> Answer:
        # Nothing may be open while the network is waited for: SQLite would keep others out.
        self._session.commit()
        body = compose(self._speaker, [one.frame for one in sent], now())
        return read_answer(self._link.exchange(self._url, body))

    def _keep(self, sent: list[Sent], answer: Answer, cursor: int) -> tuple[Taken, int]:
        """Store what came, with the cursor, in one transaction."""
        start_writing(self._session)
        arrivals = [Arrival(one.blob, one.day) for one in answer.envelopes]
        taken = take(self._session, arrivals, self._relay_id)
        state = self._state()
        if answer.pulled is not None:
            cursor = state.cursor = answer.pulled.next_cursor
            state.behind = answer.pulled.more
            state.swept_day = day_of(now())
        self._mark(state, sent, answer)
        self._fault("storing")
        self._session.commit()
        self._fault("stored")
        return taken, cursor

    def _note(self, sent: list[Sent], answer: Answer) -> None:
        start_writing(self._session)
        self._mark(self._state(), sent, answer)
        self._session.commit()
        self._fault("noted")

    def _mark(self, state: RelayStateRow, sent: list[Sent], answer: Answer) -> None:
        """Note what the relay applied; what it lost since is pushed again."""
        state.tried_at = state.answered_at = now()
        state.problem = answer.problem
        for one in sent[: answer.done]:
            if one.purged:
                purge_done(self._session, self._relay_id, one.purged)
            state.directory_version = max(state.directory_version, one.directory_version)
            state.reply_seq = max(state.reply_seq, one.reply_seq)
            state.board_seq = max(state.board_seq, one.board_seq)
            if one.tokens_row:
                tokens_done(self._session, one.tokens_row)
        if answer.board_head < state.board_seq:
            state.board_seq = answer.board_head
            state.directory_version = state.reply_seq = state.swept_day = 0

    def _purges(self) -> list[Sent]:
        due = purge_due(self._session, self._relay_id, PURGE_FRAMES)
        return [
            Sent(encode_frame(FrameType.PURGE, exchange.encode_ids(ids)), purged=tuple(ids))
            for ids in due
        ]

    def _waiting(self) -> list[Sent]:
        """List what the relay does not have yet, in the order in which it must appear."""
        state = self._state()
        found = [*self._purges(), *self._directory(state)]
        found += self._replies(state, FRAMES_AT_ONCE - len(found))
        found += self._pages(state, FRAMES_AT_ONCE - len(found))
        # Last: an older relay that knows no tokens has taken everything else by then.
        found += self._tokens(FRAMES_AT_ONCE - len(found))
        return found

    def _directory(self, state: RelayStateRow) -> list[Sent]:
        row = newest(self._session)
        if row is None or row.version <= state.directory_version:
            return []
        frame = encode_frame(FrameType.PUT_DIRECTORY, row.signed)
        return [Sent(frame, directory_version=row.version)]

    def _replies(self, state: RelayStateRow, room: int) -> list[Sent]:
        wanted = (
            select(SealedReplyRow)
            .where(SealedReplyRow.seq > state.reply_seq)
            .order_by(SealedReplyRow.seq)
            .limit(max(room, 0))
        )
        return [
            Sent(_reply_frame(row), reply_seq=row.seq)
            for row in self._session.execute(wanted).scalars()
        ]

    def _pages(self, state: RelayStateRow, room: int) -> list[Sent]:
        wanted = (
            select(BoardPageRow)
            .where(BoardPageRow.seq > state.board_seq)
            .order_by(BoardPageRow.seq)
            .limit(max(room, 0))
        )
        return [
            Sent(encode_frame(FrameType.PUT_BOARD, row.raw), board_seq=row.seq)
            for row in self._session.execute(wanted).scalars()
        ]

    def _tokens(self, room: int) -> list[Sent]:
        return [
            Sent(encode_frame(FrameType.PUT_TOKENS, hashes), tokens_row=row_id)
            for row_id, hashes in tokens_due(self._session, self._relay_id, room)
        ]

    def _state(self) -> RelayStateRow:
        state = self._session.get(RelayStateRow, self._relay_id)
        if state is None:
            start_writing(self._session)
            state = RelayStateRow(
                relay_id=self._relay_id,
                cursor=0,
                swept_day=0,
                directory_version=0,
                board_seq=0,
                reply_seq=0,
                problem="",
                behind=False,
            )
            self._session.add(state)
            self._session.flush()
        return state


def _reply_frame(row: SealedReplyRow) -> bytes:
    entry = MailboxEntry(row.address, row.cipher)
    return encode_frame(FrameType.PUT_REPLY, exchange.encode_mailbox_entry(entry))
