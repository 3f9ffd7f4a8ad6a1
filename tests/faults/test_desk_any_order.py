"""Whatever happens in whatever order, each report ends at the desk once, and its sender knows.

A state machine lets phones send reports and files, relays go away and come back, the desk be
locked and unlocked, replies be written, days pass, and pulls break off at any step. At the end
everything is let go well once, and nothing may be missing or there twice.
"""

import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from sqlalchemy import select

from schemas.domain.vocabulary import AckStatus, ReplyKind
from schemas.envelope.derived import ack_tag
from schemas.envelope.sealing import SealedEnvelope
from schemas.wire.board import decode_page
from server.desk.audit.store import verify
from server.desk.db import start_writing
from server.desk.intake.models import BoardPageRow, PurgeDueRow
from server.desk.intake.quarantine import count_quarantined
from server.desk.intake.replies import queue_reply
from server.desk.intake.store import replies_to, reports_page
from server.desk.keys.keyring import keyring
from tests.faults.test_desk_killed import STEPS
from tests.support.desk import (
    DeskRoom,
    RelayRoom,
    a_report,
    an_attachment,
    join_relay,
    make_desk,
)


class BrokenOffError(Exception):
    """The pull ends here."""


class DeskMachine(RuleBasedStateMachine):
    """One desk, two relays, and everything that may happen to them."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="tocsin-machine-")
        self.sent: list[SealedEnvelope] = []
        self.replied: dict[str, int] = {}
        self.waiting_chunks: list[bytes] = []

    @initialize()
    def found(self) -> None:
        """Found a desk with two relays."""
        home = Path(self.folder.name)
        self.room: DeskRoom = make_desk(home / "one")
        self.other = RelayRoom(home / "two", self.room.clock, port=8999)
        join_relay(self.room, self.other)
        with self.room.work():
            self.key = keyring().storage_key()

    def _relay(self, second: bool) -> RelayRoom:
        return self.other if second else self.room.relay

    @rule(second=st.booleans(), both=st.booleans(), with_file=st.booleans())
    def send(self, *, second: bool, both: bool, with_file: bool) -> None:
        """Send a report, now and then twice, now and then without all of its file."""
        text = f"Report {len(self.sent)}."
        report = a_report(text)
        if with_file:
            manifest, chunks = an_attachment(text.encode() * 3000)
            report = a_report(text, attachments=(manifest,))
            self.waiting_chunks += chunks
        sealed = self.room.seal(report)
        self.sent.append(sealed)
        for relay in {second, not second} if both else {second}:
            if self._relay(relay).up:
                self._relay(relay).put([sealed.blob])
            else:
                self.waiting_chunks.append(sealed.blob)

    @precondition(lambda self: self.waiting_chunks)
    @rule(second=st.booleans(), count=st.integers(1, 6))
    def send_more(self, *, second: bool, count: int) -> None:
        """Send some of what waits."""
        if self._relay(second).up:
            self._relay(second).put(self.waiting_chunks[:count])
            del self.waiting_chunks[:count]

    @rule(second=st.booleans())
    def relay_goes_or_comes(self, *, second: bool) -> None:
        """Let a relay go away, or come back."""
        self._relay(second).up = not self._relay(second).up

    @rule()
    def lock_or_unlock(self) -> None:
        """Lock the desk, or unlock it."""
        ring = self.room.ring
        if ring.locked:
            ring.unlock(self.key)
        else:
            ring.lock()

    @rule(hours=st.integers(1, 40))
    def time_passes(self, *, hours: int) -> None:
        """Let time pass; never so much that a key is deleted."""
        self.room.clock.advance(timedelta(hours=hours))

    @rule()
    def pull(self) -> None:
        """Pull, to the end."""
        self.room.pull()

    @rule(step=st.sampled_from(STEPS), times=st.integers(1, 3))
    def pull_breaks_off(self, *, step: str, times: int) -> None:
        """Pull, and break off after some step."""
        left = times

        def fault(name: str) -> None:
            nonlocal left
            left -= name == step
            if left == 0:
                raise BrokenOffError

        try:
            self.room.pull(fault)
        except BrokenOffError:
            return

    @precondition(lambda self: self.sent)
    @rule(which=st.integers(0, 50))
    def reply(self, *, which: int) -> None:
        """Answer a report, if it is here and the desk is unlocked."""
        with self.room.work() as session:
            ring = keyring()
            if ring.locked:
                return
            views = reports_page(session, ring, limit=100)
            if not views:
                return
            report_id = views[which % len(views)].report_id
            start_writing(session)
            queue_reply(
                session,
                ring,
                report_id,
                kind=ReplyKind.REPLY,
                text="Thank you.",
                lang="en",
                actor="command",
            )
            session.commit()
            self.replied[report_id] = self.replied.get(report_id, 0) + 1

    def teardown(self) -> None:
        """Let everything go well once, and look whether all is there."""
        try:
            if hasattr(self, "room"):
                self._settle()
                self._look()
        finally:
            if hasattr(self, "room"):
                self.room.close()
            self.folder.cleanup()

    def _settle(self) -> None:
        self.room.relay.up = self.other.up = True
        self.room.ring.unlock(self.key)
        if self.waiting_chunks:
            self.room.relay.put(self.waiting_chunks)
        self.room.pull()
        tally = self.room.pull()
        assert (tally.pulled, tally.opened, tally.unreachable) == (0, 0, 0)

    def _look(self) -> None:
        expected = sorted({one.id.hex() for one in self.sent})
        with self.room.work() as session:
            views = reports_page(session, keyring(), limit=1000)
            assert sorted(view.report_id for view in views) == expected
            assert all(file.complete for view in views for file in view.attachments)
            assert count_quarantined(session) == 0
            assert session.execute(select(PurgeDueRow)).first() is None
            assert verify(session).intact
            for report_id, count in self.replied.items():
                replies = replies_to(session, keyring(), report_id)
                assert [reply.number for reply in replies] == list(range(1, count + 1))
                assert all(reply.sent_at for reply in replies)
            raws = session.execute(select(BoardPageRow.raw).order_by(BoardPageRow.seq)).scalars()
            tags = [tag for raw in raws for tag in decode_page(raw).tags]
        for one in self.sent:
            assert tags.count(ack_tag(one.keys.ack, AckStatus.ACCEPTED)) == 1


TestDeskInAnyOrder = DeskMachine.TestCase
TestDeskInAnyOrder.settings = settings(max_examples=20, stateful_step_count=15, deadline=None)
