"""Turning texts and questions into the words that are compared.

Theory of operation: both sides are folded in one way, so that what a tired person types finds what
a witness wrote. Case, accents, Arabic vowel signs, hamza seats, lengthening and the several forms
of one letter fall together; digits of every script are one. Words of Arabic script lose the
article and the particles written on to them. Scripts that set no spaces between words are cut into
overlapping pairs of letters. A word of a question matches the beginnings of words, so that endings
need no list; what stands in quotation marks must stand so, and a minus leaves reports out.
"""

import re
import unicodedata
from itertools import pairwise
from typing import Final

SHORTEST_BEGINNING: Final = 3
"""Below this many letters a beginning fits nearly everything, so the whole word must fit."""
MOST_WORDS: Final = 12
"""A question longer than this is a text; each word costs one walk through the index."""
SHORTEST_STEM: Final = 3
"""Arabic roots have three letters; less is never left of a word."""
ID_DIGITS: Final = 8
"""Beginning of a report's id, as pages show it: it is found like a word."""

_YEH, _HEH, _KAF, _ALEF = "\u064a", "\u0647", "\u0643", "\u0627"
ARABIC_LETTERS: Final = (
    dict.fromkeys("\u0649\u06cc\u06d0\u06d2", _YEH)
    | dict.fromkeys("\u0629\u06c3\u06c1\u06be\u06d5", _HEH)
    | dict.fromkeys("\u06a9\u06af", _KAF)
    | {"\u0671": _ALEF, "\u0640": "", "\u0621": ""}
)
"""Letters that Persian, Urdu and Kurdish keyboards, or habit, put for one another; written as
code points because they look alike."""

_WAW: Final = "\u0648"
_ARTICLE: Final = "\u0627\u0644"
_PARTICLES: Final = (
    *(before + _ARTICLE for before in (_WAW, "\u0641", "\u0628", _KAF, "")),
    _WAW + "\u0644\u0644",
    "\u0644\u0644",
)
"""And, so, with, like, nothing, before the article; and-for-the, for-the."""
_ARABIC: Final = re.compile(r"[\u0620-\u06ff]+")
_UNSPACED: Final = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]+"
)
"""Thai, Lao, Burmese, Khmer, kana and Han: written without spaces between words."""
_ASCII_WORD: Final = re.compile(r"[a-z0-9]+")
_PART: Final = re.compile(r'(-?)"([^"]*)"|(-?)(\S+)')


class _Folding(dict[int, str]):
    """One character to what stands for it, learned as texts come."""

    def __missing__(self, code: int) -> str:
        folded = _folded(chr(code))
        self[code] = folded
        return folded


def _folded(character: str) -> str:
    if character in ARABIC_LETTERS:
        return ARABIC_LETTERS[character]
    plain = ""
    for part in unicodedata.normalize("NFKD", character.casefold()):
        kind = unicodedata.category(part)
        if unicodedata.combining(part) and kind == "Mn":
            continue
        digit = unicodedata.digit(part, None)
        if digit is not None:
            plain += str(digit)
        else:
            plain += part if kind[0] in "LNM" else " "
    return ARABIC_LETTERS.get(plain, plain)


_FOLDING: Final = _Folding()


def words_of(text: str) -> list[str]:
    """Cut a text into folded words, in its order.

    Args:
        text: Any text.
    """
    if text.isascii():
        return _ASCII_WORD.findall(text.lower())
    found: list[str] = []
    for word in text.translate(_FOLDING).split():
        if word.isascii():
            found.append(word)
        elif _ARABIC.fullmatch(word):
            found.append(stem(word))
        elif _UNSPACED.search(word):
            found += _pairs(word)
        else:
            found.append(word)
    return found


def stem(word: str) -> str:
    """Take the article and what is written on to it off a folded word of Arabic script."""
    for particle in _PARTICLES:
        if word.startswith(particle) and len(word) - len(particle) >= SHORTEST_STEM:
            return word[len(particle) :]
    if word.startswith(_WAW) and len(word) > SHORTEST_STEM + 1:
        return word[1:]
    return word


def _pairs(word: str) -> list[str]:
    return [one + other for one, other in pairwise(word)] or [word]


def match_of(question: str) -> str:
    """Write a question as the index's own expression; empty when it asks for no word.

    Args:
        question: What a person typed.

    Returns:
        An expression of SQLite FTS5 in which every word is quoted, so that nothing typed is
        taken for an operator.
    """
    wanted: list[str] = []
    unwanted: list[str] = []
    for phrase_minus, phrase, minus, word in _PART.findall(question):
        part = _phrase(phrase) if phrase else _beginning(word)
        if part:
            (unwanted if phrase_minus or minus else wanted).append(part)
    if not wanted:
        return ""
    asked = " AND ".join(wanted[:MOST_WORDS])
    return asked + "".join(f" NOT {part}" for part in unwanted[:MOST_WORDS])


def _phrase(text: str) -> str:
    words = words_of(text)
    return f'"{" ".join(words[:MOST_WORDS])}"' if words else ""


def _beginning(typed: str) -> str:
    words = words_of(typed)
    if not words:
        return ""
    if _UNSPACED.search(typed) or len(words) > 1:
        return f'"{" ".join(words[:MOST_WORDS])}"'
    word = words[0][:ID_DIGITS] if _is_id(words[0]) else words[0]
    return f'"{word}"' + ("*" if len(word) >= SHORTEST_BEGINNING else "")


def _is_id(word: str) -> bool:
    return len(word) > ID_DIGITS and not set(word) - set("0123456789abcdef")
