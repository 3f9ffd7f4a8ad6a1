"""Words of a report that are left out: which, and the text without them.

Theory of operation: a text is cut at its spaces; a person picks words. Picked words that stand
side by side become one span, and every span becomes the same mark, so that neither the length nor
the number of what was left out can be counted. Line ends stay.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

MARK: Final = "█████"
_WORD: Final = re.compile(r"\S{1,24}")
"""Scripts without spaces come in pieces of 24: too much rather than too little is left out."""
_BETWEEN: Final = re.compile(r"[^\S\n]*")
_EDGES: Final = re.compile(r"^\W+|\W+$")


class NoWordError(ValueError):
    """Nothing was picked that the text has."""


@dataclass(frozen=True, slots=True, repr=False)
class Word:
    """One word and where it stands: from `start` to `end`, in characters.

    Attributes:
        gap: The space before it.
    """

    start: int
    end: int
    text: str
    gap: str

    def __repr__(self) -> str:
        """Hide the word."""
        return f"<Word {self.start}>"


def words_of(text: str) -> list[Word]:
    """Cut a text into its words."""
    found: list[Word] = []
    for match in _WORD.finditer(text):
        gap = text[found[-1].end if found else 0 : match.start()]
        found.append(Word(match.start(), match.end(), match.group(), gap))
    return found


def without(text: str, picked: Collection[int], *, everywhere: bool) -> tuple[str, list[str]]:
    """Leave words out of a text.

    Args:
        text: The words of a report.
        picked: Places in :func:`words_of`.
        everywhere: Whether words that are the same, capitals and signs aside, go as well.

    Returns:
        The text that is left, and the spans left out as lines of two numbers.

    Raises:
        NoWordError: Nothing was picked, or a place that is not there.
    """
    words = words_of(text)
    if not picked or not set(picked) <= set(range(len(words))):
        raise NoWordError
    same = {_plain(words[place].text) for place in picked} - {""} if everywhere else set()
    chosen = [
        word for place, word in enumerate(words) if place in picked or _plain(word.text) in same
    ]
    spans = _joined(text, chosen)
    left, at = "", 0
    for start, end in spans:
        left, at = left + text[at:start] + MARK, end
    return left + text[at:], [f"{start} {end}" for start, end in spans]


def _plain(word: str) -> str:
    return _EDGES.sub("", word).casefold()


def _joined(text: str, words: Sequence[Word]) -> list[tuple[int, int]]:
    """Make one span of words with nothing but spaces between them."""
    spans: list[tuple[int, int]] = []
    for word in words:
        if spans and _BETWEEN.fullmatch(text, spans[-1][1], word.start):
            spans[-1] = (spans[-1][0], word.end)
        else:
            spans.append((word.start, word.end))
    return spans
