"""Words that are code somewhere: markup on every page that shows them, formulas in every table.

Everything a reporter or a colleague can write, file names, kinds of file and form answers included,
is written as markup that would run; then every page of the route table is parsed as a browser
parses it.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import fields, replace
from html.parser import HTMLParser
from typing import Any

import pytest

from tests.support.desk import make_desk
from tests.support.desk_routes import addresses
from tests.support.filled_desk import FilledDesk, Words, fill

MARK = "pwned"
"""A word that stands in every piece of markup below, so that it is seen wherever it comes out."""

MARKUP = (
    f"\"'><img src=x onerror={MARK}()><script>{MARK}()</script>"
    f"<a href='javascript:{MARK}()'>{{{{7*191}}}}</a><!--{MARK}"
)
PLAIN_FIELDS = {"form_key", "answer_key", "view_word", "mime", "content"}
"""Names that the format itself holds to letters, and what is given below."""
COMPUTED = "1337"
"""What a template makes of 7*191."""


def hostile(markup: str) -> Words:
    """Say the same markup at every place where words are free."""
    free = {one.name for one in fields(Words)} - PLAIN_FIELDS
    words: dict[str, Any] = {name: f"{markup} {name}" for name in free}
    # A file's name may hold no slash; everything else may stand in it.
    words |= {"file_name": f"{markup.replace('/', '')}.svg", "mime": "image/svg+xml"}
    return replace(Words(), content=f"<html><script>{MARK}()</script>".encode(), **words)


class Page(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, text: str) -> None:
        """Parse a whole page."""
        super().__init__()
        self.alive: list[str] = []
        self.seen = False
        self._script = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look for what runs."""
        self._script = tag == "script"
        for name, value in attrs:
            said = value or ""
            self.seen |= MARK in said
            runs = name.startswith("on") or said.strip().lower().startswith("javascript:")
            if MARK in name or (runs and MARK in said) or name == "srcdoc":
                self.alive.append(f"{tag} {name}")
        if tag == "img" and ("src", "x") in attrs:
            self.alive.append("img")

    def handle_data(self, data: str) -> None:
        """Look for words within a script."""
        self.seen |= MARK in data
        if self._script and MARK in data:
            self.alive.append("script")

    def handle_endtag(self, tag: str) -> None:
        """Leave a script."""
        self._script = self._script and tag != "script"


@pytest.fixture(scope="module")
def attacked(
    tmp_path_factory: pytest.TempPathFactory, quick_passwords: None
) -> Iterator[FilledDesk]:
    """A desk where everybody wrote markup."""
    del quick_passwords
    room = make_desk(tmp_path_factory.mktemp("attacked"))
    yield fill(room, hostile(MARKUP), learn=False)
    room.close()


def test_markup_of_reporters_and_colleagues_is_alive_on_no_page(attacked: FilledDesk) -> None:
    showed, alive = set(), {}
    for address in addresses(attacked.room.app, attacked.named):
        if address.method != "GET":
            continue
        for query in ("", "?state=all&q=pwned", "?revise=" + attacked.named["assessment_id"]):
            response = attacked.lead.get(address.path + query)
            if response.mimetype != "text/html":
                continue
            page = Page(response.text)
            assert COMPUTED not in response.text, "a template ran what somebody wrote"
            if page.seen:
                showed.add(address.endpoint)
            if page.alive:
                alive[address.path + query] = page.alive
    assert alive == {}
    assert showed >= {
        "triage.queue",
        "triage.report",
        "triage.incident",
        "triage.incidents",
        "signals.assessment",
        "publishing.publication",
    }


def test_every_page_forbids_scripts_that_are_not_its_own(attacked: FilledDesk) -> None:
    for address in addresses(attacked.room.app, attacked.named):
        if address.method == "GET":
            response = attacked.lead.get(address.path)
            policy = response.headers["Content-Security-Policy"]
            assert "unsafe-inline" not in policy, address.path
            assert "unsafe-eval" not in policy, address.path
            assert "default-src 'none'" in policy or "default-src 'self'" in policy, address.path
            assert response.headers["X-Content-Type-Options"] == "nosniff", address.path
            assert response.headers["Cache-Control"] == "no-store", address.path


def test_a_file_that_is_a_page_is_saved_and_never_shown(attacked: FilledDesk) -> None:
    for path in ("", "/save"):
        response = attacked.lead.get(f"/evidence/{attacked.named['attachment_id']}{path}")
        assert response.get_data() == attacked.words.content
        assert response.mimetype == "application/octet-stream"
        assert "sandbox" in response.headers["Content-Security-Policy"]
        disposition = response.headers["Content-Disposition"]
        assert disposition.startswith("attachment; filename*=UTF-8''")
        assert not set(disposition.removeprefix("attachment; filename*=UTF-8''")) & set(
            "<>\"'; \r\n"
        )


def test_the_parser_of_this_test_sees_markup_that_lives() -> None:
    for text in (
        f"<img src=x onerror={MARK}()>",
        f"<p><script>{MARK}()</script>",
        f"<a href=' javascript:{MARK}()'>",
    ):
        assert Page(text).alive != []
    assert Page(f"<p>&lt;script&gt;{MARK}()</p>").alive == []


@pytest.mark.parametrize("start", ["=", "\t="])
def test_no_cell_of_an_exported_table_is_a_formula(
    tmp_path_factory: pytest.TempPathFactory, quick_passwords: None, start: str
) -> None:
    del quick_passwords
    room = make_desk(tmp_path_factory.mktemp("formula"))
    formula = f'{start}HYPERLINK("http://example.org","{MARK}")'
    desk = fill(room, replace(Words(), finding=formula), learn=False)
    tables = 0
    for address in addresses(room.app, desk.named):
        response = desk.lead.get(address.path) if address.method == "GET" else None
        if response is not None and response.mimetype == "text/csv":
            tables += 1
            rows = list(csv.reader(io.StringIO(response.text)))
            assert any(MARK in cell for row in rows for cell in row)
            assert [c for row in rows[2:] for c in row if c[:1] in set("=+-@\t\r\n")] == []
    room.close()
    assert tables == 1
