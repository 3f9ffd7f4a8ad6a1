"""The words two reports have in common, as a person reads them: the evidence for a proposal."""

from typing import Final

from server.desk.triage.index.folding import words_of

MOST_SHOWN: Final = 6
"""A line beside the proposal; the longest words tell most, being the rarest as a rule."""
SHORTEST_TELLING: Final = 4
"""Letters: shorter words are nearly all of the kind that every text has."""


def shared_words(text: str, other: str) -> tuple[str, ...]:
    """Name the telling words of a text that another has too, longest first.

    Args:
        text: Words are shown as written here.
        other: Compared after folding, so that case, accents and letter forms do not hide a word.

    Returns:
        At most `MOST_SHOWN` words, each once.
    """
    known = set(words_of(other))
    found: dict[str, str] = {}
    for written in text.split():
        bare = written.strip("".join(c for c in set(written) if not c.isalnum()))
        for word in words_of(bare):
            if word in known and len(word) >= SHORTEST_TELLING:
                found.setdefault(word, bare)
    longest = sorted(found.items(), key=lambda item: -len(item[0]))
    return tuple(dict.fromkeys(shown for _, shown in longest))[:MOST_SHOWN]
