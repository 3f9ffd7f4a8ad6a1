"""ISO weeks: the step of every line the desk draws.

Source: ISO 8601-1, section 5.2.3.3: weeks begin on Monday; week 1 holds the year's first Thursday.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

DAYS = 7


@dataclass(frozen=True, slots=True, order=True)
class IsoWeek:
    """One week of the ISO calendar."""

    year: int
    week: int

    @classmethod
    def of(cls, moment: datetime) -> "IsoWeek":
        """Find the week that holds a moment, by UTC."""
        year, week, _ = moment.astimezone(UTC).isocalendar()
        return cls(year, week)

    @classmethod
    def parse(cls, text: str) -> "IsoWeek":
        """Read `2026-W05`.

        Raises:
            ValueError: The text is not a week that exists.
        """
        year, _, week = text.partition("-W")
        found = cls(int(year), int(week))
        found.monday()
        return found

    def monday(self) -> date:
        """Give the day the week begins."""
        return date.fromisocalendar(self.year, self.week, 1)

    def shifted(self, weeks: int) -> "IsoWeek":
        """Give the week so many weeks later, or earlier if negative."""
        year, week, _ = (self.monday() + timedelta(days=DAYS * weeks)).isocalendar()
        return IsoWeek(year, week)

    def __str__(self) -> str:
        """Write the week as ISO does."""
        return f"{self.year}-W{self.week:02d}"


def weeks_until(last: IsoWeek, count: int) -> tuple[IsoWeek, ...]:
    """List so many weeks, oldest first, ending with the given one."""
    return tuple(last.shifted(back) for back in range(1 - count, 1))
