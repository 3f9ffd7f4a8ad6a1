"""Which channel burned: the counts of each channel, and what they mean.

Theory of operation: three signs, in the order of their weight.

- **Strangers** ask for a channel's path and are no phone. Nobody finds 128 bits by trying: they
  have the line. One or two may be somebody who opened the address in a browser; from
  `LEAKED_STRANGERS` in a week on it is a prober or a list. They are compared with nothing.
- A channel **falls silent** while others do not: the channel's readers stopped joining, or their
  network began to block what they were given. A channel's last week is compared with its three
  weeks before, and only where those had enough to expect something, and where the other channels
  together did not fall as well: then it would be the relay, not the channel.
- A **retired** channel that is still asked for shows that its line is still going round.

Spoken words are a first guess for people who know what they handed to whom; they decide.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from server.relay.channels import Channel
from server.relay.tallies import DayTally

WEEK_DAYS: Final = 7
BEFORE_DAYS: Final = 21

LEAKED_STRANGERS: Final = 3
"""In a week; fewer may be one person with a browser."""

ENOUGH: Final = 30
"""Exchanges in three weeks below which a week of none says little: counts go in tens."""

SILENT_SHARE: Final = 0.2
"""A week with less than this part of a usual one is silence."""

STEADY_SHARE: Final = 0.5
"""The other channels together keep at least this part of their usual week."""


class Sign(StrEnum):
    """What the counts of a channel say."""

    WELL = "well"
    NEW = "new"
    ASKED_FOR = "asked-for"
    LEAKED = "leaked"
    SILENT = "silent"
    ALL_SILENT = "all-silent"
    RETIRED = "retired"
    RETIRED_ASKED_FOR = "retired-asked-for"


WORDS: Final = {
    Sign.WELL: "in use, and nobody else asks for it",
    Sign.NEW: "hardly used yet",
    Sign.ASKED_FOR: "somebody who is no phone asked for it: perhaps a browser; look again tomorrow",
    Sign.LEAKED: "somebody who is no phone has its path: retire it, and give a new line to those "
    "who still need one",
    Sign.SILENT: "silent while the others are not: ask those who have it whether they are blocked",
    Sign.ALL_SILENT: "silent like the others: the relay may be blocked or down, not the channel",
    Sign.RETIRED: "retired, and nobody asks for it",
    Sign.RETIRED_ASKED_FOR: "retired, and still asked for: its line is still going round",
}


@dataclass(frozen=True, slots=True)
class ChannelReport:
    """One channel's counts and their meaning.

    Attributes:
        label: The channel.
        sign: What the counts say.
        days: The last 32 days, oldest first.
    """

    label: str
    sign: Sign
    days: tuple[DayTally, ...]

    @property
    def words(self) -> str:
        """Say it in a sentence."""
        return WORDS[self.sign]


def report(channels: Sequence[tuple[Channel, Sequence[DayTally]]]) -> list[ChannelReport]:
    """Judge every channel of a relay.

    Args:
        channels: Each with its counts of the last 32 days, oldest first.

    Returns:
        One report each, in their order.
    """
    return [
        ChannelReport(
            channel.label,
            _sign(
                channel,
                days,
                [other for one, other in channels if one is not channel and one.is_open],
            ),
            tuple(days),
        )
        for channel, days in channels
    ]


def _sign(channel: Channel, days: Sequence[DayTally], others: Sequence[Sequence[DayTally]]) -> Sign:
    strangers = sum(day.strangers for day in days[-WEEK_DAYS:])
    if not channel.is_open:
        return Sign.RETIRED_ASKED_FOR if strangers else Sign.RETIRED
    if strangers >= LEAKED_STRANGERS:
        return Sign.LEAKED
    week, before = _exchanges(days)
    if before >= ENOUGH and week < SILENT_SHARE * before * WEEK_DAYS / BEFORE_DAYS:
        return Sign.ALL_SILENT if _fell(others) else Sign.SILENT
    if strangers:
        return Sign.ASKED_FOR
    return Sign.WELL if before + week >= ENOUGH else Sign.NEW


def _fell(channels: Sequence[Sequence[DayTally]]) -> bool:
    """Tell whether channels together fell; one that is alone has nobody to be compared with."""
    sums = [_exchanges(days) for days in channels]
    week, before = sum(one[0] for one in sums), sum(one[1] for one in sums)
    return week < STEADY_SHARE * before * WEEK_DAYS / BEFORE_DAYS or before == 0 == week


def _exchanges(days: Sequence[DayTally]) -> tuple[int, int]:
    """Add up the last week, and the three weeks before it."""
    week = sum(day.exchanges for day in days[-WEEK_DAYS:])
    before = sum(day.exchanges for day in days[-WEEK_DAYS - BEFORE_DAYS : -WEEK_DAYS])
    return week, before
