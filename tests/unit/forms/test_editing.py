"""Changes to a draft by the editor's page, and what a publication changes for people."""

from hypothesis import given
from hypothesis import strategies as st

from schemas.forms import BUNDLED_KEYS, bundled_document
from server.desk.forms import editing
from server.desk.forms.difference_words import SENTENCES
from server.desk.forms.differences import differences
from server.desk.forms.question_fields import condition_fields, filled
from tools.vectors.form_samples import form, option, question

ARMY = {"question": "who", "is": ["army"]}
WHO = question("who", "choice", options=[option("army"), option("police"), option("gang")])


def test_conditions_follow_a_question_and_an_answer_that_are_renamed() -> None:
    document = form(questions=[WHO, question("unit", "text", when={"not": ARMY})])
    sent = filled(
        {
            "type": "choice",
            "key": "Actor",
            "label_en": "Who?",
            "value_0": "soldiers",
            "was_0": "army",
            "option_0_en": "Soldiers",
            "option_1_en": "Police",
            "value_1": "police",
            "was_1": "police",
        },
        WHO,
        ["en"],
        ["unit"],
    )
    changed = editing.put(document, 0, sent.question, sent.renamed)
    assert [one["key"] for one in changed["questions"]] == ["actor", "unit"]
    assert changed["questions"][1]["when"] == {"not": {"question": "actor", "is": ["soldiers"]}}
    assert document["questions"][1]["when"] == {"not": ARMY}  # type: ignore[index]


def test_answers_are_added_removed_and_moved_by_plain_fields() -> None:
    fields = {f"option_{n}_en": word for n, word in enumerate("abc")}
    fields |= {f"order_{n}": str(n + 1) for n in range(6)}
    fields |= {"type": "choices", "remove_1": "yes", "order_0": "3", "option_4_en": "New one"}
    sent = filled(fields, WHO, ["en"], [])
    assert [one["value"] for one in sent.question["options"]] == ["c", "a", "new_one"]


def test_what_is_typed_badly_is_left_out_or_kept_for_the_check() -> None:
    fields = {"type": "number", "least": "-3", "most": "٩", "label_en": "a\x00\nb", "key": "É é"}
    sent = filled(fields, question("old", "text"), ["en"], [])
    assert sent.question == {"key": "q", "type": "number", "label": {"en": "a b"}}
    assert filled({"type": "bogus"}, question("old", "date"), ["en"], []).question["type"] == "date"


def test_a_condition_of_rows_comes_back_as_it_was_and_a_longer_one_is_kept() -> None:
    police = {"question": "who", "is": ["police"]}
    for when in (
        ARMY,
        {"not": ARMY},
        {"all": [ARMY, {"not": police}]},
        {"any": [ARMY, {"question": "how", "is": ["a"]}]},
        {"question": "who", "is": ["army", "police"]},
        {"all": [{"any": [ARMY, {"not": police}]}, ARMY]},
    ):
        before = question("q", "text", when=when)
        shown = condition_fields(before)
        fields = {"type": "text", "when": shown.mode}
        for number, row in enumerate(shown.rows):
            fields |= {f"sign_{number}": row.sign, f"answer_{number}": row.answer}
        assert filled(fields, before, ["en"], []).question["when"] == when
    assert condition_fields(question("q", "text")).mode == "always"


def test_a_language_is_added_empty_and_removed_whole_and_the_last_one_stays() -> None:
    document = form(questions=[WHO])
    both = editing.with_language(document, "fr")
    assert both["title"] == {"en": "A sample", "fr": ""}
    assert both["questions"][0]["options"][0]["label"] == {"en": "army", "fr": ""}
    assert editing.without_language(both, "fr") == document
    assert editing.without_language(document, "en") == document


def test_questions_move_and_go() -> None:
    document = form(questions=[question(key, "text") for key in "abc"])
    keys = [one["key"] for one in editing.moved(document, 2, -1)["questions"]]
    assert keys == ["a", "c", "b"]
    assert editing.moved(document, 0, -1) == document
    assert [one["key"] for one in editing.without_question(document, 0)["questions"]] == ["b", "c"]
    assert editing.with_question(document, "date")["questions"][-1]["key"] == "question"


def test_every_change_for_people_is_said_and_an_unchanged_form_says_nothing() -> None:
    before = form(questions=[WHO, question("gone", "text"), question("n", "number", most=5)])
    gang = {"value": "gang", "label": {"en": "A gang"}}
    who = WHO | {"label": {"en": "Who was it?"}, "options": [option("army"), gang, option("x")]}
    after = form(
        title={"en": "Another"},
        categories=["taken"],
        optional=True,
        note={"en": "Why"},
        questions=[
            question("n", "text", required=True, when=ARMY, most=4, hint={"en": "h"}),
            who,
            question("fresh", "date"),
        ],
    )
    found = [one.code for one in differences(before, after, "en")]
    assert set(found) == {
        "title",
        "note",
        "category-new",
        "category-gone",
        "offered",
        "hint",
        "type",
        "needed",
        "limits",
        "condition",
        "label",
        "options-new",
        "options-gone",
        "option",
        "question-new",
        "question-gone",
        "order",
    }
    assert set(found) <= set(SENTENCES)
    assert [one.code for one in differences(None, after, "en")] == ["new"]
    for key in BUNDLED_KEYS:
        assert differences(bundled_document(key), bundled_document(key), "fr") == ()


@given(st.dictionaries(st.text(max_size=12), st.text(max_size=30), max_size=20))
def test_any_fields_make_a_question_that_can_be_shown_again(fields: dict[str, str]) -> None:
    sent = filled(fields, WHO, ["en", "fr"], ["a"])
    condition_fields(sent.question)
    assert sent.question["key"]
