"""Recovery sheets: any m of n open the desk, fewer do not; a set counts once rehearsed."""

import re
from datetime import timedelta

import pytest

from server.desk.accounts.roles import Role
from server.desk.app import create_desk_app
from server.desk.audit.store import latest, verify
from server.desk.db import db, start_writing
from server.desk.keys import sheets
from server.desk.keys.errors import DeskLockedError
from server.desk.keys.keyring import keyring
from server.desk.keys.recovery import (
    SheetGoneError,
    end_sets,
    make_set,
    recovery_sets,
    rehearse,
    restore,
    show_sheet,
)
from server.desk.keys.recovery_states import TABLE, IllegalSetMoveError, SetMove, SetState, after
from server.desk.keys.sheets import Fault, SheetError
from server.plumbing.config import DeskConfig
from tests.support.desk import DeskRoom
from tests.support.desk_browser import open_browser, somebody

WORD = re.compile(r"<li><code>([a-z]+)</code></li>")


def _made(room: DeskRoom, needed: int = 3, count: int = 5) -> list[str]:
    """Make a set and show every sheet."""
    with room.work() as session:
        start_writing(session)
        made = make_set(session, keyring(), needed=needed, count=count, actor="person:1")
        shown = [
            show_sheet(session, keyring(), made, number, "person:1")
            for number in range(1, count + 1)
        ]
        session.commit()
    return [" ".join(sheet.words) for sheet in shown]


def _rehearsed(room: DeskRoom, needed: int = 3, count: int = 5) -> list[str]:
    made = _made(room, needed, count)
    with room.work() as session:
        start_writing(session)
        rehearse(session, made[:needed], "person:1")
        session.commit()
    return made


def _fault(room: DeskRoom, typed: list[str]) -> tuple[Fault, int, int]:
    with room.work() as session:
        start_writing(session)
        with pytest.raises(SheetError) as refused:
            rehearse(session, typed, "person:1")
    return refused.value.fault, refused.value.field, refused.value.position


def test_any_three_of_five_give_the_storage_key_back(room: DeskRoom) -> None:
    made = _rehearsed(room)
    storage_key = room.ring.storage_key()
    for typed in ([made[0], made[1], made[2]], [made[4], made[2], made[0]]):
        room.ring.lock()
        with room.work() as session:
            start_writing(session)
            restore(session, keyring(), typed, "desk")
            session.commit()
        assert room.ring.storage_key() == storage_key


def test_a_set_counts_only_when_enough_sheets_were_typed_back(room: DeskRoom) -> None:
    made = _made(room)
    with room.work() as session:
        assert [one.state for one in recovery_sets(session)] == [SetState.MADE]
    assert _fault(room, made[:2]) == (Fault.TOO_FEW, 2, 0)
    with room.work() as session:
        start_writing(session)
        rehearse(session, made[2:], "person:1")
        session.commit()
        status = recovery_sets(session)[0]
    assert status.state is SetState.IN_FORCE
    assert [one.number for one in status.sheets if one.proven_at] == [3, 4, 5]


def test_what_is_wrong_with_a_sheet_is_said(room: DeskRoom) -> None:
    made = _made(room)
    words = made[0].split()
    swapped = " ".join([words[1], words[0], *words[2:]])
    misread = " ".join([*words[:6], "zzzz", *words[7:]])
    assert _fault(room, [" ".join(words[:19])]) == (Fault.COUNT, 0, 19)
    assert _fault(room, [made[1], misread]) == (Fault.WORD, 1, 7)
    assert _fault(room, [made[1], made[2], swapped])[:2] == (Fault.CHECKSUM, 2)
    assert _fault(room, [made[1], made[1], made[2]])[:2] == (Fault.TWICE, 1)
    assert _fault(room, [])[0] is Fault.TOO_FEW


def test_an_error_never_repeats_the_words(room: DeskRoom) -> None:
    words = _made(room)[0].split()
    with room.work() as session:
        start_writing(session)
        with pytest.raises(SheetError) as refused:
            rehearse(session, [" ".join([words[1], words[0], *words[2:]])], "person:1")
    assert str(refused.value) == str(SheetError(Fault.CHECKSUM, 0))
    assert refused.value.__cause__ is None


def test_four_letters_of_each_word_are_enough(room: DeskRoom) -> None:
    made = _made(room)
    short = [" ".join(word[:4].upper() for word in one.split()) for one in made]
    with room.work() as session:
        start_writing(session)
        assert rehearse(session, short[:3], "person:1") > 0


def test_a_new_set_ends_the_old_one_when_it_is_rehearsed_and_not_before(room: DeskRoom) -> None:
    old = _rehearsed(room)
    new = _made(room)
    with room.work() as session:
        start_writing(session)
        restore(session, keyring(), old[:3], "desk")
        session.commit()
        start_writing(session)
        rehearse(session, new[:3], "person:1")
        session.commit()
        assert [one.state for one in recovery_sets(session)] == [SetState.IN_FORCE]
    assert _fault(room, old[:3])[0] is Fault.OTHER_SET
    assert _fault(room, [new[0], old[1], new[2]])[:2] == (Fault.OTHER_SET, 1)


def test_a_set_made_anew_before_its_rehearsal_ends_the_first(room: DeskRoom) -> None:
    first, _second = _made(room), _made(room)
    assert _fault(room, first[:3])[0] is Fault.OTHER_SET


def test_sheets_of_another_desk_open_nothing(room: DeskRoom) -> None:
    _rehearsed(room)
    strangers = sheets.cut(sheets.new_secret(), 3, 5)
    assert _fault(room, strangers[:3])[0] is Fault.OTHER_SET


def test_ended_sheets_open_nothing(room: DeskRoom) -> None:
    made = _rehearsed(room)
    with room.work() as session:
        start_writing(session)
        assert end_sets(session, "person:1") == 1
        session.commit()
        assert recovery_sets(session) == []
    assert _fault(room, made[:3])[0] is Fault.OTHER_SET


def test_a_sheet_is_shown_once(room: DeskRoom) -> None:
    _made(room)
    with room.work() as session:
        start_writing(session)
        with pytest.raises(SheetGoneError):
            show_sheet(session, keyring(), 1, 1, "person:1")


def test_a_locked_desk_makes_and_shows_no_sheet(room: DeskRoom) -> None:
    room.ring.lock()
    with room.work() as session:
        start_writing(session)
        with pytest.raises(DeskLockedError):
            make_set(session, keyring(), needed=2, count=3, actor="person:1")


def test_a_rehearsal_is_overdue_after_half_a_year(room: DeskRoom) -> None:
    made = _rehearsed(room)
    room.clock.advance(timedelta(days=181))
    with room.work() as session:
        assert not recovery_sets(session)[0].overdue
    room.clock.advance(timedelta(days=1))
    with room.work() as session:
        assert recovery_sets(session)[0].overdue
        start_writing(session)
        rehearse(session, made[2:], "person:1")
        session.commit()
        assert not recovery_sets(session)[0].overdue


@pytest.mark.parametrize(("needed", "count"), [(1, 5), (4, 3), (2, 17), (0, 0)])
def test_numbers_out_of_their_range_make_no_sheets(room: DeskRoom, needed: int, count: int) -> None:
    with room.work() as session:
        start_writing(session)
        with pytest.raises(ValueError, match="2 to 16"):
            make_set(session, keyring(), needed=needed, count=count, actor="person:1")


def test_a_set_moves_only_where_the_table_has_a_way() -> None:
    for state in SetState:
        for move in SetMove:
            if (state, move) in TABLE:
                assert after(state.value, move) is TABLE[state, move]
            else:
                with pytest.raises(IllegalSetMoveError):
                    after(state.value, move)


def test_sheets_let_a_new_lead_in_after_every_password_is_lost(room: DeskRoom) -> None:
    made = _rehearsed(room)
    config = DeskConfig.from_env(
        {"TOCSIN_HOME": str(room.config.home.parent)}
        | (
            {"TOCSIN_DESK_DATABASE_URL": room.config.database_url}
            if room.config.database_url.startswith("postgres")
            else {}
        )
    )
    app = create_desk_app(config, room.clock)
    with app.app_context():
        assert keyring().locked
    newcomer = open_browser(room, app)
    newcomer.get("/login")
    refused = newcomer.post("/recover", {"sheet": [made[0], made[1], ""]}, page="/recover")
    assert refused.status_code == 422
    assert made[0] in refused.get_data(as_text=True)
    opened = newcomer.post("/recover", {"sheet": made[1:4]}, page="/recover")
    assert opened.status_code == 302
    token = opened.headers["Location"].rsplit("/", 1)[1]
    assert newcomer.set_up(token, "Amal").status_code == 200
    assert newcomer.get("/queue").status_code == 200
    with app.app_context():
        assert not keyring().locked
        db.engine.dispose()
    with room.work() as session:
        acts = [entry.act for entry in latest(session, limit=20)]
        assert {"recovery.refuse", "recovery.restore", "link.invite", "person.join"} <= set(acts)
        assert recovery_sets(session)[0].restored_at is not None
        assert verify(session).intact


def test_a_lead_makes_shows_and_rehearses_sheets_on_the_page(room: DeskRoom) -> None:
    lead = somebody(room, Role.LEAD)
    assert "There are no recovery sheets" in lead.get("/recovery").get_data(as_text=True)
    lead.post("/recovery/make", {"count": "3", "needed": "2"}, page="/recovery")
    shown = []
    for number in (1, 2, 3):
        sheet = lead.post(f"/recovery/1/sheets/{number}/show", {}, page="/recovery")
        shown.append(" ".join(WORD.findall(sheet.get_data(as_text=True))))
    again = lead.post("/recovery/1/sheets/2/show", {}, page="/recovery")
    assert again.status_code == 302
    wrong = lead.post("/recovery/rehearse", {"sheet": [shown[0], "one two"]}, page="/recovery")
    assert wrong.status_code == 422
    assert 'id="sheet-2-error"' in wrong.get_data(as_text=True)
    right = lead.post("/recovery/rehearse", {"sheet": shown[1:]}, page="/recovery")
    assert right.status_code == 302
    page = lead.get("/recovery").get_data(as_text=True)
    assert "in force" in page
    assert not any(words in page for words in shown)
    assert lead.post("/recovery/end", {}, page="/recovery").status_code == 302


@pytest.mark.parametrize(
    "fields",
    [{"count": "5", "needed": "9"}, {"count": "x", "needed": "2"}, {}, {"count": "\u0665"}],
)
def test_the_page_refuses_numbers_out_of_range(room: DeskRoom, fields: dict[str, object]) -> None:
    lead = somebody(room, Role.LEAD)
    assert lead.post("/recovery/make", fields, page="/recovery").status_code == 422


def test_an_administrator_sees_the_state_of_the_sheets_and_makes_none(room: DeskRoom) -> None:
    _made(room)
    admin = somebody(room, Role.ADMIN)
    assert admin.get("/recovery").status_code == 200
    for path in ("make", "rehearse", "end", "1/sheets/1/show"):
        assert admin.post(f"/recovery/{path}", {}, page="/settings").status_code == 403
