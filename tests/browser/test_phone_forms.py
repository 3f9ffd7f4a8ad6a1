"""The desk's questions on the phone: asked, answered, left out, changed by the desk, sealed."""

import json
import re
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Locator, Page, expect

from schemas.forms import bundled
from tests.browser.conftest import MakePhone
from tests.browser.support.keys import tab_to
from tests.browser.support.phone import AT_DESK, WAITING, Phone, Words
from tests.browser.support.spine import REPOSITORY, Spine
from tests.browser.support.steps import HANDED_OVER

pytestmark = pytest.mark.browser

AXE: Final = (REPOSITORY / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
RUN_AXE: Final = """async () => {
  const run = await axe.run(document, { resultTypes: ["violations"] });
  return run.violations.map((found) =>
    `${found.id}: ${found.nodes.map((node) => node.target.join(" ")).join(", ")}`);
}"""
CONDUCT: Final = "Police, soldiers or armed men"
AFFECTED: Final = "Who is affected"
UNIT: Final = "Which unit or station?"
NUMBER: Final = "How many people did it happen to?"
OWN_CONDUCT: Final = {
    "v": 1,
    "key": "conduct",
    "categories": ["taken"],
    "title": {"en": "The brigades"},
    "questions": [
        {"key": "unit", "type": "text", "label": {"en": "Which brigade?"}},
        {"key": "masked", "type": "yes_no", "label": {"en": "Were they masked?"}},
    ],
}
"""What a desk may ask in the place of the bundled questions."""


def line_of(phone: Phone, title: str) -> Locator:
    """Find the line of a list of questions on the page of the report."""
    return phone.page.get_by_role("button", name=re.compile(f"^{title}"))


def open_form(phone: Phone, title: str) -> None:
    """Open a list of questions."""
    line_of(phone, title).click()
    phone.heading(title)


def done(phone: Phone) -> None:
    """Go back to the report."""
    phone.press("Done")
    phone.heading("Write a report")


def choose(phone: Phone, question: str, *answers: str) -> None:
    """Choose answers of one question."""
    group = phone.page.get_by_role("group", name=question)
    for answer in answers:
        group.get_by_label(answer, exact=True).check()


def forms_at(desk: Spine, phone: Phone, words: Words) -> dict[str, dict[str, object]]:
    """What the desk holds of the answers of a report, once everything was sent."""
    phone.send_everything()
    desk.pull()
    (report,) = desk.reports(words.text)
    forms = report["forms"]
    assert isinstance(forms, list)
    return {f"{one['key']} {one['version']}": one["answers"] for one in forms}


def test_questions_are_asked_and_answered_without_a_network_and_every_answer_is_at_the_desk(
    phone: Phone, standing: Spine, words: Words
) -> None:
    phone.wait_until_offline_ready()
    phone.lose_network()
    phone.close()
    phone.switch_on()
    phone.lose_network()
    phone.open()
    phone.begin(words)
    open_form(phone, CONDUCT)
    choose(phone, "Who were they?", "Army")
    phone.fill(UNIT, "The third, white lorries")
    phone.fill("Uniform, badge or signs", "Green, a lion")
    choose(phone, "What did they do?", "Took people away", "Beat or tortured")
    choose(phone, "What force did they use?", "Guns")
    phone.fill(NUMBER, "٢٠")
    choose(phone, "Did somebody give them orders?", "Yes")
    phone.fill("Who gave the orders?", "A captain")
    done(phone)
    open_form(phone, AFFECTED)
    choose(phone, "Who is affected?", "Men", "Children")
    done(phone)
    phone.seal()
    phone.shows(WAITING)
    phone.find_network()
    assert forms_at(standing, phone, words) == {
        "conduct 1": {
            "who": "army",
            "unit": "The third, white lorries",
            "insignia": "Green, a lion",
            "done": ["beat", "took_away"],
            "force": ["guns"],
            "affected": 20,
            "ordered": "yes",
            "ordered_by": "A captain",
        },
        "affected 1": {"people": ["men", "children"]},
    }
    phone.send()
    phone.shows(AT_DESK)


def test_a_report_needs_no_question_and_says_why_some_are_better_left_out(
    phone: Phone, standing: Spine, words: Words
) -> None:
    phone.begin(words)
    expect(line_of(phone, AFFECTED)).to_have_accessible_description(
        re.compile("You may leave this out.*leave out what could give somebody away")
    )
    open_form(phone, AFFECTED)
    phone.wait_for(".lead", "It can also point to people")
    done(phone)
    phone.seal()
    phone.shows(HANDED_OVER)
    assert forms_at(standing, phone, words) == {}


def test_a_question_that_hangs_on_another_comes_goes_and_comes_back_with_its_words(
    phone: Phone, words: Words
) -> None:
    phone.begin(words)
    open_form(phone, CONDUCT)
    unit = phone.page.get_by_label(UNIT)
    orders = phone.page.get_by_label("Who gave the orders?")
    expect(orders).to_have_count(0)
    choose(phone, "Did somebody give them orders?", "Yes")
    expect(orders).to_be_visible()
    unit.fill("The third")
    choose(phone, "Who were they?", "I do not know")
    expect(unit).to_have_count(0)
    choose(phone, "Who were they?", "Army")
    expect(unit).to_have_value("The third")
    # What is hidden is kept nowhere: a page opened anew does not know it.
    choose(phone, "Who were they?", "I do not know")
    phone.press("Back")
    open_form(phone, CONDUCT)
    choose(phone, "Who were they?", "Army")
    expect(unit).to_have_value("")


def test_answers_of_a_draft_outlive_the_app_also_those_that_do_not_fit(
    phone: Phone, words: Words
) -> None:
    phone.begin(words)
    open_form(phone, CONDUCT)
    choose(phone, "What did they do?", "Beat or tortured")
    phone.fill(NUMBER, "about ten")
    phone.press("Back")
    phone.heading("Write a report")
    expect(line_of(phone, CONDUCT)).to_contain_text("2 answers")
    expect(line_of(phone, CONDUCT)).to_be_focused()
    phone.kill_tab()
    phone.page.get_by_role("button", name=re.compile("^Go on writing")).click()
    open_form(phone, CONDUCT)
    expect(phone.page.get_by_label("Beat or tortured")).to_be_checked()
    expect(phone.page.get_by_label(NUMBER)).to_have_value("about ten")
    expect(phone.page.get_by_label(NUMBER)).to_have_accessible_description(
        re.compile("Write a whole number from 0 to 100,000, in digits.")
    )


def test_sealing_leads_to_the_answer_that_does_not_do_and_loses_no_letter(
    phone: Phone, standing: Spine, words: Words
) -> None:
    phone.begin(words)
    open_form(phone, CONDUCT)
    choose(phone, "What did they do?", "Beat or tortured")
    long = "The third brigade. " * 10
    phone.fill(UNIT, long)
    phone.press("Back")
    phone.press("Save and seal")
    phone.heading(CONDUCT)
    expect(phone.page.get_by_role("group", name="Who were they?")).to_be_focused()
    choose(phone, "Who were they?", "Army")
    phone.press("Done")
    expect(phone.page.get_by_label(UNIT)).to_be_focused()
    expect(phone.page.get_by_label(UNIT)).to_have_value(long)
    expect(phone.page.get_by_label(UNIT)).to_have_accessible_description(
        re.compile("69 characters too many. Shorten it.")
    )
    phone.fill(UNIT, "The third brigade")
    done(phone)
    phone.seal()
    assert forms_at(standing, phone, words) == {
        "conduct 1": {"who": "army", "unit": "The third brigade", "done": ["beat"]}
    }


def test_answers_taken_out_come_back_by_undo_and_otherwise_stay_out(
    phone: Phone, standing: Spine, words: Words
) -> None:
    phone.begin(words)
    open_form(phone, CONDUCT)
    phone.fill(UNIT, "The third")
    phone.press("Take these answers out")
    expect(phone.page.get_by_label(UNIT)).to_have_value("")
    expect(phone.page.get_by_role("group", name="Taken out.")).to_be_focused()
    phone.press("Undo")
    expect(phone.page.get_by_label(UNIT)).to_have_value("The third")
    phone.press("Take these answers out")
    done(phone)
    phone.seal()
    assert forms_at(standing, phone, words) == {}


def test_a_desk_changes_its_questions_and_an_open_draft_asks_anew_and_loses_nothing(
    phone_of_spine: Phone, spine: Spine, words: Words, tmp_path: Path
) -> None:
    phone = phone_of_spine
    phone.begin(words)
    open_form(phone, CONDUCT)
    choose(phone, "Who were they?", "Army")
    choose(phone, "What did they do?", "Beat or tortured")
    phone.fill(UNIT, "The third")
    done(phone)
    phone.press("Back")

    document = tmp_path / "conduct.json"
    document.write_text(json.dumps(OWN_CONDUCT), encoding="utf-8")
    spine.desk("forms", "publish", str(document))
    spine.pull()
    phone.send()
    phone.page.get_by_role("button", name=re.compile("^Go on writing")).click()
    open_form(phone, "The brigades")
    phone.wait_for(".notice", "The desk changed its questions since you answered.")
    expect(phone.page.get_by_label("Which brigade?")).to_have_value("The third")
    choose(phone, "Were they masked?", "Yes")
    gone = phone.page.locator(".attached")
    expect(gone).to_have_count(2)
    gone.filter(has_text="army").get_by_role("button", name="Take it out").click()
    expect(gone).to_have_count(1)
    done(phone)
    phone.seal()
    assert forms_at(spine, phone, words) == {
        "conduct 1000": {"unit": "The third", "masked": "yes", "done": ["beat"]}
    }


def test_answers_for_another_kind_of_report_stay_on_the_page_to_be_looked_at(
    phone: Phone, words: Words
) -> None:
    phone.begin(words)
    open_form(phone, CONDUCT)
    phone.fill(UNIT, "The third")
    phone.press("Back")
    phone.press("Change")
    phone.page.locator(".category").last.click()
    expect(line_of(phone, CONDUCT)).to_contain_text("1 answer")
    open_form(phone, CONDUCT)
    phone.press("Take these answers out")
    done(phone)
    expect(line_of(phone, CONDUCT)).to_have_count(0)


@pytest.mark.parametrize("key", [form.key for form in bundled()])
def test_arabic_questions_run_from_right_to_left_and_break_no_rule_of_accessibility(
    make_phone: MakePhone, standing: Spine, key: str
) -> None:
    phone = make_phone(reduced_motion="reduce")
    page = phone.open()
    phone.press("العربية")
    enter(page, standing.addresses.invite)
    page.locator(".category", has=page.locator("use[href$='#incitement']")).click()
    if key == "conduct":
        page.locator(".chosen button").click()
        page.locator(".category", has=page.locator("use[href$='#attack']")).click()
    page.locator(f"#form-{key}").click()
    field = page.locator(".page [id^=q-]").first
    field.wait_for()
    title = next(form.title["ar"] for form in bundled() if form.key == key)
    phone.heading(title)
    labels = page.locator(".page [lang]")
    assert set(labels.evaluate_all("(all) => all.map((one) => one.lang)")) == {"ar"}
    directions = "(all) => all.map((one) => getComputedStyle(one).direction)"
    assert set(labels.evaluate_all(directions)) == {"rtl"}
    page.evaluate(AXE)
    assert page.evaluate(RUN_AXE) == []


def enter(page: Page, invite: str) -> None:
    """Join a desk and begin a report, by place and not by words."""
    page.locator("#invite").fill(invite)
    page.locator(".primary").click()
    page.locator(".fingerwords").wait_for()
    page.locator(".primary").click()
    page.locator(".facts").first.wait_for()
    page.locator(".page .row .plain").last.click()
    page.locator(".empty").wait_for()
    page.locator(".primary").click()


def test_questions_in_one_language_keep_it_and_its_direction_on_an_arabic_phone(
    make_phone_of_spine: MakePhone, spine: Spine, tmp_path: Path
) -> None:
    document = tmp_path / "conduct.json"
    document.write_text(json.dumps(OWN_CONDUCT), encoding="utf-8")
    spine.desk("forms", "publish", str(document))
    spine.pull()
    phone = make_phone_of_spine()
    page = phone.open()
    phone.press("العربية")
    enter(page, spine.addresses.invite)
    page.locator(".category", has=page.locator("use[href$='#taken']")).click()
    page.locator("#form-conduct").click()
    label = page.get_by_text("Which brigade?")
    assert label.evaluate("(one) => [one.lang, getComputedStyle(one).direction]") == ["en", "ltr"]
    assert page.locator(".page").evaluate("(one) => getComputedStyle(one).direction") == "rtl"


def test_keyboard_alone_answers_the_questions(phone: Phone, standing: Spine, words: Words) -> None:
    page = phone.page
    phone.begin(words)
    line_of(phone, CONDUCT).focus()
    page.keyboard.press("Enter")
    phone.heading(CONDUCT)
    tab_to(page, page.get_by_label("Police", exact=True))
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Army", exact=True)).to_be_checked()
    tab_to(page, page.get_by_label(UNIT))
    page.keyboard.type("The third")
    tab_to(page, page.get_by_label("Beat or tortured"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="Done", exact=True))
    page.keyboard.press("Enter")
    phone.heading("Write a report")
    expect(line_of(phone, CONDUCT)).to_be_focused()
    tab_to(page, page.get_by_role("button", name="Save and seal", exact=True))
    page.keyboard.press("Enter")
    phone.heading("Saved and sealed")
    phone.press("Done")
    assert forms_at(standing, phone, words) == {
        "conduct 1": {"who": "army", "unit": "The third", "done": ["beat"]}
    }
