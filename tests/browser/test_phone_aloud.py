"""Reading aloud: by the phone's own voices, the app's own words, until the page is left."""

from collections.abc import Sequence
from typing import Final

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import MakePhone
from tests.browser.support.locking import panic, turn_panic_on
from tests.browser.support.phone import Phone, Words
from tests.browser.support.spine import Spine
from tests.browser.test_phone_pages import AXE, RUN_AXE
from tests.browser.test_phone_thread import QUESTION, at_desk

pytestmark = pytest.mark.browser

VOICES: Final = """(voices) => {
  window.heard = [];
  window.utterances = [];
  window.cancels = 0;
  const voiced = voices.map(([lang, localService]) =>
    ({ lang, localService, default: false, name: lang }));
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  Object.defineProperty(window, "speechSynthesis", { value: {
    getVoices: () => voiced,
    addEventListener: () => undefined,
    speak: (utterance) => {
      window.heard.push([utterance.text, utterance.voice.name]);
      window.utterances.push(utterance);
    },
    cancel: () => { window.cancels += 1; },
  } });
}"""
ON: Final = "() => window.utterances.at(-1).onend()"
HEARD: Final = "() => window.heard"
READ: Final = "Read this page aloud"


def voiced(make_phone: MakePhone, desk: Spine, *voices: tuple[str, bool]) -> Phone:
    """A joined phone with these voices: a language each, and whether it is the phone's own."""
    phone = make_phone(reduced_motion="reduce")
    phone.switch_on()
    phone.context.add_init_script(f"({VOICES})({_as_script(voices)})")
    phone.join(desk.addresses.invite)
    return phone


def _as_script(voices: Sequence[tuple[str, bool]]) -> str:
    listed = ", ".join(f'["{lang}", {str(is_local).lower()}]' for lang, is_local in voices)
    return f"[{listed}]"


def read_to_the_end(phone: Phone) -> list[str]:
    """Press the button and let the voice come to the end of the page; what it said."""
    page = phone.page
    page.evaluate("() => { scrollTo(0, 0); window.heard.length = 0; }")
    phone.press(READ)
    while page.get_by_role("button", name="Stop reading aloud").count():
        page.evaluate(ON)
    heard: list[list[str]] = page.evaluate(HEARD)
    assert {voice for _, voice in heard} == {"en-US"}
    return [text for text, _ in heard]


def test_page_is_read_piece_by_piece_and_never_what_a_person_wrote(
    make_phone: MakePhone, standing: Spine, words: Words
) -> None:
    phone = voiced(make_phone, standing, ("en-US", True))
    page = phone.page
    phone.begin(words)
    page.evaluate(AXE)
    read = read_to_the_end(phone)
    assert read[0] == "Write a report"
    for piece in ("What happened?", "When did it happen?", "Today", "I saw it", "Save and seal"):
        assert piece in read
    assert not any(words.text in text or words.place in text for text in read)
    assert page.evaluate(RUN_AXE) == []


def test_desks_answer_is_not_read(make_phone: MakePhone, standing: Spine, words: Words) -> None:
    phone = voiced(make_phone, standing, ("en-US", True))
    report_id = at_desk(standing, phone, words)
    standing.desk("reply", report_id, "--text", QUESTION, "--kind", "question")
    standing.pull()
    phone.send()
    phone.reports.first.click()
    expect(phone.page.get_by_text(QUESTION)).to_be_visible()
    read_out = read_to_the_end(phone)
    phone.press("Answer the desk")
    phone.heading("Answer the desk")
    read_out += read_to_the_end(phone)
    assert "The desk asks" in " ".join(read_out)
    assert not any(QUESTION in text for text in read_out)


def test_reading_ends_when_the_page_is_left_or_it_is_pressed_again(
    make_phone: MakePhone, standing: Spine
) -> None:
    phone = voiced(make_phone, standing, ("en-US", True))
    page = phone.page
    phone.press(READ)
    phone.press("Stop reading aloud")
    phone.press(READ)
    phone.press("Settings")
    phone.heading("Settings")
    assert page.evaluate("() => window.cancels") == 2
    count = len(page.evaluate(HEARD))
    page.evaluate(ON)
    assert len(page.evaluate(HEARD)) == count, "what was cut off does not go on"


def test_panic_ends_the_reading_and_the_notes_have_no_voice(
    make_phone: MakePhone, standing: Spine
) -> None:
    phone = voiced(make_phone, standing, ("en-US", True))
    turn_panic_on(phone)
    phone.press(READ)
    panic(phone)
    phone.heading("Notes")
    assert phone.page.evaluate("() => window.cancels") == 1
    expect(phone.page.get_by_role("button", name=READ)).to_have_count(0)


def test_voice_of_the_network_or_of_another_language_is_not_offered(
    make_phone: MakePhone, standing: Spine
) -> None:
    phone = voiced(make_phone, standing, ("en-US", False), ("fr-FR", True))
    phone.page.wait_for_load_state("networkidle")
    expect(phone.page.get_by_role("button", name=READ)).to_have_count(0)
    assert phone.page.evaluate(HEARD) == []
