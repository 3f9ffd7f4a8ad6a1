"""What is asked about a file before it is sealed: its notes, and a small version to go first."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.support.delivered import attachments_of
from tests.browser.support.noted import write_noted_photo
from tests.browser.support.phone import Phone, Words
from tests.browser.support.pictures import write_photo
from tests.browser.support.spine import Spine

pytestmark = pytest.mark.browser

REMOVED = "Place, time and phone were removed from it."
KEPT = "Place, time and phone were kept in it."
UNKNOWN = "This kind of file cannot be cleaned: it may say who made it, when and where."
LARGE_SIDE = 450
"""Pixels; a photo of noise of about 600 KB, for which a small version is offered."""


def attachments_at(desk: Spine, phone: Phone, words: Words) -> list[dict[str, object]]:
    """What the desk has of the files of a report, once everything was sent."""
    phone.send_everything()
    desk.pull()
    (report,) = desk.reports(words.text)
    return attachments_of(report)


def add(phone: Phone, *paths: Path) -> None:
    """Choose files, without waiting."""
    phone.page.get_by_label("Add a file").set_input_files(list(paths))


@pytest.mark.parametrize("answer", ["Remove that", "Keep it in: it is stronger proof"])
def test_person_decides_whether_a_photo_says_where_it_was_taken(
    phone: Phone, standing: Spine, words: Words, tmp_path: Path, answer: str
) -> None:
    photo = tmp_path / "river.png"
    silent, noted = write_noted_photo(photo)
    phone.begin(words)
    add(phone, photo)
    asked = phone.page.get_by_role("group", name="A question about river.png")
    asked.wait_for()
    expect(asked).to_contain_text("This file says where it was made")
    phone.press(answer)
    is_removed = answer == "Remove that"
    phone.wait_for(".attached", photo.name, REMOVED if is_removed else KEPT)
    phone.seal()
    (attachment,) = attachments_at(standing, phone, words)
    assert attachment["sha256"] == (silent if is_removed else noted)


def test_photo_that_says_nothing_more_is_sealed_without_a_question(
    phone: Phone, words: Words, tmp_path: Path
) -> None:
    write_photo(tmp_path / "river.png")
    phone.begin(words)
    phone.add_files([tmp_path / "river.png"])
    expect(phone.page.get_by_role("group", name="A question")).to_have_count(0)


def test_file_that_cannot_be_cleaned_is_said_to_be_so(
    phone: Phone, words: Words, tmp_path: Path
) -> None:
    (tmp_path / "list.pdf").write_bytes(b"%PDF-1.7 names")
    phone.begin(words)
    phone.add_files([tmp_path / "list.pdf"])
    phone.wait_for(".attached", UNKNOWN)


def test_small_version_of_a_large_photo_goes_first(
    phone: Phone, standing: Spine, words: Words, tmp_path: Path
) -> None:
    photo = tmp_path / "river.png"
    digest = write_photo(photo, LARGE_SIDE)
    phone.begin(words)
    add(phone, photo)
    phone.page.get_by_label("Send a small version first").wait_for()
    phone.press("Add it")
    for name in ("small-river.jpg", "river.png"):
        phone.wait_for(".attached:not(:has(progress))", name, "sealed")
    phone.seal()
    small, whole = attachments_at(standing, phone, words)
    assert (small["name"], whole["name"]) == ("small-river.jpg", "river.png")
    assert whole["sha256"] == digest
    assert int(str(small["size_bytes"])) < photo.stat().st_size // 4


def test_report_is_not_sealed_while_a_file_waits_for_an_answer(
    phone: Phone, words: Words, tmp_path: Path
) -> None:
    write_noted_photo(tmp_path / "river.png")
    phone.begin(words)
    add(phone, tmp_path / "river.png")
    phone.page.get_by_role("group", name="A question about river.png").wait_for()
    phone.press("Save and seal")
    expect(phone.page.locator(".thumb")).to_contain_text("A file is not added yet.")
    phone.press("Remove that")
    phone.wait_for(".attached", REMOVED)
    phone.seal()
