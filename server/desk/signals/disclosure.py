"""The check before anything leaves the desk.

Theory of operation: the numbers that leave must stand for at least five reports, because a
smaller cell can point to a person. The words that leave must not carry a witness's own words, the
name of a place below the province, a coordinate, a report's id or the name of a file. Copied words
are found as runs of eight words in common with any report behind the signal: shorter runs happen
by chance. The check can only catch what it knows; it does not replace the second reader.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from server.desk.signals.errors import DisclosureRefusedError

FEWEST_REPORTS: Final = 5
"""Smallest cell that leaves the desk (k)."""
COPIED_WORDS: Final = 8
SHORTEST_PLACE_CHARACTERS: Final = 4
"""Shorter place words are also ordinary words."""

_WORD = re.compile(r"\w+")
_COORDINATE = re.compile(r"-?\d{1,3}\.\d{3,}")
_REPORT_ID = re.compile(r"\b[0-9a-f]{8,64}\b")


class Refusal(StrEnum):
    """Which rule refuses; stable words."""

    SMALL_CELL = "small-cell"
    WITNESS_WORDS = "witness-words"
    PRECISE_PLACE = "precise-place"
    COORDINATE = "coordinate"
    REPORT_ID = "report-id"
    FILE_NAME = "file-name"


@dataclass(frozen=True, slots=True, repr=False)
class Sealed:
    """What of one report must not leave.

    Attributes:
        places: Names of the place as the witness wrote it.
        file_names: Names of its files.
    """

    text: str
    places: tuple[str, ...]
    file_names: tuple[str, ...]

    def __repr__(self) -> str:
        """Hide everything."""
        return "<Sealed>"


def check(
    cells: Iterable[int],
    texts: Sequence[str],
    reports: Iterable[Sealed],
    allowed_places: Iterable[str],
) -> None:
    """Refuse what would give too much away.

    Args:
        cells: Counts of reports that would be published.
        texts: Words that would be published.
        reports: What must stay sealed.
        allowed_places: Names of provinces and countries, in any language.

    Raises:
        DisclosureRefusedError: Naming every rule that refuses.
    """
    found: list[Refusal] = []
    if any(count < FEWEST_REPORTS for count in cells):
        found.append(Refusal.SMALL_CELL)
    if any(_COORDINATE.search(text) for text in texts):
        found.append(Refusal.COORDINATE)
    if any(_looks_like_an_id(text) for text in texts):
        found.append(Refusal.REPORT_ID)
    found += _given_away(texts, list(reports), allowed_places)
    if found:
        raise DisclosureRefusedError(tuple(kind.value for kind in found))


def _looks_like_an_id(text: str) -> bool:
    # Eight digits in a row may be a date; an id of that length nearly always holds a letter.
    return any(not match.group().isdigit() for match in _REPORT_ID.finditer(text))


def _given_away(
    texts: Sequence[str], reports: Sequence[Sealed], allowed_places: Iterable[str]
) -> list[Refusal]:
    said = [_words(text) for text in texts]
    lines = [" ".join(words) for words in said]
    runs = {run for words in said for run in _runs(words)}
    allowed = {" ".join(_words(name)) for name in allowed_places}
    kinds = []
    if any(run in runs for report in reports for run in _runs(_words(report.text))):
        kinds.append(Refusal.WITNESS_WORDS)
    if any(_names_place(lines, report.places, allowed) for report in reports):
        kinds.append(Refusal.PRECISE_PLACE)
    names = [name.casefold() for report in reports for name in report.file_names]
    if any(name in text.casefold() for name in names for text in texts):
        kinds.append(Refusal.FILE_NAME)
    return kinds


def _names_place(lines: Sequence[str], places: Sequence[str], allowed: set[str]) -> bool:
    for place in places:
        name = " ".join(_words(place))
        if name in allowed or len(name) < SHORTEST_PLACE_CHARACTERS:
            continue
        if any(f" {name} " in f" {line} " for line in lines):
            return True
    return False


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _runs(words: Sequence[str]) -> Iterable[tuple[str, ...]]:
    return (
        tuple(words[start : start + COPIED_WORDS]) for start in range(len(words) - COPIED_WORDS + 1)
    )
