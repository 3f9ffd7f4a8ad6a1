"""After a report: an answer to the desk, taking it back, asking for silence, removing it."""

import pytest
from playwright.sync_api import expect

from tests.browser.support.phone import ANSWERED, AT_DESK, Phone, Words
from tests.browser.support.spine import Spine

pytestmark = pytest.mark.browser

NEEDS_YOU = "Needs you"
QUESTION = "How many trucks were there?"


def at_desk(standing: Spine, phone: Phone, words: Words) -> str:
    """Bring a report to the desk; give its id."""
    phone.write(words)
    phone.send_everything()
    standing.pull()
    phone.send()
    phone.shows(AT_DESK)
    (report,) = standing.reports(words.text)
    return str(report["report_id"])


def test_question_of_the_desk_needs_the_person_until_it_is_answered(
    standing: Spine, phone: Phone, words: Words
) -> None:
    report_id = at_desk(standing, phone, words)
    standing.desk("reply", report_id, "--text", QUESTION, "--kind", "question")
    standing.pull()
    phone.send()
    phone.shows(NEEDS_YOU)
    phone.reports.first.click()
    expect(phone.page.get_by_text(QUESTION)).to_be_visible()
    phone.press("Answer the desk")
    phone.heading("Answer the desk")
    expect(phone.page.get_by_text(QUESTION)).to_be_visible()
    answer = f"Two, and a car. {words.text}"
    phone.page.get_by_label("Your answer").fill(answer)
    phone.press("Seal the answer")
    phone.heading("Saved and sealed")
    phone.press("Done")
    phone.shows(ANSWERED)
    phone.send_everything()
    standing.pull()
    assert len(standing.reports(answer)) == 1
    phone.send()
    expect(phone.reports).to_contain_text(f"You answered · {AT_DESK}")


def test_answer_that_is_begun_is_kept_and_gone_on_with(
    standing: Spine, phone: Phone, words: Words
) -> None:
    report_id = at_desk(standing, phone, words)
    standing.desk("reply", report_id, "--text", QUESTION, "--kind", "question")
    standing.pull()
    phone.send()
    phone.reports.first.click()
    phone.press("Answer the desk")
    phone.page.get_by_label("Your answer").fill("Two, and")
    phone.press("Back")
    phone.press("Back")
    phone.kill_tab()
    phone.heading("Your reports")
    phone.page.get_by_role("button", name="Go on writing").click()
    phone.heading("Answer the desk")
    expect(phone.page.get_by_label("Your answer")).to_have_value("Two, and")


@pytest.mark.parametrize(
    ("way", "action", "note"),
    [
        ("Take the report back", "Seal: I take it back", "You took it back"),
        (
            "I am not safe, do not contact me",
            "Seal: do not contact me",
            "You asked not to be contacted",
        ),
    ],
)
def test_few_presses_and_no_words_take_back_or_ask_for_silence(
    standing: Spine, phone: Phone, words: Words, way: str, action: str, note: str
) -> None:
    at_desk(standing, phone, words)
    phone.reports.first.click()
    phone.press(way)
    phone.press(action)
    phone.heading("Saved and sealed")
    phone.press("Done")
    phone.send_everything()
    standing.pull()
    phone.send()
    expect(phone.reports).to_contain_text(f"{note} · {AT_DESK}")


def test_removing_a_report_asks_first_and_leaves_no_line(
    standing: Spine, phone: Phone, words: Words
) -> None:
    at_desk(standing, phone, words)
    phone.reports.first.click()
    phone.press("Remove")
    asked = phone.page.get_by_role("alertdialog")
    expect(asked).to_be_visible()
    asked.get_by_role("button", name="Remove it").click()
    phone.heading("Your reports")
    expect(phone.reports).to_have_count(0)


def test_file_of_one_report_is_shared_by_the_phones_own_sheet(phone: Phone, words: Words) -> None:
    phone.lose_network()
    phone.page.evaluate(
        """() => {
          navigator.canShare = () => true;
          navigator.share = (data) => {
            window.sharedBytes = data.files[0].size;
            window.sharedName = data.files[0].name;
            return Promise.resolve();
          };
        }"""
    )
    phone.write(words)
    phone.reports.first.click()
    phone.press("Share the file")
    expect(phone.page.locator("#spoken")).to_contain_text("Shared:")
    assert phone.page.evaluate("() => window.sharedName") == "notes.tocsin"
    # Eight bytes of magic, a frame of 1024 and the end.
    assert 1024 < phone.page.evaluate("() => window.sharedBytes") < 1200
