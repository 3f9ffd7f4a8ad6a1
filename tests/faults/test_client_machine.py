"""A client, two relays and a desk under any weather, restarts and clocks.

Invariants, at every step: no report is opened twice by the desk as a new one; no relay stores a
blob twice; what the client calls acknowledged is at the desk. At the end, when the weather is
fair: every report kept is at the desk with its attachment and acknowledged; nothing is stuck.
"""

import os
import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from client_sync.outbox.states import BlobState
from tests.support.client_world import Fate, World, fair

FATES = st.tuples(st.sampled_from(Fate), st.integers(0, 100_000))
# Thousands of flushes: in memory where there is such a folder, since no power fails here.
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108  # mkdtemp inside
AT_THE_DESK = {BlobState.ACKNOWLEDGED, BlobState.DONE}


class ClientUnderWeather(RuleBasedStateMachine):
    """Steps a sender, its relays and its desk may take in any order."""

    def __init__(self) -> None:
        """Make a folder of its own."""
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="tocsin-machine-", dir=MEMORY))
        self.world = World(self.folder)
        self.texts: list[str] = []
        self.replies = 0

    @initialize(is_down=st.booleans())
    def join(self, is_down: bool) -> None:  # drawn by hypothesis
        """Join with or without a link."""
        self.world.link.down = set(self.world.link.relays) if is_down else set()
        self.world.join()
        self.world.link.down = set()

    def teardown(self) -> None:
        """In fair weather everything arrives, and then the folder goes."""
        try:
            self.settle()
        finally:
            self.world.client.close()
            shutil.rmtree(self.folder)

    @rule(size=st.sampled_from([0, 0, 0, 500, 20_000]))
    def write(self, size: int) -> None:
        """Write a report, sometimes with a file."""
        text = f"report {len(self.texts)}"
        path = self.folder / "file.bin"
        path.write_bytes(b"z" * size)
        self.world.write(text, *([path] if size else []))
        self.texts.append(text)

    @rule(fates=st.lists(FATES, max_size=6))
    def sync_in_weather(self, fates: list[tuple[Fate, int]]) -> None:
        """Sync while each exchange meets its own fate; fair weather after that."""
        coming = iter(fates)
        self.world.link.weather = lambda _up, _down: next(coming, (Fate.ARRIVES, 0))
        self.world.client.sync()
        self.world.link.weather = fair

    @rule(which=st.integers(0, 1))
    def lose_a_relay(self, which: int) -> None:
        """One relay cannot be reached until further notice."""
        self.world.link.down = {self.world.relays[which].url}

    @rule()
    def find_the_relays(self) -> None:
        """Both relays can be reached."""
        self.world.link.down = set()

    @rule(which=st.integers(0, 1))
    def a_relay_forgets_everything(self, which: int) -> None:
        """A relay was seized and begins anew under its key."""
        relay = self.world.relays[which]
        relay.blobs.clear()
        relay.seen.clear()

    @rule()
    def pull(self) -> None:
        """The desk pulls and acknowledges."""
        self.world.desk.pull()

    @precondition(lambda self: bool(self.world.desk.reports))
    @rule(which=st.integers(0, 1000))
    def reply(self, which: int) -> None:
        """The desk answers a report."""
        known = list(self.world.desk.reports)
        self.world.desk.reply(known[which % len(known)], "thank you")
        self.replies += 1

    @rule()
    def restart(self) -> None:
        """The process ends and another one begins."""
        self.world.restart()

    @rule(hours=st.sampled_from([1, 30, 24 * 14]))
    def time_passes(self, hours: int) -> None:
        """Everybody's clock moves."""
        self.world.advance(hours=hours)

    @rule(days=st.sampled_from([-400, -3, 3, 400]))
    def the_clock_jumps(self, days: int) -> None:
        """Only the client's clock moves: it was wrong, or is now."""
        self.world.clock.advance(days=days)

    @invariant()
    def nothing_is_doubled(self) -> None:
        """No report twice at the desk, no blob twice at a relay."""
        assert all(count == 1 for count in self.world.desk.opened.values())
        assert not any(relay.stored_twice for relay in self.world.relays)
        assert len(self.world.desk.reports) <= len(self.texts)

    @invariant()
    def what_is_called_acknowledged_is_at_the_desk(self) -> None:
        """The client believes only the desk."""
        if not self.world.home.exists():
            return
        for status in self.world.client.status():
            if status.state in AT_THE_DESK:
                assert status.report_id in self.world.desk.reports

    def settle(self) -> None:
        """Give it a week of fair weather, and look whether everything arrived."""
        self.world.link.weather = fair
        self.world.link.down = set()
        for _ in range(6):
            self.world.advance(hours=30)
            self.world.client.sync()
            self.world.desk.pull()
        self.world.client.sync()
        desk = self.world.desk
        assert sorted(report.text for report in desk.reports.values()) == sorted(self.texts)
        for report in desk.reports.values():
            assert all(desk.file(item) is not None for item in report.attachments)
        assert set(self.world.states()) <= {state.value for state in AT_THE_DESK}
        assert len(self.world.client.replies()) == self.replies


TestClientUnderWeather = ClientUnderWeather.TestCase
TestClientUnderWeather.settings = settings(max_examples=60, stateful_step_count=25)
