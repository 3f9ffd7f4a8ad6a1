"""The demonstration's reports, assessments and replies are whole, and the checks can fail."""

import copy
from collections.abc import Callable

import pytest

from server.desk.signals import disclosure
from tools.demo import check, names_to_avoid, sheets
from tools.demo.content import Content, JsonObject, read_content


@pytest.fixture(scope="module")
def content() -> Content:
    return read_content()


@pytest.fixture
def spoilt(content: Content) -> Content:
    return copy.deepcopy(content)


@pytest.mark.parametrize("rule", check.RULES, ids=lambda rule: rule.__name__)
def test_the_bundled_content_gives_no_complaint(
    rule: Callable[[Content], object], content: Content
) -> None:
    assert list(rule(content)) == []  # type: ignore[call-overload]  # every rule yields sentences


def _first(content: Content, ref: str) -> JsonObject:
    return next(report for report in content.reports if report["ref"] == ref)


def _double_a_ref(content: Content) -> None:
    _first(content, "e002")["ref"] = "e001"


def _repeat_another_event(content: Content) -> None:
    _first(content, "e005")["gold"]["duplicate_of"] = "e001"


def _see_after_sending(content: Content) -> None:
    _first(content, "e003")["observed_days_before_now"] = 1


def _invent_a_category(content: Content) -> None:
    _first(content, "e003")["category"] = "weather"


def _invent_an_indicator(content: Content) -> None:
    _first(content, "e001")["gold"]["indicators"] = ["15.1"]


def _name_a_real_country(content: Content) -> None:
    _first(content, "e001")["text"] += " Like in Mali."


def _lose_the_arabic(content: Content) -> None:
    content.reports[:] = [one for one in content.reports if one["language"] != "ar"]


def _believe_the_rumour(content: Content) -> None:
    _first(content, "e072")["gold"]["true"] = True


def _quiet_the_last_weeks(content: Content) -> None:
    content.reports[:] = [one for one in content.reports if one["observed_days_before_now"] > 84]


def _ask_for_a_photograph(content: Content) -> None:
    _first(content, "e085")["attachment"]["kind"] = "portrait"


def _lean_on_a_rumour(content: Content) -> None:
    content.assessments[0]["what_we_know"][0]["refs"].append("e072")


def _sign_alone(content: Content) -> None:
    content.assessments[0]["signed_by"] = content.assessments[0]["written_by"]


def _answer_before_the_question(content: Content) -> None:
    content.replies[0]["days_before_now"] = 300


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (_double_a_ref, "used twice"),
        (_repeat_another_event, "another event"),
        (_see_after_sending, "e003: dates"),
        (_invent_a_category, "e003: category weather"),
        (_invent_an_indicator, "e001: indicator 15.1"),
        (_name_a_real_country, "the real name mali occurs"),
        (_lose_the_arabic, "only 0 reports in ar"),
        (_believe_the_rumour, "e072: does not look like a copy"),
        (_quiet_the_last_weeks, "QZ04: 0.0 a week late"),
        (_ask_for_a_photograph, "no scene portrait"),
        (_lean_on_a_rumour, "e072 is not a true coded report"),
        (_sign_alone, "navarit-separation: signatures"),
        (_answer_before_the_question, "is older than the report"),
    ],
)
def test_spoilt_content_is_complained_of(
    spoil: Callable[[Content], None], complaint: str, spoilt: Content
) -> None:
    spoil(spoilt)
    assert any(complaint in sentence for sentence in check.complaints(spoilt))


def test_real_names_are_found_as_whole_words_only() -> None:
    assert names_to_avoid.real_names_in("The Kurds of Mali, not the Malinois.") == ["kurds", "mali"]


def test_every_way_of_hostile_input_is_named_once_and_ends_somewhere(content: Content) -> None:
    inputs = content.hostile["inputs"]
    assert len({one["id"] for one in inputs}) == len(inputs) >= 15
    assert {one["ends"] for one in inputs} == {
        "quarantine",
        "refused_by_relay",
        "opened_inert",
        "opened_attachment_refused",
        "deduplicated",
    }


def test_each_language_is_written_in_its_script(content: Content) -> None:
    ranges = {"ar": ("\u0621", "\u064a"), "ru": ("\u0410", "\u044f"), "uk": ("\u0404", "\u0457")}
    for report in content.reports:
        if report["language"] in ranges:
            low, high = ranges[report["language"]]
            assert any(low <= letter <= high for letter in report["text"]), report["ref"]


def test_one_device_sends_several_reports_and_no_desk_person_is_an_author(content: Content) -> None:
    authors = [report["author"] for report in content.reports]
    assert max(authors.count(author) for author in set(authors)) >= 5
    assert not set(authors) & {person["id"] for person in content.people["people"]}


@pytest.mark.parametrize(
    ("sheet", "complaint"),
    [
        ("@ x1 | a | 3 9 | other | saw\n% new\nhello\n", "needs 7 columns"),
        ("@ x1 | a | 3 9 | other | saw | tesme | here\nhello\n", "must start with %"),
        ("@ x1 | a | 3 9 | other | saw | nowhere | here\n% new\nhello\n", "neither a settlement"),
        ("@ x1 | a | 3 9 | other | saw | tesme | here\n% true=yes\nhello\n", "either new or adm"),
    ],
)
def test_a_sheet_that_cannot_be_read_says_what_to_mend(sheet: str, complaint: str) -> None:
    with pytest.raises(sheets.SheetError, match=complaint):
        sheets.read_reports([("en", sheet)])


def test_a_block_keeps_its_text_and_its_place() -> None:
    sheet = (
        "; note\n@ x1 | heron | 3 9 | marking | saw | tesme | by the well\n% 7.12 adm=B2\na\nb\n"
    )
    (report,) = sheets.read_reports([("en", sheet)])
    assert report["text"] == "a\nb"
    assert report["area"] == "QZ04"
    assert report["gold"]["indicators"] == ["7.12"]
    assert report["place_precision"] == "settlement"


def test_who_passes_on_what_others_wrote_gives_no_coordinates() -> None:
    sheet = "@ x1 | heron | 3 9 | other | quoting | tesme | Tesme\n% new\nforwarded\n"
    (report,) = sheets.read_reports([("en", sheet)])
    assert report["lat"] is None
    assert report["settlement"] == "tesme"


def test_the_assessments_pass_the_desks_own_disclosure_check(content: Content) -> None:
    known = {report["ref"]: report for report in content.reports}
    provinces = [name for area in content.country["areas"] for name in area["name"].values()]
    for one in content.assessments:
        refs = [ref for line in one["what_we_know"] for ref in line["refs"]]
        sealed = [
            disclosure.Sealed(
                text=known[ref]["text"],
                places=(known[ref]["place_text"], *_town_names(content, known[ref])),
                file_names=(f"photo-{ref}.png",),
            )
            for ref in refs
        ]
        disclosure.check([len(set(refs))], _sentences(one), sealed, provinces)


def _town_names(content: Content, report: JsonObject) -> tuple[str, ...]:
    towns = {town["id"]: tuple(town["name"].values()) for town in content.country["settlements"]}
    return towns.get(report["settlement"], ())


def _sentences(assessment: JsonObject) -> list[str]:
    return [
        *(line["text"] for line in assessment["what_we_know"]),
        assessment["how_we_know"],
        *assessment["what_we_do_not_know"],
        *(part for line in assessment["competing_explanations"] for part in line.values()),
        assessment["recommended_step"]["text"],
    ]
