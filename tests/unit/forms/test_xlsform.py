"""XLSForm in and out: what can be said goes over, and the rest is named by its cell."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from schemas.forms import BUNDLED_KEYS, bundled_document
from schemas.wire.forms import form_of
from server.desk.forms.checking import troubles
from server.desk.forms.findings import Kind
from server.desk.forms.reading import read_workbook
from server.desk.forms.xlsform import imported
from server.desk.forms.xlsform_out import tables
from server.desk.forms.xlsx import packed
from tests.unit.forms.spreadsheets import (
    ANSWERS,
    SETTINGS,
    SURVEY,
    file_of,
    found,
    imported_file,
    repacked,
)


@pytest.mark.parametrize("key", BUNDLED_KEYS)
def test_a_form_goes_out_and_comes_back_as_it_was(key: str) -> None:
    document = bundled_document(key)
    made = imported(read_workbook(packed(tables(document))))
    assert made.document == {part: one for part, one in document.items() if part != "version"}
    assert made.findings == ()


def test_an_export_is_the_same_file_each_time() -> None:
    document = bundled_document("conduct")
    assert packed(tables(document)) == packed(tables(document))


def test_questions_of_every_kind_go_over_in_two_languages() -> None:
    survey = [
        [*SURVEY, "constraint", "hint::English (en)", "hint::French (fr)"],
        ["note", "first", "Only what you saw.", "Seulement ce que vous avez vu."],
        ["select_one source", "from", "Where from?", "D'où ?", "yes"],
        ["integer", "far", "How far?", "À quelle distance ?", "", "${from} = 'well'", ". <= 90"],
        [
            "text",
            "who",
            "Who says so?",
            "Qui le dit ?",
            "no",
            "",
            "string-length(.) < 101",
            "A",
            "B",
        ],
        ["date", "since", "Since when?", "Depuis quand ?", "TRUE"],
        ["select_multiple source", "before", "And before?", "Et avant ?"],
    ]
    made = imported_file(survey, ANSWERS)
    assert made.findings == ()
    form = form_of({**made.document, "version": 1000})
    assert [(one.key, one.type.value) for one in form.questions] == [
        ("from", "choice"),
        ("far", "number"),
        ("who", "text"),
        ("since", "date"),
        ("before", "choices"),
    ]
    assert form.title == {"en": "Water", "fr": "Eau"}
    assert form.note == {"en": "Only what you saw.", "fr": "Seulement ce que vous avez vu."}
    assert [one.value for one in form.categories] == ["deprivation", "attack"]
    assert [one.is_required for one in form.questions] == [True, False, False, True, False]
    assert (form.questions[1].most, form.questions[2].most) == (90, 100)
    assert made.document["questions"][1]["when"] == {"question": "from", "is": ["well"]}


def test_every_cell_that_does_not_go_over_is_named() -> None:
    survey = [
        [*SURVEY, "appearance", "constraint", "label::Klingon"],
        ["start", "start"],
        ["geopoint", "place", "Where?", "Où ?"],
        ["integer", "Age-1", "How old?", "Quel âge ?", "maybe", "", "likert", ". mod 2 = 0", "QaH"],
        ["select_one nowhere", "what", "What?", "Quoi ?"],
        ["select_one source or_other", "from", "From ${what}?", "D'où ?"],
        ["text", "why", "Why?", "", "", "${age} > 17"],
        ["text", "from", "Again?", "Encore ?"],
        ["text", "", "Nameless?", "Sans nom ?"],
        ["calculate", "sum", "", ""],
    ]
    choices = [*ANSWERS, ["idle", "a", "A", "A"], ["source", "", "Lost", "Perdu"]]
    made = imported_file(survey, choices, entities=[["list_name"], ["people"]])
    assert found(made) == [
        ("entities", "sheet"),
        ("survey!A2", "metadata"),
        ("survey!A3", "type"),
        ("survey!B4", "name"),
        ("survey!E4", "required"),
        ("survey!H4", "constraint"),
        ("survey!A5", "no-list"),
        ("survey!A6", "or-other"),
        ("survey!C6", "reference"),
        ("survey!C7", "translation-missing"),
        ("survey!F7", "relevant"),
        ("survey!B8", "name-twice"),
        ("survey!C9", "row"),
        ("survey!A10", "type"),
        ("survey!G4", "column"),
        ("survey!I4", "language"),
        ("choices!A6", "row"),
        ("choices!A5", "list-unused"),
    ]
    assert [one["key"] for one in made.document["questions"]] == ["age_1", "from", "why"]


def test_what_pyxform_has_to_say_is_told_too() -> None:
    made = imported_file([SURVEY, ["txt", "a", "A", "A"], ["text", "b", "B", "B"]])
    said = [one.values["text"] for one in made.findings if one.code == "pyxform"]
    assert said == ["Unknown question type 'txt'."]
    assert [one["key"] for one in made.document["questions"]] == ["b"]


def test_a_formula_is_named_and_never_computed() -> None:
    file = file_of([SURVEY, ["text", "a", "A", "A"], ["text", "b", "B", "B"]])
    cell = b'<c r="C3" t="inlineStr"><is><t xml:space="preserve">B</t></is></c>'
    name = "xl/worksheets/sheet1.xml"
    with ZipFile(BytesIO(file)) as archive:
        sheet = archive.read(name)
    assert cell in sheet
    changed = sheet.replace(cell, b'<c r="C3"><f>HYPERLINK("http://x.example")</f><v>1</v></c>')
    made = imported(read_workbook(repacked(file, {name: changed})))
    assert found(made) == [("survey!C3", "cell"), ("survey!C3", "translation-missing")]
    assert made.document["questions"][1]["label"] == {"fr": "B"}


def test_a_label_that_begins_like_a_formula_stays_a_label() -> None:
    made = imported_file([SURVEY, ["text", "a", "=1+1", "=HYPERLINK(1)"]])
    assert made.findings == ()
    assert made.document["questions"][0]["label"] == {"en": "=1+1", "fr": "=HYPERLINK(1)"}


def test_groups_become_one_list_and_repeats_are_left_out() -> None:
    survey = [
        SURVEY,
        ["select_one source", "from", "Where from?", "D'où ?"],
        ["begin group", "more", "About the well", "Le puits", "", "${from} = 'well'"],
        ["text", "deep", "How deep?", "Profondeur ?"],
        ["select_one source", "else", "What else?", "Quoi d'autre ?", "", "${from} != 'river'"],
        ["end group"],
        ["begin_repeat", "people", "Each person", "Chacun"],
        ["text", "person", "Who?", "Qui ?"],
        ["end_repeat"],
        ["text", "last", "Last?", "Fin ?"],
        ["end group"],
    ]
    made = imported_file(survey, ANSWERS)
    well, not_river = {"question": "from", "is": ["well"]}, {"question": "from", "is": ["river"]}
    assert [(one["key"], one.get("when")) for one in made.document["questions"]] == [
        ("from", None),
        ("deep", well),
        ("else", {"all": [well, {"not": not_river}]}),
        ("last", None),
    ]
    assert found(made) == [
        ("survey!A3", "group-flat"),
        ("survey!C3", "group-label"),
        ("survey!A7", "repeat"),
        ("survey!A8", "inside-repeat"),
        ("survey!A11", "group-end"),
    ]


def test_a_note_above_a_question_is_its_hint_and_one_elsewhere_is_named() -> None:
    survey = [
        SURVEY,
        ["text", "one", "One?", "Un ?"],
        ["note", "n1", "Roughly is enough.", "À peu près suffit."],
        ["text", "two", "Two?", "Deux ?"],
        ["note", "n2", "Thank you.", "Merci."],
    ]
    made = imported_file(survey)
    assert found(made) == [("survey!C3", "note-as-hint"), ("survey!C5", "note")]
    assert [one.kind for one in made.findings] == [Kind.CHANGED, Kind.LOST]
    assert made.document["questions"][1]["hint"]["en"] == "Roughly is enough."


def test_numbers_as_names_of_answers_go_over_with_their_conditions() -> None:
    choices = [CHOICES_PLAIN, ["yn", "1", "Yes"], ["yn", "0", "No"]]
    survey = [
        ["type", "name", "label", "relevant"],
        ["select_one yn", "q", "Well?"],
        ["text", "why", "Why?", "${q} = 1"],
    ]
    made = imported_file(survey, choices, settings=[["form_title"], ["Simple"]])
    assert made.document["title"] == {"en": "Simple"}
    assert made.document["questions"][1]["when"] == {"question": "q", "is": ["v1"]}
    assert found(made) == [
        ("survey!C1", "no-language"),
        ("choices!B2", "name"),
        ("choices!B3", "name"),
        ("settings!A2", "no-form-id"),
        ("settings!A2", "no-categories"),
    ]


CHOICES_PLAIN = ["list_name", "name", "label"]


def test_a_file_with_too_much_is_a_draft_that_says_what_is_too_much() -> None:
    rows = [["text", f"q{n}", "x" * (200 if n == 1 else 5), "y"] for n in range(30)]
    made = imported_file([SURVEY, *rows])
    assert found(made) == [("survey!C3", "too-long"), ("survey!A1", "too-many-questions")]
    assert [(one.place, one.code) for one in troubles(made.document)] == [
        ("form", "too-many-questions"),
        ("q1", "long-label"),
    ]


def test_a_title_in_one_language_stands_for_all_and_is_named() -> None:
    settings = [SETTINGS[0][:1] + SETTINGS[0][2:], SETTINGS[1][:1] + SETTINGS[1][2:]]
    made = imported_file([SURVEY, ["text", "a", "A", "B"]], settings=settings)
    assert made.document["title"] == {"en": "Water", "fr": "Water"}
    assert found(made) == [("settings!A2", "title-once")]
