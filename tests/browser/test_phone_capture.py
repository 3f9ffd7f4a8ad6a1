"""Camera and microphone within the app, and the voice that becomes another one."""

import subprocess
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import MakePhone
from tests.browser.support.delivered import attachments_of
from tests.browser.support.phone import FLAGS, Phone, Words
from tests.browser.support.spine import REPOSITORY, Spine

pytestmark = pytest.mark.browser

FAKE: Final = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
SPOKEN: Final = "I recorded my report as a voice note."
CALLS: Final = """() => {
  window.heard = [];
  const start = MediaRecorder.prototype.start;
  MediaRecorder.prototype.start = function (...parts) {
    window.heard.push(this.stream.getAudioTracks()[0]?.label ?? "no sound");
    return start.apply(this, parts);
  };
}"""
MASKED: Final = """async ([pitches, mask]) => {
  const rate = 16000;
  const pitchOf = (samples) => {
    let [best, lag] = [0, 0];
    for (let at = Math.floor(rate / 400); at < rate / 70; at += 1) {
      let sum = 0;
      for (let index = rate; index < rate + 4000; index += 1) {
        sum += samples[index] * samples[index + at];
      }
      // A multiple of the true lag fits as well: it must be clearly better to be taken.
      if (sum > best * 1.1) [best, lag] = [sum, at];
    }
    return rate / lag;
  };
  const render = async (pitch, isMasked) => {
    const context = new OfflineAudioContext(1, rate * 2, rate);
    const voice = new OscillatorNode(context, { type: "sawtooth", frequency: pitch || 100 });
    const loud = new GainNode(context, { gain: pitch ? 0.3 : 0 });
    voice.connect(loud);
    (isMasked ? voiceMask.masked(context, loud, mask) : loud).connect(context.destination);
    voice.start();
    return (await context.startRendering()).getChannelData(0);
  };
  const found = [];
  for (const pitch of pitches) {
    found.push([pitchOf(await render(pitch, false)), pitchOf(await render(pitch, true))]);
  }
  const loudest = (most, one) => Math.max(most, Math.abs(one));
  const silence = (await render(0, true)).subarray(rate).reduce(loudest, 0);
  return [found, silence];
}"""


def camera_phone(make_phone: MakePhone, desk: Spine, *flags: str, **more: object) -> Phone:
    """A phone with a camera and a microphone that a browser makes up."""
    phone = make_phone(args=[*FLAGS, *flags], **more)
    phone.join(desk.addresses.invite)
    return phone


def attached(desk: Spine, phone: Phone, words: Words) -> dict[str, object]:
    """The one file of a report, as the desk has it."""
    phone.seal()
    phone.send_everything()
    desk.pull()
    (report,) = desk.reports(words.text)
    (attachment,) = attachments_of(report)
    assert attachment["complete"] is True
    kept: dict[str, object] = attachment
    return kept


def test_photo_taken_in_the_app_reaches_the_desk(
    make_phone: MakePhone, standing: Spine, words: Words
) -> None:
    phone = camera_phone(make_phone, standing, *FAKE)
    phone.begin(words)
    phone.press("Take a photo")
    phone.page.wait_for_function("() => document.querySelector('video')?.videoWidth > 0")
    phone.press("Take it now")
    phone.wait_for(".attached", "photo.jpg", "sealed")
    assert phone.page.locator("video").count() == 0
    attachment = attached(standing, phone, words)
    assert (attachment["name"], attachment["mime"]) == ("photo.jpg", "image/jpeg")


def test_film_recorded_in_the_app_reaches_the_desk(
    make_phone: MakePhone, standing: Spine, words: Words
) -> None:
    phone = camera_phone(make_phone, standing, *FAKE)
    phone.begin(words)
    phone.press("Record a film")
    phone.press("Start recording")
    phone.wait_for(".recording", "0:02")
    phone.press("Stop and add it")
    phone.wait_for(".attached", "film.webm", "sealed")
    assert attached(standing, phone, words)["mime"] == "video/webm"


@pytest.mark.parametrize("is_masked", [True, False])
def test_voice_note_stands_in_for_words_and_is_masked_unless_declined(
    make_phone: MakePhone, standing: Spine, is_masked: bool
) -> None:
    phone = camera_phone(make_phone, standing, *FAKE)
    phone.page.evaluate(CALLS)
    phone.begin(Words(text=""))
    phone.press("Speak instead of writing")
    expect(phone.page.get_by_label("Change my voice")).to_be_checked()
    if not is_masked:
        phone.page.get_by_label("Change my voice").uncheck()
        phone.wait_for(".hint", "Whoever knows your voice can tell that it is you.")
    phone.press("Start recording")
    phone.wait_for(".recording", "0:01")
    phone.press("Stop and add it")
    said = "Your voice was changed in it." if is_masked else "Your voice was not changed in it."
    phone.wait_for(".attached", "voice.webm", said)
    # The recorder hears the microphone, or only what comes out of the mask.
    (heard,) = phone.page.evaluate("() => window.heard")
    assert ("MediaStreamAudioDestinationNode" in heard) is is_masked
    expect(phone.page.get_by_label("What happened?")).to_have_value(SPOKEN)
    phone.page.get_by_role("button", name="Remove voice.webm").click()
    expect(phone.page.get_by_label("What happened?")).to_have_value("")


def test_refused_camera_and_microphone_are_said_and_another_way_is_shown(
    make_phone: MakePhone, standing: Spine, words: Words
) -> None:
    phone = camera_phone(
        make_phone, standing, "--use-fake-device-for-media-stream", "--deny-permission-prompts"
    )
    phone.begin(words)
    for way in ("Take a photo", "Speak instead of writing"):
        phone.press(way)
        if way != "Take a photo":
            phone.press("Start recording")
        phone.wait_for("[role=alert]", "The phone does not let this app use the camera")
        assert phone.page.get_by_label("Use the phone's own app").count() == 1
        phone.press("Cancel")


def test_leaving_the_page_lets_go_of_the_camera(
    make_phone: MakePhone, standing: Spine, words: Words
) -> None:
    phone = camera_phone(make_phone, standing, *FAKE)
    phone.begin(words)
    phone.press("Take a photo")
    phone.page.wait_for_function("() => document.querySelector('video')?.videoWidth > 0")
    phone.page.evaluate(
        "() => { window.track = document.querySelector('video').srcObject.getTracks()[0]; }"
    )
    phone.press("Back")
    phone.heading("Your reports")
    assert phone.page.evaluate("() => window.track.readyState") == "ended"


def test_masked_voice_has_the_pitch_of_the_mask_whoever_speaks(
    chromium: Browser, tmp_path: Path
) -> None:
    built = tmp_path / "mask.js"
    source = REPOSITORY / "client_sync/phone/src/media/voice_mask.ts"
    command = [str(REPOSITORY / "node_modules/.bin/esbuild"), str(source)]
    subprocess.run(
        [*command, "--bundle", "--format=iife", "--global-name=voiceMask", f"--outfile={built}"],
        check=True,
    )
    page = chromium.new_page()
    page.add_script_tag(path=built)
    mask = {"humHz": 110, "shift": 1.2}
    found, silence = page.evaluate(MASKED, [[125, 170, 215], mask])
    page.close()
    for (before, after), pitch in zip(found, (125, 170, 215), strict=True):
        assert before == pytest.approx(pitch, rel=0.03)
        assert after == pytest.approx(110, rel=0.03)
    assert silence < 0.001
