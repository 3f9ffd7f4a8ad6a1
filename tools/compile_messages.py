"""Compile the one gettext catalogue for the phone.

Theory of operation: `translations/<language>/messages.po` is the source, and the desk reads it as
it is. The phone cannot, and must not evaluate a plural formula (its content policy forbids
`eval`), so it gets JSON in which each plural sentence is keyed by CLDR category, as
`Intl.PluralRules` names it. The English sentence in the code is the key in both, so a sentence
without a translation shows in English and never as a blank. The phone has that sentence in its
code already: its catalogue is keyed by a number made of it, which takes two fifths of the bytes.
"""

import json
import re
import sys
from collections.abc import Iterator
from gettext import c2py
from pathlib import Path
from typing import Any, Final

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

ROOT: Final = Path(__file__).resolve().parent.parent
TRANSLATIONS: Final = ROOT / "translations"
PHONE_GENERATED: Final = ROOT / "client_sync" / "phone" / "src" / "generated"
PHONE_SOURCES: Final = "client_sync/phone/"

SOURCE: Final = "en"
"""The language of the sentences in the code."""

DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"

SLOT: Final = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
"""Where a value is put into a sentence: `%(name)s` at the desk, `{name}` on the phone."""

PLURAL_SAMPLES: Final = (*range(200), 1_000_000)
"""Counts that meet every plural category of every language: CLDR's rules repeat below 200, and
1,000,000 stands for the `many` of the Romance languages."""


class MessagesError(Exception):
    """A catalogue cannot be compiled; the text says which and why."""


def languages(translations: Path = TRANSLATIONS) -> list[str]:
    """Name the languages that have a catalogue, in alphabetical order."""
    return sorted(path.parent.name for path in translations.glob("*/messages.po"))


def empty_catalogue(language: str) -> Catalog:
    """Stand in for the language of the code, which needs no translation."""
    return Catalog(locale=language, fuzzy=False)


def read_catalogue(language: str, translations: Path = TRANSLATIONS) -> Catalog:
    """Read one language's catalogue.

    Raises:
        MessagesError: if a translation lost or invented a slot for a value.
    """
    path = translations / language / "messages.po"
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    for message in catalogue:
        if message.id and not message.fuzzy and not _keeps_slots(message):
            raise MessagesError(
                f"{language}, {message.id!r}: the translation must keep what stands in {{}} or %()"
            )
    return catalogue


def _keeps_slots(message: Message) -> bool:
    """Tell whether a translation has the slots of its sentence: all of them, and no other.

    A plural form may leave out the count: "one photo" is a whole sentence in most languages.
    """
    if isinstance(message.id, str):
        wanted = set(SLOT.findall(message.id))
        return all(set(SLOT.findall(form)) == wanted for form in _forms(message) if form)
    allowed = set(SLOT.findall(" ".join(message.id)))
    return all(set(SLOT.findall(form)) <= allowed for form in _forms(message))


def sentence_key(sentence: str) -> str:
    """Make the number by which the phone finds a translation; `keyOf` of i18n.ts makes the same.

    Source: FNV-1a of 32 bits (draft-eastlake-fnv), over UTF-16 code units, in base 36.
    """
    units = sentence.encode("utf-16-le")
    key = 0x811C9DC5
    for low, high in zip(units[::2], units[1::2], strict=True):
        key = (key ^ (high << 8 | low)) * 0x01000193 & 0xFFFFFFFF
    digits = ""
    while key or not digits:
        key, digit = divmod(key, len(DIGITS))
        digits = DIGITS[digit] + digits
    return digits


def for_phone(catalogue: Catalog) -> dict[str, object]:
    """Project a catalogue to what the phone app reads.

    Returns:
        `language`, `direction` (`ltr` or `rtl`), `messages` (key to translation) and `plurals`
        (key of the singular to translations keyed by CLDR plural category).

    Raises:
        MessagesError: if two sentences have one key.
    """
    locale = catalogue.locale
    if locale is None:
        raise MessagesError("a catalogue names no language")
    messages: dict[str, str] = {}
    plurals: dict[str, dict[str, str]] = {}
    for message, forms in _phone_messages(catalogue):
        sentence = message.id if isinstance(message.id, str) else message.id[0]
        key = sentence_key(sentence)
        kept: dict[str, Any] = messages if isinstance(message.id, str) else plurals
        if key in kept:
            raise MessagesError(f"{sentence!r} has the key of another sentence: change a word")
        kept[key] = (
            forms[0]
            if isinstance(message.id, str)
            else _by_category(locale, catalogue.plural_expr, forms)
        )
    return {
        "language": str(locale).replace("_", "-"),
        "direction": locale.text_direction,
        "messages": messages,
        "plurals": plurals,
    }


def _phone_messages(catalogue: Catalog) -> Iterator[tuple[Message, tuple[str, ...]]]:
    """Walk the finished translations of sentences that stand in the phone's code."""
    for message in catalogue:
        forms = _forms(message)
        finished = bool(message.id) and not message.fuzzy and all(forms)
        if finished and any(path.startswith(PHONE_SOURCES) for path, _ in message.locations):
            yield message, forms


def _forms(message: Message) -> tuple[str, ...]:
    """List the translations of a message: one, or one for each plural form."""
    strings = message.string or ""
    return (strings,) if isinstance(strings, str) else tuple(strings)


def _by_category(
    locale: Locale, plural_expression: str, translations: tuple[str, ...]
) -> dict[str, str]:
    """Key the plural forms of one sentence by CLDR category."""
    choose = c2py(plural_expression)
    forms: dict[str, str] = {}
    for number in PLURAL_SAMPLES:
        forms.setdefault(locale.plural_form(number), translations[choose(number)])
    return forms


def write_all(translations: Path = TRANSLATIONS, phone: Path = PHONE_GENERATED) -> list[str]:
    """Compile every language for the phone.

    Returns:
        The languages that desk and phone now speak, English always among them.
    """
    phone.mkdir(parents=True, exist_ok=True)
    catalogues = {name: read_catalogue(name, translations) for name in languages(translations)}
    for language, catalogue in {SOURCE: empty_catalogue(SOURCE), **catalogues}.items():
        text = json.dumps(for_phone(catalogue), ensure_ascii=False, sort_keys=True, indent=1)
        (phone / f"messages.{language}.json").write_text(text + "\n", encoding="utf-8")
    spoken = sorted({SOURCE, *catalogues})
    index = json.dumps([_named(language) for language in spoken], ensure_ascii=False, indent=1)
    (phone / "messages.index.json").write_text(index + "\n", encoding="utf-8")
    return spoken


def _named(language: str) -> dict[str, str]:
    """Name a language as its own speakers write it: what the phone's first page offers."""
    locale = Locale.parse(language)
    name = str(locale.get_display_name(locale))
    return {
        "language": str(locale).replace("_", "-"),
        "name": name[:1].upper() + name[1:],
        "direction": locale.text_direction,
    }


def main() -> int:
    """Compile, and say in one line what was compiled."""
    try:
        print("messages:", ", ".join(write_all()))
    except MessagesError as error:
        print(f"messages: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
