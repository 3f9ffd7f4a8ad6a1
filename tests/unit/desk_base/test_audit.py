"""The audit log: written with the act, tied entry to entry, and any change shows."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.orm import Session

from server.desk.accounts.roles import Role
from server.desk.audit.chain import GENESIS, Entry, Verdict, walk
from server.desk.audit.export import lines
from server.desk.audit.store import Act, append, append_all, latest, verify
from server.desk.db import start_writing
from tests.support.desk import START, DeskRoom, a_report
from tests.support.desk_browser import somebody
from tools.verify_audit import verify as verify_lines


def _three_acts(session: Session) -> None:
    start_writing(session)
    append_all(session, [Act("command", f"test.{n}", "desk", {"n": n}) for n in range(3)])
    session.commit()


def test_an_untouched_log_is_intact(room: DeskRoom) -> None:
    with room.work() as session:
        _three_acts(session)
        verdict = verify(session)
        assert verdict.intact
        assert verdict.count == verify_lines(lines(session)).entries


SPOILERS: dict[str, str] = {
    "an edited act": "UPDATE audit_entry SET act = 'x' WHERE number = 2",
    "an edited detail": "UPDATE audit_entry SET detail = '{\"n\":7}' WHERE number = 3",
    "an edited actor": "UPDATE audit_entry SET actor = 'desk2' WHERE number = 1",
    "an edited time": "UPDATE audit_entry SET at = '2020-01-01 00:00:00' WHERE number = 2",
    "a removed entry": "DELETE FROM audit_entry WHERE number = 2",
    "a cut end": "DELETE FROM audit_entry WHERE number = (SELECT max(number) FROM audit_entry)",
    "a moved end": "UPDATE audit_head SET number = number + 1",
    "an added entry": (
        "INSERT INTO audit_entry SELECT number + 1, at, actor, act, subject, detail, entry_hash "
        "FROM audit_entry WHERE number = (SELECT max(number) FROM audit_entry)"
    ),
}


@pytest.mark.parametrize("statement", SPOILERS.values(), ids=list(SPOILERS))
def test_a_spoiled_log_is_found_out(room: DeskRoom, statement: str) -> None:
    with room.work() as session:
        _three_acts(session)
        start_writing(session)
        session.connection().exec_driver_sql(statement)
        session.commit()
        assert not verify(session).intact


def test_swapped_entries_are_found_out() -> None:
    one = Entry(1, START, "desk", "a", "desk", {})
    two = Entry(2, START, "desk", "b", "desk", {})
    first = one.hash_after(GENESIS)
    second = two.hash_after(first)
    assert walk([(one, first), (two, second)], (2, second)).intact
    swapped = [(Entry(1, START, "desk", "b", "desk", {}), second), (two, first)]
    assert walk(swapped, (2, second)).broken_at == 1


def test_an_act_that_was_not_committed_left_no_entry(room: DeskRoom) -> None:
    with room.work() as session:
        count = verify(session).count
        start_writing(session)
        append(session, "command", "test.lost", "desk", {})
        session.rollback()
        assert verify(session).count == count
        assert "test.lost" not in [entry.act for entry in latest(session, limit=50)]


def test_opening_a_report_is_an_entry_about_it(room: DeskRoom) -> None:
    sealed = room.seal(a_report())
    room.relay.put([sealed.blob])
    room.pull()
    with room.work() as session:
        (entry,) = latest(session, limit=5, subject=sealed.id.hex())
    assert (entry.act, entry.actor) == ("report.open", "desk")


def test_the_page_checks_and_exports_the_log(room: DeskRoom) -> None:
    browser = somebody(room, Role.ADMIN)
    assert "The log is intact" in browser.post("/audit/verify", {}, page="/audit").get_data(
        as_text=True
    )
    exported = browser.post("/audit/export", {}, page="/audit").get_data(as_text=True)
    assert verify_lines(exported.splitlines(keepends=True)).entries > 3


def test_the_page_says_where_a_changed_log_breaks(room: DeskRoom) -> None:
    browser = somebody(room, Role.ADMIN)
    with room.work() as session:
        start_writing(session)
        session.connection().exec_driver_sql(SPOILERS["an edited act"])
        session.commit()
    page = browser.post("/audit/verify", {}, page="/audit").get_data(as_text=True)
    assert "it breaks at entry 2" in page


def test_entries_written_at_once_by_several_stay_one_chain(room: DeskRoom) -> None:
    def write(who: int) -> None:
        for number in range(10):
            with room.work() as session:
                start_writing(session)
                append(session, f"person:{who}", "test.race", "desk", {"n": number})
                session.commit()

    with room.work() as session:
        before = verify(session).count
    with ThreadPoolExecutor(4) as writers:
        list(writers.map(write, range(4)))
    with room.work() as session:
        assert verify(session) == Verdict(before + 40, None)
