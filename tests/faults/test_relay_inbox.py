"""Any order of putting, cutting, purging, expiring and restarting keeps a relay's promises.

The model is a list of what was acknowledged. After every step: what was acknowledged and has not
expired is held; what was acknowledged and not purged is pulled, in the order it came, once.
"""

import shutil
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from schemas.constants import BUCKETS_BYTES
from schemas.domain.sync import RequestHeader
from schemas.envelope.sealing import envelope_id
from schemas.wire.exchange import encode_request_header
from tests.support.relay_answers import put
from tests.support.relays import RelayUnderTest, blob_of

KEEP_DAYS = 30
NUMBERS = st.lists(st.integers(0, 25), min_size=1, max_size=6)


def numbered(number: int) -> bytes:
    """Make the blob of a number; every fifth is of the next bucket."""
    return blob_of(number, BUCKETS_BYTES[number % 5 == 0])


class InboxMachine(RuleBasedStateMachine):
    """A relay beside a model of it, on the relay's own SQLite file."""

    @staticmethod
    def make_url() -> str | None:
        """Give the address of an empty database; None for the relay's own file."""
        return None

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="tocsin-inbox-"))
        self.url = self.make_url()
        self.relay = RelayUnderTest(self.folder, url=self.url)
        # By number, in the order stored: day of arrival and whether it was purged.
        self.days: dict[int, int] = {}
        self.purged: set[int] = set()

    def teardown(self) -> None:
        """Stop and remove everything."""
        self.relay.close()
        shutil.rmtree(self.folder)

    @initialize()
    def begin(self) -> None:
        """Begin empty."""
        assert self.relay.pull().envelopes == []

    @rule(numbers=NUMBERS)
    def put_blobs(self, numbers: list[int]) -> None:
        """Put blobs, known ones among them."""
        expected = []
        for number in numbers:
            expected.append(1 if number in self.days else 0)
            self.days.setdefault(number, self.relay.day)
        answer = self.relay.exchange(put(*map(numbered, numbers)))
        assert answer.statuses == expected
        assert answer.receipt is not None
        assert answer.receipt.until_day == KEEP_DAYS + min(self.days[one] for one in numbers)

    @rule(numbers=NUMBERS, share=st.floats(0, 1))
    def cut_connection(self, numbers: list[int], share: float) -> None:
        """Put blobs over a connection that ends anywhere; nobody reads the answer."""
        frames = put(*map(numbered, numbers))
        cut = int(len(frames) * share)
        body = encode_request_header(RequestHeader()) + frames[:cut]
        self.relay.http("POST", self.relay.path, body)
        end = 0
        for number in numbers:
            end += 4 + len(numbered(number))
            if end <= cut:
                self.days.setdefault(number, self.relay.day)

    @precondition(lambda self: self.days)
    @rule(data=st.data())
    def purge(self, data: st.DataObject) -> None:
        """Purge some of what is known, twice purged and unknown ones among it."""
        numbers = data.draw(st.lists(st.sampled_from(sorted(self.days)), min_size=1, max_size=4))
        assert self.relay.purge(*map(numbered, [*numbers, 1000])).done == 1
        self.purged.update(numbers)

    @rule(days=st.sampled_from([1, 7, 16, 31]))
    def let_days_pass(self, days: int) -> None:
        """Let time pass and the daily housekeeping run."""
        self.relay.clock.advance(timedelta(days=days))
        self.relay.relay.inbox.tidy()
        oldest = self.relay.day - KEEP_DAYS
        self.days = {number: day for number, day in self.days.items() if day >= oldest}
        self.purged &= self.days.keys()

    @rule()
    def restart(self) -> None:
        """End the relay and start it again."""
        self.relay.close()
        self.relay = RelayUnderTest(self.folder, url=self.url, clock=self.relay.clock)

    @rule()
    def repeat_a_desk_request(self) -> None:
        """Send the desk's bytes twice: the second time they are nobody's."""
        body = self.relay.desk_bytes(b"")
        statuses = [self.relay.http("POST", self.relay.path, body).status for _ in range(2)]
        assert statuses == ["200 OK", "404 NOT FOUND"]

    @invariant()
    def nothing_acknowledged_is_lost(self) -> None:
        """What was acknowledged is held; nothing else is."""
        everything = list(range(26))
        held = self.relay.held(*map(numbered, everything))
        assert [number for number in everything if held[number]] == sorted(self.days)

    @invariant()
    def nothing_is_stored_twice(self) -> None:
        """The desk pulls each blob once, in the order they came."""
        pulled = [envelope_id(item.blob) for item in self.relay.pull().envelopes]
        wanted = [envelope_id(numbered(one)) for one in self.days if one not in self.purged]
        assert pulled == wanted

    @invariant()
    def counts_are_true(self) -> None:
        """The quota's counts are those of the rows."""
        with self.relay.relay.storage.reading() as connection:
            counted = connection.exec_driver_sql("SELECT sum(blobs) FROM holdings").scalar_one()
        assert counted == len(self.days) - len(self.purged)


def test_inbox_keeps_its_promises_on_sqlite() -> None:
    run_state_machine_as_test(
        InboxMachine, settings=settings(max_examples=20, stateful_step_count=40)
    )


@pytest.mark.postgres
def test_inbox_keeps_its_promises_on_postgres(
    create_postgres_database: Callable[[], str],
) -> None:
    class PostgresMachine(InboxMachine):
        """The same on PostgreSQL."""

        make_url = staticmethod(create_postgres_database)

    few = settings(max_examples=6, stateful_step_count=25)
    run_state_machine_as_test(PostgresMachine, settings=few)
