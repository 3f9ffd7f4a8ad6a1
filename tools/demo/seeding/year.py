"""Let the year of the demonstration happen, day by day."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from schemas.domain.ids import ReportId
from tools.demo.seeding.assessors import Assessors
from tools.demo.seeding.devices import Devices, Parcel
from tools.demo.seeding.hostile import Hostile
from tools.demo.seeding.rooms import Rooms
from tools.demo.seeding.shift import Shift, hire
from tools.demo.seeding.story import Told

DAYS_BEFORE: Final = 368
"""The desk is founded some days before the first report, and before the year begins."""

HOSTILE_DAYS_BEFORE: Final = 9
LAST_PULL_HOUR: Final = 23


class Year:
    """The demonstration as it happens."""

    def __init__(self, rooms: Rooms, seed: bytes, base: datetime, told: list[Told]) -> None:
        """Take freshly founded rooms and the story, oldest report first."""
        self._rooms = rooms
        self._seed = seed
        self._base = base
        self._told = told
        self._devices = Devices(seed, rooms.directory())
        self._parcels: dict[str, Parcel] = {}
        self._ids: dict[str, ReportId] = {}
        people = hire(rooms)
        self._shift = Shift(rooms, people, self._ids, base)
        self._assessors = Assessors(rooms, people, base)

    def happen(self, progress: Callable[[int, int], None]) -> None:
        """Let every day with a report pass.

        Args:
            progress: Told how many reports of how many are done.
        """
        hostile_after = self._base - timedelta(days=HOSTILE_DAYS_BEFORE)
        is_quiet = True
        for day, reports in groupby(self._told, key=lambda one: one.written_at.date()):
            if is_quiet and day >= hostile_after.date():
                self._attack()
                is_quiet = False
            of_day = list(reports)
            self._assessors.work_until(of_day[0].written_at)
            self._day(of_day)
            progress(len(self._ids), len(self._told))
        self._rooms.move_to(self._base)
        self._assessors.work_until(self._base)

    def _day(self, reports: list[Told]) -> None:
        self._rooms.move_to(reports[-1].written_at)
        self._devices.follow(self._rooms.directory())
        for told in reports:
            parcel = self._devices.seal(told)
            self._parcels[told.ref], self._ids[told.ref] = parcel, parcel.report_id
            self._rooms.hand_over(parcel.blobs)
        self._rooms.pull()
        for told in reports:
            self._shift.work_on(told)
        self._rooms.pull()

    def _attack(self) -> None:
        """Send the hostile input of ``hostile.json`` the way reports come."""
        at = self._rooms.clock.now()
        self._rooms.hand_over(Hostile(self._seed, self._devices, at, self._parcels).blobs())
        self._rooms.pull()
