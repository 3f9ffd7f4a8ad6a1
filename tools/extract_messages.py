"""Gather every sentence that a person may read into the one catalogue.

Python and the desk's templates mark a sentence with `_()` or `ngettext()` (`N_()` where it is said
later), TypeScript with `t()` or `tn()`; the taxonomy's labels are sentences as they stand. The
English sentence is the key. Existing translations are kept; one whose English has changed is marked
fuzzy by gettext's own rule and is not used until a person has looked at it.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from tools.compile_messages import ROOT, TRANSLATIONS, languages, read_catalogue

PROJECT: Final = "Tocsin"
AUTHORS: Final = "the Tocsin authors"
KEYWORDS: Final[Mapping[str, tuple[int, ...] | None]] = {
    "_": None,
    "N_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "t": None,
    "tn": (1, 2),
}
"""Marking functions, and which of their arguments are sentences (None: the first)."""

FOLDERS: Final[Mapping[str, list[tuple[str, str]]]] = {
    "schemas": [
        ("**.py", "python"),
        ("framework/un_*.json", "tools.extract_messages:taxonomy_labels"),
    ],
    "client_sync": [("phone/src/**.ts", "javascript"), ("**.py", "python")],
    "server": [("desk/static/src/**.ts", "javascript"), ("**.html", "jinja2"), ("**.py", "python")],
}
"""Where sentences stand, and which reader understands them."""

OPTIONS: Final[dict[str, dict[str, object]]] = {
    pattern: {"parse_template_string": True}
    for readers in FOLDERS.values()
    for pattern, reader in readers
    if reader == "javascript"
}
"""Pages in TypeScript are template strings, with the sentences inside their `${}`."""

UNDATED: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""Stands where gettext wants a date: a true one would make two runs over the same code differ."""

LEFT_OUT: Final = frozenset({"node_modules", "dist", "generated", "test", "__pycache__"})


def gather(root: Path = ROOT) -> Catalog:
    """Read every source once.

    Returns:
        A catalogue without translations, in order of file and line.
    """
    template = Catalog(project=PROJECT, copyright_holder=AUTHORS, fuzzy=False)
    template.header_comment = "# Sentences of the Tocsin desk and phone app.\n#"
    for location, message, comments, context in _sentences(root):
        template.add(message, None, [location], auto_comments=comments, context=context)
    return template


def _sentences(
    root: Path,
) -> Iterator[tuple[tuple[str, int], str | tuple[str, ...], list[str], str | None]]:
    for folder, readers in FOLDERS.items():
        found = extract_from_dir(
            root / folder,
            method_map=readers,
            options_map=OPTIONS,
            keywords=KEYWORDS,
            comment_tags=["Translators:"],
            strip_comment_tags=True,
            directory_filter=lambda path: Path(path).name not in LEFT_OUT,
        )
        for path, line, message, comments, context in found:
            yield (f"{folder}/{path}", line), message, comments, context


def taxonomy_labels(
    file: BinaryIO,
    _keywords: object,
    _comment_tags: object,
    options: object,  # noqa: ARG001 - babel gives it by name
) -> Iterator[tuple[int, None, str, list[str]]]:
    """Read the titles and labels of a taxonomy file, which the desk says in its reader's words."""
    for factor in json.load(file)["risk_factors"]:
        yield 1, None, factor["title"], []
        for indicator in factor["indicators"]:
            yield 1, None, indicator["label"], []


def update(translations: Path = TRANSLATIONS, root: Path = ROOT) -> Catalog:
    """Write `messages.pot` and bring every language up to date with it."""
    template = gather(root)
    _write(translations / "messages.pot", template)
    for language in languages(translations):
        catalogue = read_catalogue(language, translations)
        catalogue.update(template, update_header_comment=False)
        _write(translations / language / "messages.po", catalogue)
    return template


def _write(path: Path, catalogue: Catalog) -> None:
    """Write without line numbers: they would turn every edit of code into a change of catalogue."""
    catalogue.creation_date = catalogue.revision_date = UNDATED
    catalogue.project, catalogue.version = PROJECT, "1"
    catalogue.msgid_bugs_address = catalogue.last_translator = AUTHORS
    catalogue.language_team = AUTHORS
    with path.open("wb") as file:
        write_po(
            file,
            catalogue,
            width=100,
            include_lineno=False,
            sort_by_file=True,
            ignore_obsolete=True,
        )


def main() -> int:
    """Gather, and say in one line how many sentences there are."""
    TRANSLATIONS.mkdir(exist_ok=True)
    print(f"messages: {len(update())} sentences")
    return 0


if __name__ == "__main__":
    sys.exit(main())
