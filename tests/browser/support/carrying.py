"""What a person does with files that carry sealed reports."""

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.support.phone import Phone


def take_out(phone: Phone, to: Path) -> Path:
    """Make the file of everything sealed and save it."""
    phone.press("Carry reports by hand")
    with phone.page.expect_download() as download:
        phone.press("Make the file")
    assert download.value.suggested_filename == "notes.tocsin"
    download.value.save_as(to)
    phone.press("Back")
    phone.heading("Your reports")
    return to


def bring_in(phone: Phone, file: Path) -> str:
    """Open a file that somebody gave; what the app says of it."""
    phone.page.get_by_role("button", name="Carry reports by hand").click()
    phone.page.get_by_label("Open a file").set_input_files(file)
    told = phone.page.locator(".notice.good")
    expect(told).to_be_visible()
    said = told.inner_text()
    phone.press("Back")
    phone.heading("Your reports")
    return said
