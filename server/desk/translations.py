"""Which language a page is in, and the words of it.

Theory of operation: the catalogue is ``translations/<lang>/messages.po``, one for desk and phone;
a language is there as soon as its folder is. Files are read once when the desk starts. The
language of a request is, in this order, the one chosen with the ``language`` cookie, the first
that the browser asks for and the desk has, English.
"""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Final

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import current_app, g, has_request_context, request

CATALOGUE_KEY: Final = "tocsin.catalogue"
SOURCE_LANGUAGE: Final = "en"
COOKIE: Final = "language"

Catalogue = Mapping[str, NullTranslations]


def load_catalogue(folder: Path) -> Catalogue:
    """Read every language there is.

    Args:
        folder: Holds one ``<lang>/messages.po`` for each language but the source.

    Returns:
        Language code to its messages; English is always there.
    """
    found: dict[str, NullTranslations] = {SOURCE_LANGUAGE: NullTranslations()}
    for path in sorted(folder.glob("*/messages.po")):
        compiled = BytesIO()
        with path.open("rb") as source:
            write_mo(compiled, read_po(source, locale=path.parent.name))
        compiled.seek(0)
        found[path.parent.name] = Translations(compiled)
    return found


def catalogue() -> Catalogue:
    """Give the languages of the running desk."""
    found: Catalogue = current_app.extensions[CATALOGUE_KEY]
    return found


def language() -> str:
    """Choose the language of this request; outside of one, English."""
    if not has_request_context():
        return SOURCE_LANGUAGE
    if "language" not in g:
        known = list(catalogue())
        chosen = request.cookies.get(COOKIE, "")
        if chosen not in known:
            chosen = request.accept_languages.best_match(known) or SOURCE_LANGUAGE
        g.language = chosen
    return str(g.language)


def locale() -> Locale:
    """Give Babel's locale of this request, for dates and numbers."""
    return Locale.parse(language(), sep="-")


def direction() -> str:
    """Tell which way this request's language runs: ``ltr`` or ``rtl``."""
    return locale().text_direction


def gettext(message: str) -> str:
    """Say an English source sentence in the language of this request."""
    return catalogue()[language()].gettext(message) if has_request_context() else message


def ngettext(one: str, many: str, number: int) -> str:
    """Say an English sentence with a number in it, in the plural form that fits."""
    if not has_request_context():
        return one if number == 1 else many
    return catalogue()[language()].ngettext(one, many, number)


def noted(message: str) -> str:
    """Mark a sentence for the catalogue where it stands; it is said later, by `_`."""
    return message


_ = gettext
N_ = noted
