"""What a screen reader is told on every page, and a thread with the desk's answer."""

from typing import Final

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import MakePhone
from tests.browser.support.names import Catalogue, Spoken, spoken_on
from tests.browser.support.phone import Phone, Words
from tests.browser.support.spine import Spine
from tests.browser.support.walk import LANGUAGE_NAMES, PAGES, walk
from tests.browser.test_phone_pages import AXE, RUN_AXE

pytestmark = pytest.mark.browser

LOOKS: Final = ("light", "dark", "sunlight")
ANSWERS: Final = {
    "en": "How many trucks were there? Do not go back to look.",
    "fr": "Combien de camions y avait-il ?",
    "ar": "كم كان عدد الشاحنات؟ لا تعد لتنظر.",
}
OWN_NAMES: Final = frozenset(LANGUAGE_NAMES.values())
"""Languages stand in their own script everywhere."""


@pytest.mark.parametrize("language", LANGUAGE_NAMES)
def test_whatever_is_pressed_or_filled_in_has_a_name_in_the_language_of_the_page(
    make_phone: MakePhone, standing: Spine, language: str
) -> None:
    catalogue = Catalogue(language)
    wrong: list[str] = []

    def visit(name: str, page: Page) -> None:
        # Where the language is chosen, none is spoken yet.
        if name != "language":
            found = [catalogue.wrong(said, OWN_NAMES) for said in spoken_on(page)]
            wrong.extend(f"{name}: {one}" for one in found if one)

    walked = walk(make_phone(), standing.addresses.invite, language, visit)
    assert walked == PAGES
    assert "\n".join(sorted(set(wrong))) == ""


def test_check_of_names_finds_what_is_unnamed_and_what_is_english() -> None:
    catalogue = Catalogue("ar")
    assert catalogue.wrong(Spoken("button", " "), OWN_NAMES)
    assert catalogue.wrong(Spoken("button", "Back"), OWN_NAMES)
    assert catalogue.wrong(Spoken("button", "Remove river.png"), OWN_NAMES)
    assert catalogue.wrong(Spoken("heading", "xyz"), OWN_NAMES)
    assert not catalogue.wrong(Spoken("button", "العودة"), OWN_NAMES)
    assert not catalogue.wrong(Spoken("button", "English"), OWN_NAMES)
    assert not catalogue.wrong(Spoken("button", "1234"), OWN_NAMES)
    assert Catalogue("fr").wrong(Spoken("link", "Carry by hand"), OWN_NAMES)


def answered(phone: Phone, standing: Spine, language: str, words: Words) -> Page:
    """Bring a report to the desk, and open its thread when the desk has asked something."""
    page = phone.page
    page.locator(".primary").click()
    page.locator(".category").first.click()
    page.locator("#text").fill(words.text)
    page.locator("#when input").first.check()
    page.locator(".primary").click()
    page.locator(".seal").wait_for()
    page.locator(".primary").click()
    report = page.locator(".report").first
    for _round in range(2):
        report.wait_for()
        page.locator(".card.link:not(.syncing) button").click()
        page.locator(".result").wait_for()
        standing.pull()
        (found,) = standing.reports(words.text)
        if _round == 0:
            question = ("--text", ANSWERS[language], "--lang", language, "--kind", "question")
            standing.desk("reply", str(found["report_id"]), *question)
            standing.pull()
    page.locator(".report.needs-you").wait_for()
    report.click()
    page.locator(".answer.question").wait_for()
    return page


@pytest.mark.parametrize("language", LANGUAGE_NAMES)
def test_thread_with_a_question_of_the_desk_breaks_no_rule_and_names_everything(
    make_phone: MakePhone, standing: Spine, words: Words, language: str
) -> None:
    phone = make_phone(reduced_motion="reduce")
    page = phone.open(standing.addresses.invite)
    phone.press(LANGUAGE_NAMES[language])
    page.locator(".fingerwords").wait_for()
    page.locator(".primary").click()
    page.locator(".facts").first.wait_for()
    page.locator(".page .row .plain").last.click()
    page.locator(".empty").wait_for()
    answered(phone, standing, language, words)
    assert page.locator(".answer.question .words").get_attribute("lang") == language
    page.evaluate(AXE)
    broken: list[str] = []
    for step in ("thread", "answering"):
        for look in LOOKS:
            page.evaluate("(look) => { document.documentElement.dataset.look = look; }", look)
            broken.extend(f"{step}, {look}: {found}" for found in page.evaluate(RUN_AXE))
        wrong = [Catalogue(language).wrong(said, OWN_NAMES) for said in spoken_on(page)]
        broken.extend(filter(None, wrong))
        if step == "thread":
            page.locator(".primary").click()
            page.locator("#text").wait_for()
    assert broken == []
