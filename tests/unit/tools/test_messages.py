"""One catalogue serves desk and phone, and a sentence is never shown half-translated."""

import json
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from tools import compile_messages, extract_messages

ARABIC_PLURALS = (
    "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
    "n%100>=11 && n%100<=99 ? 4 : 5)"
)
PHONE_PAGE = """
const title: string = t("Write a report");
const many = `<p>${tn("one photo", "%(n)s photos", n)}</p> <b>${t('Inside')}</b>`;
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A small project that says six sentences in three languages of code."""
    files = {
        "client_sync/phone/src/page.ts": PHONE_PAGE,
        "client_sync/phone/src/generated/page.ts": 't("Not from what is made")',
        "server/desk/templates/queue.html": '{{ _("Queue") }}',
        "server/desk/words.py": 'WORD = _("Lead")',
        "schemas/none.py": "",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def write_catalogue(path: Path, language: str, entries: dict[str, str]) -> None:
    """Write a catalogue as a translator would leave it."""
    header = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {language}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    )
    if language == "ar":
        header += f'"Plural-Forms: {ARABIC_PLURALS};\\n"\n'
    body = "".join(f'\nmsgid "{key}"\nmsgstr "{value}"\n' for key, value in entries.items())
    path.parent.mkdir(parents=True)
    path.write_text(header + body, encoding="utf-8")


def phone_catalogue(language: str) -> tuple[Catalog, dict[str, Any]]:
    """Make a catalogue with one plural sentence of the phone, and what the phone gets of it."""
    catalogue = Catalog(locale=language, fuzzy=False)
    forms = tuple(f"form {number}" for number in range(catalogue.num_plurals))
    place = [("client_sync/phone/src/page.ts", 1)]
    catalogue.add(("one photo", "%(n)s photos"), forms, place)
    return catalogue, compile_messages.for_phone(catalogue)


def test_sentences_are_gathered_from_python_templates_and_typescript(checkout: Path) -> None:
    gathered = {message.id for message in extract_messages.gather(checkout) if message.id}
    assert gathered == {
        "Write a report",
        ("one photo", "%(n)s photos"),
        "Inside",
        "Queue",
        "Lead",
    }


def test_gathering_twice_changes_nothing(checkout: Path) -> None:
    translations = checkout / "translations"
    write_catalogue(translations / "fr" / "messages.po", "fr", {"Queue": "File"})
    extract_messages.update(translations, checkout)
    once = (translations / "fr" / "messages.po").read_bytes()
    extract_messages.update(translations, checkout)
    assert (translations / "fr" / "messages.po").read_bytes() == once


def test_a_translation_outlives_gathering(checkout: Path) -> None:
    translations = checkout / "translations"
    write_catalogue(translations / "fr" / "messages.po", "fr", {"Queue": "File d'attente"})
    extract_messages.update(translations, checkout)
    kept = compile_messages.read_catalogue("fr", translations).get("Queue")
    assert kept is not None
    assert kept.string == "File d'attente"


def test_the_phone_gets_its_own_sentences_only(checkout: Path) -> None:
    translations = checkout / "translations"
    words = {"Queue": "قائمة", "Write a report": "اكتب"}
    write_catalogue(translations / "ar" / "messages.po", "ar", words)
    extract_messages.update(translations, checkout)
    compile_messages.write_all(translations, checkout / "phone")
    arabic = json.loads((checkout / "phone" / "messages.ar.json").read_text(encoding="utf-8"))
    key = compile_messages.sentence_key("Write a report")
    assert arabic["messages"] == {key: "اكتب"}
    assert arabic["direction"] == "rtl"


def test_english_needs_no_catalogue(checkout: Path) -> None:
    assert compile_messages.write_all(checkout / "translations", checkout / "phone") == ["en"]


@pytest.mark.parametrize(
    ("language", "categories"),
    [
        ("en", {"one", "other"}),
        ("fr", {"one", "many", "other"}),
        ("ar", {"zero", "one", "two", "few", "many", "other"}),
        ("my", {"other"}),
    ],
)
def test_plurals_are_keyed_as_browsers_name_them(language: str, categories: set[str]) -> None:
    _, for_phone = phone_catalogue(language)
    key = compile_messages.sentence_key("one photo")
    assert set(for_phone["plurals"][key]) == categories


def test_key_of_a_sentence_is_the_one_that_the_phone_makes() -> None:
    keys = [compile_messages.sentence_key(one) for one in ("", "Write a report", "Kiswahili 🌍")]
    # The same three stand in client_sync/phone/test/views.test.ts.
    assert keys == ["ztntfp", "1sp6aib", "77rtu9"]


def test_two_sentences_with_one_key_are_refused() -> None:
    catalogue = Catalog(locale="fr", fuzzy=False)
    # Found by trying words; FNV-1a has no secret.
    for sentence in ("report town sound horse", "report link stone way"):
        catalogue.add(sentence, "mot", [("client_sync/phone/src/page.ts", 1)])
    with pytest.raises(compile_messages.MessagesError, match="change a word"):
        compile_messages.for_phone(catalogue)


def test_a_plural_sentence_with_a_form_missing_is_left_in_english() -> None:
    catalogue = Catalog(locale="ar", fuzzy=False)
    forms = ("", "one", "two", "few", "many", "other")
    catalogue.add(("one photo", "%(n)s photos"), forms, [("client_sync/phone/src/page.ts", 1)])
    assert compile_messages.for_phone(catalogue)["plurals"] == {}


@pytest.mark.parametrize(
    ("sentence", "translation"),
    [
        ("%(n)s days left", "des jours"),
        ("{n} days left", "{m} jours"),
        ("Saved", "{n} enregistrés"),
    ],
)
def test_a_translation_that_lost_or_invented_a_value_is_refused(
    sentence: str, translation: str, tmp_path: Path
) -> None:
    write_catalogue(tmp_path / "fr" / "messages.po", "fr", {sentence: translation})
    with pytest.raises(compile_messages.MessagesError, match="must keep"):
        compile_messages.read_catalogue("fr", tmp_path)


def test_a_plural_form_may_leave_out_the_count(tmp_path: Path) -> None:
    catalogue = Catalog(locale="ar", fuzzy=False)
    forms = ("لا شيء", "واحدة", "اثنتان", "{n} صور", "{n} صورة", "{n} صورة")
    catalogue.add(("one photo", "{n} photos"), forms)
    (tmp_path / "ar").mkdir()
    with (tmp_path / "ar" / "messages.po").open("wb") as file:
        write_po(file, catalogue)
    assert compile_messages.read_catalogue("ar", tmp_path).get("one photo") is not None
