"""What a person does with the app, by the words on its pages, whatever browser the phone has."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MOST_PRESSES: Final = 20

WAITING: Final = "Waiting for a link"
HANDED_OVER: Final = "Handed over"
AT_DESK: Final = "At the desk"
ANSWERED: Final = "The desk has an answer"

KEPT: Final = ".kept:not(.waits)"
"""There once everything that was typed is on disk."""


@dataclass(frozen=True)
class Words:
    """What a person writes in one report."""

    text: str = "Two trucks came at dawn and took the young men of the street."
    category: str = "Taken"
    place: str = ""
    when: str = "Today"


class Steps(ABC):
    """The ways through the app; how to press and type is the browser's matter."""

    @abstractmethod
    def open(self) -> object:
        """Open the app, as from the home screen."""

    @abstractmethod
    def heading(self, text: str) -> None:
        """Wait for a page by its heading."""

    @abstractmethod
    def press(self, name: str) -> None:
        """Press the button that says so."""

    @abstractmethod
    def fill(self, label: str, text: str) -> None:
        """Type into the field of that label, in place of what is there."""

    @abstractmethod
    def check(self, label: str) -> None:
        """Choose the answer that says so."""

    @abstractmethod
    def give(self, label: str, files: Sequence[Path]) -> None:
        """Choose files in the phone's own dialog."""

    @abstractmethod
    def wait_for(self, selector: str, *texts: str) -> str:
        """Wait until a part of the page is to be seen with all these texts; what it says."""

    @abstractmethod
    def sees(self, text: str) -> bool:
        """Tell whether a sentence is on the page."""

    @abstractmethod
    def shows(self, state: str) -> None:
        """Wait until the newest of the sealed reports stands so."""

    def choose_english(self) -> None:
        """Answer the first page."""
        self.press("English")

    def join(self, invite: str) -> None:
        """Come in by a pasted invite, up to the home page."""
        self.open()
        self.choose_english()
        self.fill("Paste the invite here", invite)
        self.press("Show the desk")
        self.agree()

    def agree(self) -> None:
        """Take the desk shown for the right one."""
        self.heading("Is this your desk?")
        self.press("It is the same: join")
        self.heading("What this hides")
        self.press("Skip")
        self.heading("Your reports")

    def begin(self, words: Words) -> None:
        """Write the answers of a report and leave it open; the last may still be on its way."""
        self.press("Write a report")
        self.press(words.category)
        self.fill("What happened?", words.text)
        self.check(words.when)
        if words.place:
            self.fill("Where did it happen?", words.place)

    def add_files(self, files: Sequence[Path]) -> None:
        """Add files and wait until each is sealed."""
        self.give("Add a file", files)
        for file in files:
            self.wait_for(".attached", file.name, "sealed")

    def seal(self) -> None:
        """Save what is open, and go home."""
        self.press("Save and seal")
        self.heading("Saved and sealed")
        self.press("Done")
        self.heading("Your reports")

    def write(self, words: Words, files: Sequence[Path] = ()) -> None:
        """Write and seal a report."""
        self.begin(words)
        if files:
            self.add_files(files)
        self.seal()

    def send(self) -> str:
        """Press "Send now" and wait for what it brought, in the app's words."""
        self.press("Send now")
        return self.wait_for(".result")

    def send_everything(self) -> None:
        """Press "Send now" until nothing waits on the phone any more."""
        for _press in range(MOST_PRESSES):
            self.send()
            if self.sees("Nothing is waiting to be sent."):
                return
        raise AssertionError(f"something still waits after {MOST_PRESSES} presses")
