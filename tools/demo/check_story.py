"""Check that the reports tell the story they are meant to tell.

Theory of operation: the demonstration must show a desk three things that are easy to get wrong: a
rise in two areas that is really in the numbers, a rumour that many devices repeat word for word,
and pairs of nearly equal texts that tell of different events and must not be merged.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from tools.demo.content import Content

CAMPAIGN_DEVICES = 15
PATTERN_AREAS = ("QZ04", "QZ05")
RISE = 4  # the last twelve weeks against the forty before: no reader can miss it
NEAR_IDENTICAL = 0.5  # share of three-letter runs in common
HARD_NEGATIVES = 6


@lru_cache(maxsize=1024)
def _threes(text: str) -> frozenset[str]:
    """List the runs of three letters of a text, marks and case set aside."""
    plain = unicodedata.normalize("NFD", text.lower())
    letters = "".join(letter for letter in plain if letter.isalnum())
    return frozenset(letters[start : start + 3] for start in range(len(letters) - 2))


def likeness(first: str, second: str) -> float:
    """Give the share of three-letter runs that two texts have in common, 0 to 1."""
    one, other = _threes(first), _threes(second)
    return len(one & other) / max(1, len(one | other))


def campaign(content: Content) -> Iterator[str]:
    """Check that the rumour is one text from many devices, and false."""
    copies = [one for one in content.reports if one["gold"]["campaign"]]
    if len({one["author"] for one in copies}) < CAMPAIGN_DEVICES:
        yield "the rumour comes from too few devices"
    for one in copies:
        alike = max(likeness(one["text"], other["text"]) for other in copies if other is not one)
        if one["gold"]["true"] is not False or alike < NEAR_IDENTICAL:
            yield f"{one['ref']}: does not look like a copy of the rumour"


def hard_negatives(content: Content) -> Iterator[str]:
    """Check that some near-identical texts tell of different events."""
    told = [one for one in content.reports if one["gold"]["incident"]]
    pairs = [
        (one["ref"], other["ref"])
        for number, one in enumerate(told)
        for other in told[number + 1 :]
        if one["gold"]["incident"] != other["gold"]["incident"]
        and likeness(one["text"], other["text"]) > NEAR_IDENTICAL
    ]
    if len(pairs) < HARD_NEGATIVES:
        yield f"only {len(pairs)} pairs of like texts on different events"


def weekly(content: Content, areas: tuple[str, ...]) -> list[int]:
    """Count reports that are not part of the rumour by week, this week first."""
    found = Counter(
        one["observed_days_before_now"] // 7
        for one in content.reports
        if one["area"] in areas and not one["gold"]["campaign"]
    )
    return [found[week] for week in range(52)]


def pattern(content: Content) -> Iterator[str]:
    """Check that reports rise in the two areas and the rest of the country stays as it was."""
    for area in PATTERN_AREAS:
        series = weekly(content, (area,))
        late, early = sum(series[:12]) / 12, sum(series[12:]) / 40
        if late < RISE * early:
            yield f"{area}: {late:.1f} a week late, {early:.1f} before"
    others = tuple(
        area["pcode"]
        for area in content.country["areas"]
        if area["pcode"] not in (*PATTERN_AREAS, "QZ07")  # Djemra receives who flees
    )
    series = weekly(content, others)
    if sum(series[3:16]) / 13 > 2 * sum(series[16:]) / 36:
        yield "the rest of the country rises before the attacks spread"
