"""What a person does at the app's lock."""

from typing import Final

from tests.browser.support.phone import Phone

REAL: Final = "a long walk home"
DECOY: Final = "blue bread"


def protect(phone: Phone, *, decoy: bool = False) -> None:
    """Set a passphrase, and a decoy if asked for."""
    open_lock_settings(phone)
    phone.press("Set a passphrase")
    phone.heading("Passphrase")
    phone.page.get_by_label("New passphrase").fill(REAL)
    phone.page.get_by_label("The same once more").fill(REAL)
    phone.press("Set this passphrase")
    phone.heading("Lock and disguise")
    if decoy:
        phone.press("Set the decoy passphrase")
        phone.heading("Decoy")
        phone.page.get_by_label("Decoy passphrase").fill(DECOY)
        phone.press("Set this decoy passphrase")
        phone.heading("Lock and disguise")
    leave_lock_settings(phone)


def open_lock_settings(phone: Phone) -> None:
    """Go from home to the lock's settings."""
    phone.press("Settings")
    phone.heading("Settings")
    phone.press("Lock and disguise")
    phone.heading("Lock and disguise")


def leave_lock_settings(phone: Phone) -> None:
    """Go home from the lock's settings."""
    phone.press("Back")
    phone.heading("Settings")
    phone.press("Back")
    phone.heading("Your reports")


def unlock(phone: Phone, passphrase: str) -> None:
    """Say a passphrase."""
    phone.page.get_by_label("Passphrase").fill(passphrase)
    phone.press("Open")


def turn_panic_on(phone: Phone) -> None:
    """Let the gesture erase."""
    open_lock_settings(phone)
    phone.page.get_by_label("On", exact=True).check()
    leave_lock_settings(phone)


def panic(phone: Phone) -> None:
    """Tap the heading five times, quickly."""
    heading = phone.page.locator("h1")
    for _tap in range(5):
        heading.click()
