"""Independent voices: one install, one thread, one text passed on is one voice."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from server.desk.triage.corroboration import CAMPAIGN_INSTALLS, Told, corroboration
from server.desk.triage.likeness import runs_of

TEXTS = (
    "Red crosses were painted on nine doors of our street last night.",
    "My uncle saw three boys with a bucket; the bakery is marked as well.",
    "The teacher says that every house beyond the mill has got a sign.",
    "We woke up and there was paint on the gate, on ours and the neighbours'.",
    "رسموا علامات حمراء على أبواب بيوتنا ليلا",
)


def told(report_id: str, text: str, author: str | None = "", about: str | None = None) -> Told:
    """Give a report of an install that is called like it unless something else is said."""
    return Told(report_id, runs_of(text), report_id if author == "" else author, about)


def test_nothing_is_nothing() -> None:
    found = corroboration([])
    assert (found.reports, found.installs, found.voices, found.campaign) == (0, 0, 0, False)


def test_three_people_in_their_own_words_are_three_voices() -> None:
    found = corroboration([told(str(n), text) for n, text in enumerate(TEXTS[:3])])
    assert (found.reports, found.installs, found.voices) == (3, 3, 3)


def test_one_install_twice_is_one_voice() -> None:
    found = corroboration([told("1", TEXTS[0], "a"), told("2", TEXTS[1], "a")])
    assert (found.installs, found.voices) == (1, 1)


def test_a_thread_is_one_voice_even_where_its_later_reports_name_no_install() -> None:
    found = corroboration([told("1", TEXTS[0]), told("2", TEXTS[1], None, about="1")])
    assert (found.installs, found.voices, found.nameless) == (1, 1, 0)


def test_two_answers_to_a_report_that_is_elsewhere_are_one_voice() -> None:
    found = corroboration(
        [told("1", TEXTS[0], "a", about="9"), told("2", TEXTS[1], "b", about="9")]
    )
    assert found.voices == 1


def test_reports_that_name_no_install_are_one_voice_at_most() -> None:
    found = corroboration([told(str(n), text, None) for n, text in enumerate(TEXTS)])
    assert (found.voices, found.nameless) == (1, len(TEXTS))


def test_a_text_passed_on_is_one_voice_from_two_installs() -> None:
    found = corroboration([told("1", TEXTS[0]), told("2", "Forwarded: " + TEXTS[0])])
    assert (found.installs, found.voices) == (2, 1)


def test_many_installs_with_one_text_are_a_possible_campaign_with_its_reason() -> None:
    copies = [told(str(n), f"{TEXTS[0]} Share {n}") for n in range(CAMPAIGN_INSTALLS)]
    found = corroboration([*copies, told("own", TEXTS[1])])
    assert found.campaign
    assert found.campaign_installs == CAMPAIGN_INSTALLS
    assert found.campaign_percent >= 50
    assert found.voices == 2


def test_a_family_that_passes_a_text_round_is_no_campaign() -> None:
    copies = [told(str(n), TEXTS[0]) for n in range(CAMPAIGN_INSTALLS - 1)]
    assert not corroboration(copies).campaign


def test_one_install_that_repeats_itself_is_no_campaign() -> None:
    copies = [told(str(n), TEXTS[0], "a") for n in range(CAMPAIGN_INSTALLS + 3)]
    assert not corroboration(copies).campaign


REPORTS = st.lists(
    st.tuples(
        st.sampled_from(TEXTS),
        st.sampled_from(["a", "b", "c", "d", "e", None]),
        st.sampled_from(["0", "1", None, None]),
    ),
    max_size=7,
).map(
    lambda drawn: [
        told(str(n), text, author, about) for n, (text, author, about) in enumerate(drawn)
    ]
)


@given(REPORTS)
def test_voices_never_outnumber_installs_nor_installs_reports(reports: list[Told]) -> None:
    found = corroboration(reports)
    assert found.voices <= found.installs <= found.reports == len(reports)
    assert (found.voices > 0) == bool(reports)


@given(REPORTS, st.sampled_from(["new", "a", None]))
def test_a_copy_of_a_text_never_adds_a_voice(reports: list[Told], author: str | None) -> None:
    if reports and reports[0].author:
        copy = Told("copy", reports[0].runs, author)
        # Copies that name no install stand for one nameless voice, which is no copy's.
        if author is not None:
            assert corroboration([*reports, copy]).voices <= corroboration(reports).voices


@given(REPORTS)
def test_the_order_in_which_reports_came_changes_nothing(reports: list[Told]) -> None:
    wanted = corroboration(reports)
    for order in list(permutations(reports[:4]))[:6]:
        assert corroboration([*order, *reports[4:]]) == wanted
