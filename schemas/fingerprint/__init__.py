"""A desk's fingerprint in words that two people can compare aloud.

Theory of operation: each of the first ten bytes of the desk id names one word of a list. The lists
of all languages say the same things in the same order, so a poster in one language can be compared
with a phone in another by anybody who speaks both.

Spec: docs/spec/fingerprint.md
"""

import json
from functools import cache
from importlib import resources

from schemas.constants import DESK_ID_BYTES, FINGERPRINT_WORDS
from schemas.errors import ContractError

LANGUAGES = ("en", "fr", "ar")


def fingerprint_words(desk_id: bytes, language: str) -> tuple[str, ...]:
    """Say a desk id in words.

    Args:
        desk_id: 16 bytes.
        language: One of `LANGUAGES`.

    Returns:
        Ten words; the order matters.

    Raises:
        ContractError: `bad-fingerprint` for another length or a language without a list.
    """
    if len(desk_id) != DESK_ID_BYTES or language not in LANGUAGES:
        raise ContractError("bad-fingerprint", "16 bytes, and a language with a list")
    words = word_list(language)
    return tuple(words[byte] for byte in desk_id[:FINGERPRINT_WORDS])


@cache
def word_list(language: str) -> tuple[str, ...]:
    """Read the 256 words of a language."""
    text = (resources.files(__name__) / f"{language}.json").read_text("utf-8")
    return tuple(json.loads(text)["words"])


def words_language(wanted: str) -> str:
    """Choose the list for a reader: their own language's, or English."""
    return wanted if wanted in LANGUAGES else LANGUAGES[0]
