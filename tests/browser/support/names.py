"""What a screen reader is told: the browser's own tree of names, and in which language."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from playwright.sync_api import Page

ROOT: Final = Path(__file__).resolve().parents[3]

ACTED_ON: Final = frozenset(
    [
        "button",
        "checkbox",
        "combobox",
        "link",
        "listbox",
        "menuitem",
        "option",
        "radio",
        "searchbox",
        "slider",
        "spinbutton",
        "switch",
        "tab",
        "textbox",
        "DisclosureTriangle",
    ]
)
"""Roles that a person presses, chooses or fills in, as Chromium calls them."""

ANNOUNCED: Final = frozenset(
    ["alertdialog", "application", "canvas", "group", "heading", "image", "img", "navigation"]
)
NAMED: Final = ACTED_ON | ANNOUNCED | {"progressbar", "region"}
"""Roles that are announced by their names where they have one."""

OPAQUE: Final = frozenset(["Date", "DateTime", "InputTime"])

ARABIC: Final = re.compile(r"[\u0600-\u06ff]")
NOTHING: Final = r"(?!)"
LETTER: Final = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class Spoken:
    """One thing that a screen reader comes to."""

    role: str
    name: str


def spoken_on(page: Page) -> list[Spoken]:
    """Ask the browser for everything on the page that is not hidden from screen readers.

    The inside of a field for days or times is the browser's own, in the browser's language.
    """
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    own: set[str] = set()
    spoken = []
    for node in nodes:  # parents come before their children
        role = node.get("role", {}).get("value", "")
        if role in OPAQUE or node["nodeId"] in own:
            own.update(node.get("childIds", []))
        if not node.get("ignored") and node["nodeId"] not in own:
            spoken.append(Spoken(role, node.get("name", {}).get("value", "")))
    return spoken


class Catalogue:
    """English sentences that have another form in a language."""

    def __init__(self, language: str) -> None:
        """Read the catalogue of a language; English is what others are translated from."""
        self._language = language
        path = ROOT / "translations" / language / "messages.po"
        messages: list[Message] = []
        if language != "en":
            with path.open("rb") as file:
                messages = [one for one in read_po(file, locale=language) if one.id]
        english = [said for one in messages if one.string != one.id for said in _sentences(one)]
        same = {one.string for one in messages if isinstance(one.string, str)}
        forms = [_form(said) for said in english if said not in same]
        self._english = re.compile("|".join(forms) or NOTHING)

    def wrong(self, said: Spoken, kept: frozenset[str]) -> str:
        """Say what is wrong with a name, or nothing.

        Args:
            said: what a screen reader is told.
            kept: names that stay as they are in every language: what a person or a desk wrote, and
                languages' own names.
        """
        name = said.name.strip()
        if said.role in ACTED_ON and not name:
            return f"{said.role} without a name"
        if name in kept or said.role not in NAMED:
            return ""
        if self._english.fullmatch(name):
            return f"{said.role} in English: {name!r}"
        is_other_script = LETTER.search(name) and not ARABIC.search(name)
        if self._language == "ar" and said.role != "option" and is_other_script:
            return f"{said.role} without an Arabic letter: {name!r}"
        return ""


def _sentences(message: Message) -> list[str]:
    """Give the English of a message: one sentence, or one for each number."""
    return [message.id] if isinstance(message.id, str) else list(message.id)


def _form(sentence: str) -> str:
    """Make a pattern of a sentence; a name in braces stands for anything."""
    parts = re.split(r"\{\w+\}|%\(\w+\)s", sentence)
    return ".+".join(re.escape(part) for part in parts)
