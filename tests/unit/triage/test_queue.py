"""The queue finds, counts, pages and keeps up, and what is done can be undone."""

from datetime import timedelta

import pytest

from schemas.domain.report import Place
from schemas.domain.vocabulary import Category, Workflow
from server.desk.accounts.roles import Person, Role
from server.desk.db import desk_session
from server.desk.keys.errors import DeskLockedError
from server.desk.keys.keyring import keyring
from server.desk.triage import acts, coding
from server.desk.triage.asking import QueueFilter
from server.desk.triage.index.attending import Attending
from server.desk.triage.index.memory import ReportIndex
from server.desk.triage.index.reading import READ_AT_ONCE, reading_of_desk, report_index
from server.desk.triage.listing import (
    PAGE_REPORTS,
    QueueCounts,
    QueuePage,
    next_open,
    queue_counts,
    queue_page,
)
from server.desk.triage.saved_views import forget_view, save_view, saved_views
from server.desk.triage.taxonomy import taxonomy_of
from server.desk.triage.workflow import LEASE, Act
from tests.unit.triage.desk_room import DeskRoom


def index_of() -> ReportIndex:
    """Give the index, kept up."""
    desk_session().rollback()
    return report_index(desk_session(), keyring())


def counts(room: DeskRoom, person: Person) -> QueueCounts:
    with room.inside():
        return queue_counts(index_of(), actor=person.actor, now=room.clock.now())


def page(room: DeskRoom, person: Person, **asked: str) -> QueuePage:
    with room.inside():
        index, now = index_of(), room.clock.now()
        numbers = queue_counts(index, actor=person.actor, now=now)
        wanted = QueueFilter.from_query(asked)
        return queue_page(index, wanted, numbers, actor=person.actor, now=now)


def take(room: DeskRoom, person: Person, report_id: str, *steps: Act) -> None:
    with room.inside():
        for step in steps:
            acts.take(room.hand(person), report_id, step)
            desk_session().commit()


def test_counts_follow_every_act_and_every_run_out_claim(any_room: DeskRoom) -> None:
    room, person = any_room, any_room.person()
    first, second, _ = (room.report(f"Report number {number}.") for number in range(3))
    assert counts(room, person).of("open") == 3
    take(room, person, first, Act.CLAIM)
    take(room, person, second, Act.CLAIM, Act.TRIAGE)
    seen = counts(room, person)
    assert (seen.of("open"), seen.of("mine"), seen.of("claimed"), seen.of("new")) == (2, 1, 1, 1)
    assert seen.of("triaged") == 1
    room.clock.advance(LEASE + timedelta(seconds=1))
    late = counts(room, person)
    assert (late.of("claimed"), late.of("new"), late.of("mine")) == (0, 2, 0)
    with room.inside():
        acts.undo_last(room.hand(person), second)
        desk_session().commit()
    assert counts(room, person).of("triaged") == 0


def test_what_was_rolled_back_is_in_no_count(room: DeskRoom) -> None:
    person, report_id = room.person(), room.report()
    counts(room, person)
    with room.inside():
        acts.take(room.hand(person), report_id, Act.CLAIM)
        desk_session().rollback()
    assert counts(room, person).of("claimed") == 0


def test_every_total_is_the_number_of_reports_on_its_pages(room: DeskRoom) -> None:
    person = room.person()
    made = [
        room.report(
            f"Report {number} tells of the {'mill' if number % 3 else 'bridge'}.",
            category=list(Category)[number % 4],
            lang="fr" if number % 5 == 0 else "en",
            days_ago=number,
        )
        for number in range(2 * PAGE_REPORTS + 7)
    ]
    for report_id in made[::6]:
        take(room, person, report_id, Act.CLAIM, Act.TRIAGE)
    for asked in (
        {},
        {"state": "all", "order": "event"},
        {"order": "newest"},
        {"q": "mill"},
        {"q": "mill", "order": "event", "lang": "en"},
        {"state": "triaged"},
        {"days": "30", "state": "all", "order": "newest"},
    ):
        assert walked(room, person, asked) == page(room, person, **asked).total, asked


def walked(room: DeskRoom, person: Person, asked: dict[str, str]) -> int:
    """Turn every page forth and back again; give how many different reports stood there."""
    shown = [page(room, person, **asked)]
    while shown[-1].after:
        shown.append(page(room, person, **asked, after=str(shown[-1].after)))
    forth = [one for part in shown for one in part.report_ids]
    assert len(forth) == len(set(forth))
    back = [shown[-1]]
    while back[-1].before:
        back.append(page(room, person, **asked, before=str(back[-1].before)))
    assert [one for part in reversed(back) for one in part.report_ids] == forth
    return len(forth)


def test_the_next_page_skips_and_repeats_nothing_when_colleagues_finish_reports(
    room: DeskRoom,
) -> None:
    person, colleague = room.person(), room.person()
    made = [room.report(f"Report {number}.") for number in range(2 * PAGE_REPORTS)]
    first = page(room, person)
    for report_id in made[:10]:
        take(room, colleague, report_id, Act.CLAIM, Act.TRIAGE)
    second = page(room, person, after=str(first.after))
    assert list(second.report_ids) == made[PAGE_REPORTS:]


def test_words_are_found_in_text_place_and_id_in_any_spelling(room: DeskRoom) -> None:
    person = room.person()
    wanted = room.report("أحرقوا المدرسة ليلا", lang="ar", place=Place(text="Béni, marché"))
    room.report("Something else.")
    for question in ("مدرسه", "marche", "beni", wanted[:8], wanted):
        assert page(room, person, q=question).report_ids == (wanted,), question


def test_filters_ask_after_codings_grades_and_whom_a_report_is_given_to(room: DeskRoom) -> None:
    person, colleague = room.person(), room.person()
    coded, given, plain = (room.report(f"Report {number}.") for number in range(3))
    with room.inside():
        taxonomy = taxonomy_of(room.app.extensions["tocsin.config"].home)
        coding.code(room.hand(person), taxonomy, coded, coding.Judgement("7.12"))
        desk_session().commit()
        acts.assign(room.hand(person), given, colleague.actor)
        desk_session().commit()
    assert page(room, person, coded="7.12").report_ids == (coded,)
    assert page(room, person, coded="no").report_ids == (given, plain)
    assert page(room, colleague, state="mine").report_ids == (given,)
    assert page(room, person, assignee=colleague.actor).report_ids == (given,)
    assert page(room, person, assignee="nobody", coded="no").report_ids == (plain,)


def test_the_next_report_is_one_given_to_me_and_never_one_given_to_others(room: DeskRoom) -> None:
    person, colleague = room.person(), room.person()
    theirs, free, mine = (room.report(f"Report {number}.") for number in range(3))
    with room.inside():
        acts.assign(room.hand(person), theirs, colleague.actor)
        acts.assign(room.hand(person), mine, person.actor)
        desk_session().commit()
        now = room.clock.now()
        assert next_open(index_of(), after="", actor=person.actor, now=now) == mine
        assert next_open(index_of(), after=mine, actor=person.actor, now=now) == free
        assert next_open(index_of(), after=free, actor=colleague.actor, now=now) == theirs


def test_a_locked_desk_forgets_everything_it_had_in_memory(room: DeskRoom) -> None:
    person = room.person()
    room.report("canary-heron by the weir")
    assert page(room, person, q="heron").total == 1
    with room.inside():
        ring = keyring()
        key = ring.storage_key()
        ring.lock()
        with pytest.raises(DeskLockedError):
            report_index(desk_session(), ring)
        assert reading_of_desk().index.size == 0
        ring.unlock(key)
    assert page(room, person, q="heron").total == 1


def test_a_page_takes_in_a_few_of_a_backlog_where_a_thread_reads_the_rest(room: DeskRoom) -> None:
    person = room.person()
    for number in range(READ_AT_ONCE + 5):
        room.report(f"Report {number}.")
    with room.inside():
        reading_of_desk().attended = True
    shown = room.client(person).get("/queue").text
    assert "5 reports are being read in" in shown
    assert counts(room, person).all == READ_AT_ONCE + 5


def test_a_thread_of_its_own_reads_a_backlog_and_outlives_a_failure(room: DeskRoom) -> None:
    for number in range(READ_AT_ONCE + 5):
        room.report(f"Report {number}.")
    attending = Attending(room.app)
    assert attending.turn()
    with room.inside():
        key = keyring().storage_key()
        keyring().lock()
        assert not attending.turn()
        assert reading_of_desk().index.size == 0
        keyring().unlock(key)
        while attending.turn():
            pass
        assert reading_of_desk().index.size == READ_AT_ONCE + 5
        desk_session().connection().exec_driver_sql("ALTER TABLE triage RENAME TO elsewhere")
        desk_session().commit()
    assert not attending.turn()


def test_a_saved_view_is_its_owners_until_it_is_shared(room: DeskRoom) -> None:
    person, colleague = room.person(), room.person(Role.READER)
    with room.inside():
        asked = QueueFilter.from_query({"q": "mill", "lang": "ar", "order": "newest"})
        save_view(room.hand(person), "Arabic, mill", asked, shared=False)
        save_view(room.hand(person), "For all", asked, shared=True)
        desk_session().commit()
        session, ring = desk_session(), keyring()
        assert [view.name for view in saved_views(session, ring, colleague.actor)] == ["For all"]
        mine = saved_views(session, ring, person.actor)
        assert [view.asked for view in mine] == [asked, asked]
        forget_view(session, mine[0].id, colleague.actor)
        assert len(saved_views(session, ring, person.actor)) == 2
        forget_view(session, mine[0].id, person.actor)
        assert len(saved_views(session, ring, person.actor)) == 1
        session.rollback()


def test_what_was_done_together_is_undone_together(any_room: DeskRoom) -> None:
    room, person, colleague = any_room, any_room.person(), any_room.person()
    made = [room.report(f"Report {number}.") for number in range(4)]
    with room.inside():
        hand = room.hand(person)
        for report_id in made[:3]:
            acts.take(hand, report_id, Act.CLAIM)
            acts.take(hand, report_id, Act.CLOSE)
        desk_session().commit()
        room.clock.advance(timedelta(seconds=1))
        acts.take(room.hand(colleague), made[2], Act.REOPEN)
        desk_session().commit()
        assert acts.undo_together(room.hand(person)) == 2
        desk_session().commit()
    seen = counts(room, person)
    assert seen.of(Workflow.CLOSED) == 0
    assert seen.of("new") == 4
