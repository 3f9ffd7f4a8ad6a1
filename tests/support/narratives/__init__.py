"""Invented narratives with their codings, from a seed, in English, French and Arabic.

Theory of operation: every sentence has four wordings, written to differ in their words; so have
openings and ends. Narrative `n` of part `k` is made of wordings `k` alone. A model that learned
from other parts has therefore seen none of the sentences it is judged by, only other ways to say
like things. What this shows: that it finds an indicator in words it was not taught. What it does
not: that real witnesses write as one author imagines them; see docs/suggestions.md.

Indicators come as often as in the demonstration; the witness's category names a coded one no more
often than there (`tests/unit/suggestions/test_narratives.py`).
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from schemas.domain.vocabulary import Category
from server.desk.suggestions.holding_out import CodedReport
from tests.support.demonstration import coded_reports
from tests.support.dice import Dice

WORDINGS: Final = Path(__file__).parent / "wordings.json"
PARTS: Final = 4
LANGUAGES: Final = ("en", "fr", "ar")
SECOND_IN: Final = 2
"""One narrative in two has a second indicator: 1.7 codings a report in the demonstration."""
MOST_COUNTED: Final = 40
STRANGE_IN_100: Final = 5
"""So many witnesses of a hundred choose a category at random; measured beside the demonstration by
`tests/unit/suggestions/test_narratives.py`."""


@dataclass(frozen=True)
class Wordings:
    """What the file holds."""

    places: Mapping[str, Sequence[str]]
    openings: Mapping[str, Sequence[Sequence[str]]]
    ends: Mapping[str, Sequence[Sequence[str]]]
    indicators: Mapping[str, Mapping[str, Any]]


@cache
def wordings() -> Wordings:
    """Read the wordings."""
    held = json.loads(WORDINGS.read_text(encoding="utf-8"))
    return Wordings(held["places"], held["openings"], held["ends"], held["indicators"])


def narrative(seed: int, part: int, number: int) -> CodedReport:
    """Write one narrative.

    Args:
        seed: Names the series.
        part: 0 to 3: which wordings it may use.
        number: Which of the part; the same on every machine.
    """
    dice = Dice((seed * PARTS + part) * 1_000_000 + number)
    known = wordings()
    lang = dice.choice(LANGUAGES)
    told = [dice.choice(_as_often_as_in_the_demonstration())]
    if dice.number(SECOND_IN) == 0:
        told.append(_akin(told[0], dice))
    words = [known.indicators[name][lang][part] for name in told]
    sentences = [
        dice.choice(known.openings[lang][part]),
        *words,
        dice.choice(known.ends[lang][part]),
    ]
    text = " ".join(one for one in sentences if one).format(
        place=dice.choice(known.places[lang]), n=2 + dice.number(MOST_COUNTED)
    )
    return CodedReport(
        f"narrative-{part}-{number}", (), _category(told[0], dice), text, frozenset(told)
    )


@cache
def _as_often_as_in_the_demonstration() -> Sequence[str]:
    """Name each indicator as many times as the demonstration has it, and once more."""
    counts = Counter(name for one in coded_reports() for name in one.indicators)
    return [name for name in sorted(wordings().indicators) for _ in range(counts[name] + 1)]


def _akin(name: str, dice: Dice) -> str:
    """Draw a second indicator that one of the same categories speaks of."""
    known = wordings().indicators
    own = set(known[name]["categories"])
    near = sorted(one for one, held in known.items() if own & set(held["categories"]))
    return dice.choice(near)


def _category(name: str, dice: Dice) -> Category:
    if dice.number(100) < STRANGE_IN_100:
        return dice.choice(list(Category))
    return Category(dice.choice(wordings().indicators[name]["categories"]))
