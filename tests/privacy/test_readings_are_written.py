"""Every answer of the desk that holds something sealed has its entry in the audit log.

The answers are those of every route there is, taken from the route table: one that gives sealed
words and leaves no entry fails here, whoever wrote it.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import asdict

import pytest

from server.desk.audit.chain import Entry
from server.desk.audit.export import lines
from server.desk.audit.store import latest, verify
from server.desk.db import start_writing
from server.desk.keys.reading import OPENED, READ_ENDING
from server.desk.keys.sealed_columns import SealedColumn
from tests.support.desk import make_desk
from tests.support.desk_browser import DeskBrowser
from tests.support.desk_routes import addresses
from tests.support.filled_desk import FilledDesk, fill
from tools.verify_audit import BrokenLogError
from tools.verify_audit import verify as verify_lines

GIVES_SEALED = {
    "evidence.attachment",
    "evidence.save",
    "publishing.all_of",
    "publishing.one_cap",
    "publishing.overview",
    "publishing.prepare",
    "publishing.publication",
    "signals.assessment",
    "signals.signal",
    "triage.incident",
    "triage.incidents",
    "triage.queue",
    "triage.report",
}
"""Pages and files known to give something sealed: the test below has to see at least these."""

OPENS_SEALED = {"signals.assess", "signals.overview", "suggestions.overview"}
"""Pages that open something sealed and show no words of it: numbers, a place, a week."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, quick_passwords: None) -> Iterator[FilledDesk]:
    """A desk in which everything was done once."""
    del quick_passwords
    room = make_desk(tmp_path_factory.mktemp("home"))
    yield fill(room)
    room.close()


def _entries(desk: FilledDesk) -> list[Entry]:
    with desk.room.work() as session:
        return latest(session, limit=100_000)[::-1]


def _spoken(desk: FilledDesk) -> list[bytes]:
    """Give the beginnings of all that was said, as a page or a file may hold them."""
    said = [v for v in asdict(desk.words).values() if isinstance(v, str)]
    return [*(re.split(r"[ ,]", one)[0].encode() for one in said), desk.words.content[:15]]


def _is_read(desk: FilledDesk, browser: DeskBrowser, path: str) -> tuple[bool, list[Entry]]:
    before = len(_entries(desk))
    response = browser.get(path)
    body = response.get_data()
    given = response.status_code == 200 and any(word in body for word in _spoken(desk))
    return given, [one for one in _entries(desk)[before:] if _tells_of_reading(one)]


def _tells_of_reading(entry: Entry) -> bool:
    return entry.act.endswith(READ_ENDING) or any(name.startswith(OPENED) for name in entry.detail)


def test_every_route_that_gives_sealed_words_leaves_one_entry(desk: FilledDesk) -> None:
    gave: dict[str, list[Entry]] = {}
    for address in addresses(desk.room.app, desk.named):
        if address.method == "GET":
            given, written = _is_read(desk, desk.lead, address.path)
            if given or address.endpoint in OPENS_SEALED:
                gave[address.endpoint] = written
    assert set(gave) >= GIVES_SEALED | OPENS_SEALED
    assert {endpoint: len(entries) for endpoint, entries in gave.items()} == dict.fromkeys(gave, 1)
    assert {one.actor[:7] for entries in gave.values() for one in entries} == {"person:"}


def test_an_entry_says_how_much_was_opened_and_of_what(desk: FilledDesk) -> None:
    report_id = desk.named["report_id"]
    _, (entry,) = _is_read(desk, desk.analyst, f"/reports/{report_id}")
    assert (entry.act, entry.subject) == ("report.read", report_id)
    assert entry.detail["opened.note"] == 1
    assert entry.detail["opened.translation"] == 1
    _, (listed,) = _is_read(desk, desk.analyst, "/queue?state=all")
    assert (listed.act, listed.detail["opened.report"]) == ("reports.list", 8)


def test_a_page_shown_after_a_refusal_is_a_reading_too(desk: FilledDesk) -> None:
    before = len(_entries(desk))
    page = f"/reports/{desk.named['report_id']}"
    response = desk.analyst.post(f"{page}/replies", {"text": "x" * 5000}, page="/me")
    assert response.status_code >= 400
    assert desk.words.text in response.text
    written = _entries(desk)[before:]
    assert [one.act for one in written] == ["report.read"]


def test_without_the_entry_there_is_no_answer(desk: FilledDesk) -> None:
    """Let the database refuse entries: nothing sealed is given, not even to a lead."""
    forbid = (
        "CREATE TRIGGER no_entry BEFORE INSERT ON audit_entry "
        "BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
    )
    _execute(desk, forbid)
    desk.room.app.config["PROPAGATE_EXCEPTIONS"] = False
    try:
        for address in addresses(desk.room.app, desk.named):
            if address.endpoint in GIVES_SEALED:
                response = desk.lead.get(address.path)
                assert response.status_code == 500, address.path
                assert not any(word in response.get_data() for word in _spoken(desk)), address.path
    finally:
        _execute(desk, "DROP TRIGGER no_entry")


def _execute(desk: FilledDesk, statement: str) -> None:
    with desk.room.work() as session:
        start_writing(session)
        session.connection().exec_driver_sql(statement)
        session.commit()


def test_pages_that_give_nothing_sealed_leave_no_entry(desk: FilledDesk) -> None:
    for path in ("/me", "/people", "/queue/pulse", "/suggestions/pulse", "/relays", "/settings"):
        _, written = _is_read(desk, desk.lead, path)
        assert written == [], path


def test_columns_kept_from_the_count_are_keys_and_models_alone() -> None:
    kept = {(column.table, column.column) for column in _all_sealed_columns() if column.of_the_desk}
    assert kept == {
        ("signing_key", "sealed_secret"),
        ("weekly_identity", "sealed_secret"),
        ("report", "sealed_keys"),
        ("triage_act", "sealed_before"),
        ("suggestion_model", "sealed_model"),
    }


def _all_sealed_columns() -> list[SealedColumn]:
    """Read every sealed column that any module of the desk declares."""
    modules = [module for name, module in sys.modules.items() if name.startswith("server.desk")]
    found = {id(v): v for module in modules for v in vars(module).values()}
    return [value for value in found.values() if isinstance(value, SealedColumn)]


def test_the_independent_verifier_counts_the_readings(desk: FilledDesk) -> None:
    with desk.room.work() as session:
        exported = list(lines(session))
        entries = _entries(desk)
        assert verify(session).intact
    found = verify_lines(exported)
    assert found.entries == len(entries)
    reads = [one for one in entries if any(name.startswith(OPENED) for name in one.detail)]
    assert found.readings >= len(reads) > 10


def test_a_reading_taken_out_of_the_log_is_found_out(desk: FilledDesk) -> None:
    with desk.room.work() as session:
        exported = list(lines(session))
    place = next(n for n, line in enumerate(exported) if "report.read" in line)
    with pytest.raises(BrokenLogError, match=f"line {place + 1}"):
        verify_lines([*exported[:place], *exported[place + 1 :]])
