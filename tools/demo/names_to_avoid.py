"""Names of real peoples, faiths, countries and bodies that the demonstration must not contain.

Theory of operation: a desk that is shown to newcomers must not teach anybody to see a real people
as victim or culprit, and no picture of the screen may be passed off as news about a real place. So
the invented texts are searched for the names in ``names_to_avoid.txt``, as whole words, in the
scripts they are written in.
"""

import re
from functools import lru_cache
from pathlib import Path

_WORD = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    sheet = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8")
    lines = [line for line in sheet.splitlines() if not line.startswith(";")]
    return frozenset(" ".join(lines).split())


def real_names_in(text: str) -> list[str]:
    """List the real names that a text contains as whole words."""
    return sorted(set(_WORD.findall(text.lower())) & _names())
