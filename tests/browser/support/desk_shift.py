"""A desk at the beginning of a shift: reports of the demonstration, come by the real way.

The phones of the story seal them, a relay takes them, the desk pulls and opens them; nobody has
looked at any. Only the clock is moved by hand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Final

from schemas.domain.ids import ReportId
from schemas.domain.report import Observed, Report
from schemas.domain.vocabulary import Purpose, Source, TimePrecision
from schemas.envelope.keys import week_of
from schemas.wire.report import encode_report
from server.desk.accounts.roles import Person, Role
from tests.unit.triage.desk_room import DeskRoom
from tools.demo.seeding.devices import Devices
from tools.demo.seeding.rooms import Rooms
from tools.demo.seeding.story import Told, tell

BASE: Final = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
SEED: Final = b"a shift at the desk, by keys"
DAYS_AHEAD: Final = timedelta(days=2)
"""The desk is founded before the first report, in whose week its identities then hold."""


@dataclass
class ShiftDesk:
    """A desk, its relay, its phones, and what the story says of each report."""

    rooms: Rooms
    room: DeskRoom
    devices: Devices
    monitor: Person
    told: dict[ReportId, Told] = field(default_factory=dict)

    def send(self, told: Sequence[Told]) -> None:
        """Let reports come to the desk, each day's together, oldest first."""
        for _day, of_day in groupby(told, key=lambda one: one.written_at.date()):
            written = list(of_day)
            self.rooms.move_to(written[-1].written_at)
            self.devices.follow(self.rooms.directory())
            for one in written:
                parcel = self.devices.seal(one)
                self.told[parcel.report_id] = one
                self.rooms.hand_over(parcel.blobs)
            self.rooms.pull()

    def answer(self, report_id: ReportId, text: str) -> None:
        """Let the phone that wrote a report fetch the question and answer it."""
        self.rooms.pull()
        asked, now = self.told[report_id], self.rooms.clock.now()
        follow_up = Report(
            category=asked.category,
            text=text,
            written_at=now,
            observed=Observed(asked.observed.at, TimePrecision.HOUR),
            lang=asked.lang,
            source=Source.SAW,
            about=report_id,
            purpose=Purpose.ANSWER,
        )
        author = self.devices.author(asked.device)
        plain_json = encode_report(follow_up)
        sealed = self.devices.seal_json(f"answer {asked.ref}", plain_json, author, week_of(now))
        self.rooms.hand_over([sealed.blob])
        self.rooms.pull()


def begin_shift(home: Path, told: Sequence[Told], env: Mapping[str, str]) -> ShiftDesk:
    """Found a desk with a monitor, and let reports come.

    Args:
        home: A folder that is not there yet.
        told: Reports of the story, oldest first.
        env: More of the environment; empty for none.
    """
    rooms = Rooms({**env, "TOCSIN_HOME": str(home)}, told[0].written_at - DAYS_AHEAD)
    room = DeskRoom(rooms.desk, rooms.clock)
    devices = Devices(SEED, rooms.directory())
    desk = ShiftDesk(rooms, room, devices, room.person(Role.MONITOR, "Mira Sand"))
    desk.send(told)
    return desk


def story() -> list[Told]:
    """Read the demonstration's reports that say something a desk codes, oldest first."""
    return [one for one in tell(BASE) if one.indicators]
