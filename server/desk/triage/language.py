"""Telling which language a text is in, at the desk, without asking anybody.

Theory of operation: the phone says which language its pages were in, which need not be the one a
person wrote in. CLD2 reads the text itself: a table of letter groups inside the library, no file,
no network. It says itself when it is not sure; very short texts and mixtures are guesses, and are
shown as guesses. What it says is shown beside what the phone said and changes nothing.
"""

import unicodedata
from dataclasses import dataclass
from typing import Final

import pycld2

UNKNOWN: Final = "un"
LEAST_SHARE: Final = 10
"""Of a hundred bytes: less of a second language is a name or a loan word."""
LEAST_LETTERS: Final = 12
"""Two short words; below, the library's own best guess is noise ("help us" is sure of nothing)."""


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language of a text.

    Attributes:
        code: ISO 639-1, or what CLD2 calls it where there is none.
        share: Part of the text, 0 to 100.
    """

    code: str
    share: int


@dataclass(frozen=True, slots=True)
class Detected:
    """What was told of a text.

    Attributes:
        tongues: Most of the text first; empty where nothing can be told.
        sure: Whether the library stands by it.
    """

    tongues: tuple[Tongue, ...]
    sure: bool


NOTHING: Final = Detected((), sure=False)


def detect(text: str) -> Detected:
    """Tell the language of a text.

    Args:
        text: Any text; what the library would refuse (control characters) is left out.
    """
    plain = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
    letters = sum(c.isalpha() for c in plain)
    if not letters:
        return NOTHING
    sure, _, found = pycld2.detect(plain)
    if found[0][1] == UNKNOWN and letters >= LEAST_LETTERS:
        sure, (_, _, found) = False, pycld2.detect(plain, bestEffort=True)
    tongues = [Tongue(code, share) for _, code, share, _ in found if code != UNKNOWN]
    kept = tuple(one for one in tongues if one.share >= LEAST_SHARE)
    return Detected(kept, sure=bool(sure) and bool(kept))
