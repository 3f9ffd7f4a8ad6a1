"""The checklist of the standard is whole, and what it calls met can be looked up.

That each test it names exists is checked with all documents (`test_documents.py`).
"""

import re
from collections import Counter

from tests.support.sources import ROOT, text_of

ASVS = ROOT / "docs" / "asvs.md"
ROW = re.compile(r"^\| V(\d+)\.(\d+)\.(\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
REQUIREMENTS = {
    1: 27,
    2: 11,
    3: 19,
    4: 10,
    5: 9,
    6: 35,
    7: 18,
    8: 7,
    9: 7,
    10: 29,
    11: 14,
    12: 9,
    13: 13,
    14: 9,
    15: 13,
    16: 16,
    17: 7,
}
"""Requirements of levels 1 and 2 by chapter of ASVS 5.0.0; 253 in all."""

ATTACKED = {
    "session": ("V7.2.4", "V7.3.1", "V7.4.1"),
    "access control": ("V8.2.1", "V8.2.2", "V8.3.1"),
    "forged forms": ("V3.5.1", "V3.5.3"),
    "uploads": ("V5.2.1", "V5.3.1", "V5.3.2", "V5.4.2"),
    "headers": ("V3.4.3", "V3.4.4", "V3.4.5", "V3.4.6"),
    "injection": ("V1.2.1", "V1.2.4", "V1.3.7"),
}
"""Lines that have to be shown by a test, whatever else they name."""


def _rows() -> list[tuple[str, str, str]]:
    found = ROW.findall(text_of(ASVS))
    return [(f"V{a}.{b}.{c}", state.strip(), where) for a, b, c, _, state, where in found]


def test_every_requirement_of_level_2_stands_there_once_and_in_order() -> None:
    numbers = [tuple(map(int, name[1:].split("."))) for name, _, _ in _rows()]
    assert numbers == sorted(set(numbers))
    assert dict(Counter(chapter for chapter, _, _ in numbers)) == REQUIREMENTS


def test_each_is_met_by_something_named_or_not_applicable_or_open_with_words() -> None:
    for name, state, where in _rows():
        assert state in {"met", "not applicable", "open"}, name
        assert where.strip(), name
        if state == "met":
            assert "`" in where or where.startswith("as "), name


def test_lines_about_attacks_are_each_shown_by_a_test() -> None:
    held = {name: (state, where) for name, state, where in _rows()}
    for subject, names in ATTACKED.items():
        for name in names:
            state, where = held[name]
            assert state == "met", (subject, name)
            assert "::test_" in where, (subject, name)


def test_the_count_at_the_top_is_the_list_s() -> None:
    states = Counter(state for _, state, _ in _rows())
    said = f"{states['met']} met, {states['not applicable']} not applicable, {states['open']} open"
    assert said in text_of(ASVS)
