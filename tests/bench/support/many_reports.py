"""Many invented reports from a seed, and a desk that got them by the real way.

Theory of operation: report number n of a seed is the same on every machine and does not depend on
the ones before it, so a desk that was made in part is made further from where it stands. The words
are those of the demonstration, drawn so that few are frequent and most are rare, with a made-up
name or two, as in real text. One report in twenty tells an event again in nearly its words. Each
day of the desk's clock brings the same number, so that a larger desk is an older one, not a
denser one. Reports are sealed, handed to a relay, pulled, opened and filed by the real code; part
of them is then claimed, coded and finished by the real acts.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from schemas.domain.report import Observed, Place, Report
from schemas.domain.vocabulary import Category, PlacePrecision, Source, TimePrecision
from server.desk.areas.layer import Area, world
from tests.support.dice import Dice

DEMONSTRATION: Final = Path(__file__).resolve().parents[3] / "tools" / "demo" / "reports.jsonl"
A_DAY: Final = 1000
"""Reports a day: what a busy desk sees in a crisis (docs/architecture.md: 50 to 5,000)."""
FIRST_DAY: Final = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)
COUNTRIES: Final = ("KEN", "SDN", "MMR")
LANGUAGES: Final = ("en", "en", "en", "fr", "ar", "ar")
SYLLABLES: Final = ("ba", "de", "ki", "lo", "mu", "na", "ri", "sa", "to", "ve", "wa", "zo")
REPEAT_IN: Final = 20
SHARES: Final = 1 << 20


@dataclass(frozen=True)
class Event:
    """What a report tells of."""

    words: tuple[str, ...]
    lang: str
    category: Category
    at: datetime
    area: Area
    east: float
    north: float


def arrival(number: int) -> datetime:
    """Tell when report `number` reaches the desk."""
    return FIRST_DAY + number * timedelta(days=1) / A_DAY


def report(seed: int, number: int) -> Report:
    """Write report `number` of a seed."""
    dice = Dice(seed * 10_000_000 + number)
    event = _event(seed, number)
    if number > REPEAT_IN and dice.number(REPEAT_IN) == 0:
        event = _told_again(_event(seed, number - 1 - dice.number(REPEAT_IN)), dice)
    return Report(
        category=event.category,
        text=" ".join(event.words).capitalize() + ".",
        lang=event.lang,
        source=dice.choice(list(Source)),
        written_at=arrival(number) - timedelta(hours=1),
        observed=Observed(event.at, dice.choice([TimePrecision.HOUR, TimePrecision.DAY])),
        place=_place(event, dice),
    )


@cache
def vocabulary(lang: str) -> Sequence[str]:
    """Read the words of the demonstration in one language, frequent ones first."""
    seen: dict[str, int] = {}
    for line in DEMONSTRATION.read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        if told["language"] == lang:
            for word in told["text"].split():
                plain = word.strip('.,:;!?"«»()،؟').casefold()
                seen[plain] = seen.get(plain, 0) + 1
    seen.pop("", None)
    return sorted(seen, key=lambda word: -seen[word])


@cache
def _areas() -> Sequence[Area]:
    return [area for country in COUNTRIES for area in world().country(country)]


def _event(seed: int, number: int) -> Event:
    dice = Dice(seed * 10_000_000 + 5_000_000 + number)
    lang = dice.choice(LANGUAGES)
    words = vocabulary(lang)
    told = [words[int(len(words) * _share(dice) ** 2)] for _ in range(20 + dice.number(50))]
    told.insert(dice.number(len(told)), _name(dice))
    return Event(
        words=tuple(told),
        lang=lang,
        category=dice.choice(list(Category)),
        at=arrival(number) - timedelta(hours=2 + dice.number(60)),
        area=dice.choice(_areas()),
        east=_share(dice) / 4,
        north=_share(dice) / 4,
    )


def _share(dice: Dice) -> float:
    return dice.number(SHARES) / SHARES


def _name(dice: Dice) -> str:
    return "".join(dice.choice(SYLLABLES) for _ in range(3 + dice.number(2)))


def _told_again(event: Event, dice: Dice) -> Event:
    """Leave some words out and put others in, as a second witness does."""
    kept = [word for word in event.words if dice.number(8)]
    kept.insert(dice.number(len(kept) or 1), dice.choice(vocabulary(event.lang)))
    return Event(
        tuple(kept), event.lang, event.category, event.at, event.area, event.east, event.north
    )


def _place(event: Event, dice: Dice) -> Place | None:
    kind = dice.number(10)
    if kind == 0:
        return None
    if kind <= 5:
        return Place(text=_name(dice), precision=PlacePrecision.ADMIN1, area=event.area.code)
    longitude, latitude = event.area.centre
    return Place(
        lat_e5=round((latitude + event.north) * 100_000),
        lon_e5=round((longitude + event.east) * 100_000),
        precision=PlacePrecision.SETTLEMENT,
    )
