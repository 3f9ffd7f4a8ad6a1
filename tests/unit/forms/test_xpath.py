"""Conditions of XLSForm: what means the same goes over, and everything else is refused whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.desk.forms.xpath import (
    Asked,
    Condition,
    UnsayableError,
    bounded,
    condition_of,
    plain,
    xpath_of,
)

ASKED = {
    "who": Asked("who", {"army": "army", "police": "police", "1": "v1"}, is_many=False),
    "how": Asked("how", {"a": "a", "b": "b"}, is_many=True),
}
ARMY = {"question": "who", "is": ["army"]}
POLICE = {"question": "who", "is": ["police"]}
A = {"question": "how", "is": ["a"]}


@pytest.mark.parametrize(
    ("xpath", "condition"),
    [
        ("${who} = 'army'", ARMY),
        ('${ who }="army"', ARMY),
        ("selected(${who}, 'army')", ARMY),
        ("${who} = 1", {"question": "who", "is": ["v1"]}),
        ("${who} != 'army'", {"not": ARMY}),
        ("not(not(${who} = 'army'))", ARMY),
        ("${who} != ''", {"question": "who", "is": ["army", "police", "v1"]}),
        ("${how} = ''", {"not": {"question": "how", "is": ["a", "b"]}}),
        ("${who} = 'army' or ${who} = 'police'", {"question": "who", "is": ["army", "police"]}),
        ("${who} = 'army' and selected(${how}, 'a')", {"all": [ARMY, A]}),
        (
            "(${who} = 'army' or selected(${how}, 'a')) and not(${who} = 'police')",
            {"all": [{"any": [ARMY, A]}, {"not": POLICE}]},
        ),
        (
            "${who} = 'army' or ${who} = 'police' and selected(${how}, 'a')",
            {"any": [ARMY, {"all": [POLICE, A]}]},
        ),
    ],
)
def test_a_condition_that_a_form_can_say_goes_over(xpath: str, condition: Condition) -> None:
    assert condition_of(xpath, ASKED) == condition


@pytest.mark.parametrize(
    "xpath",
    [
        "${how} = 'a'",  # this and nothing else, of several
        "${age} > 17",
        "${who} = ${how}",
        "${gone} = 'a'",
        "${who} = 'navy'",
        "count-selected(${how}) > 1",
        "selected(${who}, 'army'",
        "selected(${who} 'army')",
        "${who} = 'army' and",
        "${who}",
        "",
        "true()",
        "'army' = ${who}",
        "pulldata('a', 'b', 'c', 'd') = 'x'",
        "(" * 300 + "${who} = 'army'" + ")" * 300,
        "not(" * 100 + "${who} = 'army'" + ")" * 100,
        "${who} = 'army' and " * 200 + "${who} = 'army'",
        " and ".join(["selected(${how}, 'a')"] * 9),
        "${who} = 'army' ; ${who} = 'police'",
    ],
)
def test_a_condition_that_says_more_is_refused_whole(xpath: str) -> None:
    with pytest.raises(UnsayableError):
        condition_of(xpath, ASKED)


_LEAVES: st.SearchStrategy[Condition] = st.one_of(
    st.lists(st.sampled_from(["army", "police", "v1"]), min_size=1, max_size=3, unique=True).map(
        lambda values: {"question": "who", "is": values}
    ),
    st.lists(st.sampled_from(["a", "b"]), min_size=1, max_size=2, unique=True).map(
        lambda values: {"question": "how", "is": values}
    ),
)
_CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    _LEAVES,
    lambda parts: st.one_of(
        st.lists(parts, min_size=1, max_size=3).map(lambda found: {"all": found}),
        st.lists(parts, min_size=1, max_size=3).map(lambda found: {"any": found}),
        parts.map(lambda found: {"not": found}),
    ),
    max_leaves=6,
)
WRITTEN = {
    "who": Asked("who", {"army": "army", "police": "police", "v1": "v1"}, is_many=False),
    "how": ASKED["how"],
}


@given(_CONDITIONS)
def test_every_condition_of_a_form_goes_out_and_comes_back(condition: Condition) -> None:
    simple = plain(condition)
    try:
        bounded(simple)
    except UnsayableError:
        return
    assert condition_of(xpath_of(simple), WRITTEN) == simple


@given(st.text(alphabet="${}who'army() =!ndt1,selc", max_size=60))
def test_any_text_is_read_or_refused(xpath: str) -> None:
    try:
        condition_of(xpath, ASKED)
    except UnsayableError:
        return
