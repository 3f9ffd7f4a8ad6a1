"""Reports go when their time is over, announced first, wholly, and never what is held."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from schemas.domain.vocabulary import Workflow
from server.desk.audit.store import latest, verify
from server.desk.db import Row, desk_session, start_writing
from server.desk.intake.models import PulledBlobRow, ReportRow
from server.desk.intake.store import reports_page
from server.desk.keys.errors import SealedColumnError
from server.desk.keys.hand import Hand
from server.desk.keys.keyring import keyring
from server.desk.keys.sealed_files import erase, path_of, read_sealed, write_sealed
from server.desk.retention import applying, store
from server.desk.retention.applying import Outcome
from server.desk.retention.models import ErasureDueRow, ReportLevelRow
from server.desk.retention.removal import STAYS
from server.desk.retention.rules import LEVELS, NOTICE, Fate
from server.desk.triage import acts
from server.desk.triage.index.reading import report_index
from server.desk.triage.models import TriageRow
from server.desk.triage.workflow import Act
from tests.support.desk import make_desk
from tests.support.desk_browser import somebody
from tests.support.filled_desk import FilledDesk, fill

KEPT_DAYS = 30


def _hand(desk: FilledDesk) -> Hand:
    start_writing(desk_session())
    return Hand(desk_session(), keyring(), "command", desk.room.clock.now())


def _finish(desk: FilledDesk, *report_ids: str) -> None:
    """Let the analyst, who holds what she coded, close some reports."""
    for report_id in report_ids:
        with desk.room.work() as session:
            hand = replace(_hand(desk), actor=f"person:{desk.named['person_id']}")
            if Workflow(session.get_one(TriageRow, report_id).state) is Workflow.NEW:
                acts.take(hand, report_id, Act.CLAIM)
            acts.take(hand, report_id, Act.CLOSE)
            session.commit()


def _indexed(desk: FilledDesk) -> set[str]:
    """Name every report that the index in memory knows words of."""
    with desk.room.work() as session:
        found = report_index(session, keyring()).ask("SELECT report_id FROM report")
    return {bytes(one).hex() for (one,) in found}


def _run(desk: FilledDesk) -> Outcome:
    with desk.room.work():
        return applying.apply(_hand(desk), desk.room.config.evidence_path)


def _set_days(desk: FilledDesk, days: int | str) -> None:
    desk.do("/retention", {"unset": str(days)}, by=desk.lead)


def _let_time_pass(desk: FilledDesk, days: int) -> None:
    desk.room.clock.advance(timedelta(days=days))
    desk.lead = somebody(desk.room, name=f"Lead {days} {len(desk.authors)}")
    desk.authors.append(b"")


def _all_ids(desk: FilledDesk) -> list[str]:
    with desk.room.work() as session:
        return [str(view.report_id) for view in reports_page(session, keyring(), limit=50)]


def _announced(desk: FilledDesk) -> FilledDesk:
    """Finish the first report and let its time go by, so that one run has announced it."""
    _finish(desk, desk.named["report_id"])
    _set_days(desk, KEPT_DAYS)
    _let_time_pass(desk, KEPT_DAYS + 1)
    assert _run(desk) == Outcome(announced=1, taken_back=0, deleted=0, files_erased=0)
    return desk


def _naming(desk: FilledDesk, word: str) -> set[str]:
    """Name every table with a row that holds a word in a column of text."""
    with desk.room.work() as session:
        return {
            table.name
            for table in Row.metadata.sorted_tables
            for row in session.execute(table.select())
            if any(word in value for value in row if isinstance(value, str))
        }


def test_nothing_is_deleted_until_somebody_says_for_how_long_it_is_kept(desk: FilledDesk) -> None:
    _finish(desk, desk.named["report_id"])
    _let_time_pass(desk, 20_000)
    assert _run(desk) == Outcome(0, 0, 0, 0)


@dataclass
class Story:
    """A report's way out, told by what a run did and what was there before and after."""

    desk: FilledDesk
    page: str
    early: Outcome
    done: Outcome
    before: list[str]
    indexed_before: set[str]
    sealed: bytes
    file: Path


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def story(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Story]:
    """Announce, wait, run too early, wait, and run."""
    on_postgres = request.param == "postgres"
    url = request.getfixturevalue("create_postgres_database")() if on_postgres else None
    desk = fill(make_desk(tmp_path_factory.mktemp("home"), url), learn=False)
    with desk.room.work() as session:
        wanted = select(PulledBlobRow.blob).join(ReportRow, ReportRow.blob_id == PulledBlobRow.id)
        wanted = wanted.where(ReportRow.report_id == desk.named["report_id"])
        sealed = bytes(session.execute(wanted).scalar_one() or b"")
    _announced(desk)
    page, before, indexed = desk.lead.get("/retention").text, _all_ids(desk), _indexed(desk)
    file = path_of(desk.room.config.evidence_path, desk.named["attachment_id"])
    assert file.is_file()
    _let_time_pass(desk, NOTICE.days - 1)
    early = _run(desk)
    _let_time_pass(desk, 1)
    yield Story(desk, page, early, _run(desk), before, indexed, sealed, file)
    desk.room.close()


def test_a_report_is_announced_and_deleted_two_weeks_later_and_not_before(story: Story) -> None:
    first = story.desk.named["report_id"]
    assert first[:8] in story.page
    assert "Announced: it will be deleted" in story.page
    assert story.early.deleted == 0
    assert story.done == Outcome(announced=0, taken_back=0, deleted=1, files_erased=1)
    assert story.desk.lead.get(f"/reports/{first}").status_code == 404


def test_of_a_deleted_report_nothing_is_left_but_that_it_was_there(story: Story) -> None:
    first, file_id = story.desk.named["report_id"], story.desk.named["attachment_id"]
    assert _naming(story.desk, first) <= STAYS
    assert _naming(story.desk, file_id) <= STAYS
    assert not story.file.exists()
    assert set(_all_ids(story.desk)) == set(story.before) - {first}
    with story.desk.room.work() as session:
        emptied = session.connection().exec_driver_sql(
            "SELECT blob FROM pulled_blob WHERE stage = 'deleted'"
        )
        assert {blob for (blob,) in emptied} == {None}
        entries = [one for one in latest(session, limit=50) if one.act == "report.delete"]
        assert [(one.subject, one.detail["files"]) for one in entries] == [(first, 1)]
        assert verify(session).intact


def test_a_deleted_report_is_found_by_none_of_its_words(story: Story) -> None:
    assert story.desk.named["report_id"] in story.indexed_before
    assert _indexed(story.desk) == set(_all_ids(story.desk))


def test_the_same_envelope_sent_again_is_not_opened_again(story: Story) -> None:
    kept = _all_ids(story.desk)
    story.desk.room.relay.put([story.sealed])
    story.desk.room.pull()
    assert _all_ids(story.desk) == kept


@pytest.mark.parametrize("kind", ["report", "incident"])
def test_a_hold_beats_retention_until_it_is_lifted(desk: FilledDesk, kind: str) -> None:
    _announced(desk)
    subject = desk.named[f"{kind}_id"]
    path = f"/keeping/{kind}/{subject}"
    desk.do(f"{path}/hold", {"reason": "A court asked for it."}, by=desk.lead)
    assert "A court asked for it." in desk.lead.get(path).text
    _let_time_pass(desk, NOTICE.days)
    assert _run(desk) == Outcome(announced=0, taken_back=1, deleted=0, files_erased=0)
    _let_time_pass(desk, 2000)
    assert _run(desk).deleted == 0
    desk.do(f"{path}/lift", {"reason": "The court is done."}, by=desk.lead)
    assert _run(desk).announced == 1
    _let_time_pass(desk, NOTICE.days)
    assert _run(desk).deleted == 1


def test_a_hold_that_is_placed_while_a_run_is_under_way_is_kept_to(desk: FilledDesk) -> None:
    first = _announced(desk).named["report_id"]
    _let_time_pass(desk, NOTICE.days)
    with desk.room.work() as session:
        (due,) = store.verdicts(session, keyring(), desk.room.clock.now(), only=first)
    assert due.fate is Fate.TO_DELETE
    desk.do(f"/keeping/report/{first}/hold", {"reason": "A court asked for it."}, by=desk.lead)
    with desk.room.work():
        assert not applying.delete_due(_hand(desk), desk.room.config.evidence_path, first)
    assert first in _all_ids(desk)


def test_a_hold_needs_a_reason_and_what_was_typed_comes_back(shared: FilledDesk) -> None:
    path = f"/keeping/report/{shared.named['report_id']}"
    response = shared.lead.post(f"{path}/hold", {"reason": "  "}, page="/me")
    assert response.status_code == 422
    assert "No hold." in response.text


def test_work_on_a_report_takes_its_announcement_back(desk: FilledDesk) -> None:
    _announced(desk)
    with desk.room.work() as session:
        acts.take(_hand(desk), desk.named["report_id"], Act.REOPEN)
        session.commit()
    _let_time_pass(desk, NOTICE.days)
    assert _run(desk) == Outcome(announced=0, taken_back=1, deleted=0, files_erased=0)


def test_each_level_has_a_time_of_its_own(desk: FilledDesk) -> None:
    first, other = desk.named["report_id"], desk.named["other"]
    _finish(desk, first, other)
    desk.do(f"/keeping/report/{first}/level", {"level": "severe"}, by=desk.lead)
    desk.do("/retention", {"unset": "400", "severe": "10"}, by=desk.lead)
    desk.room.clock.advance(timedelta(days=11))
    with desk.room.work() as session:
        found = {
            one.report_id: one.fate
            for one in store.verdicts(session, keyring(), desk.room.clock.now())
        }
    assert (found[first], found[other]) == (Fate.TO_ANNOUNCE, Fate.LATER)


def test_a_level_is_sealed_and_its_length_tells_nothing(shared: FilledDesk) -> None:
    lengths = set()
    for level in LEVELS:
        with shared.room.work() as session:
            store.say_level(_hand(shared), shared.named["report_id"], level)
            session.commit()
            row = session.get_one(ReportLevelRow, shared.named["report_id"])
            lengths.add(len(row.sealed_level))
            assert store.level_of(session, keyring(), row.report_id) == level
    assert len(lengths) == 1


@pytest.mark.parametrize("days", ["0", "-3", "1.5", "x", "99999999"])
def test_days_that_are_none_change_nothing(shared: FilledDesk, days: str) -> None:
    _set_days(shared, days)
    assert "Give whole days" in shared.lead.get("/retention").text
    with shared.room.work() as session:
        assert set(store.days_of_levels(session).values()) == {None}


def test_an_interrupted_erasing_goes_on_at_the_next_run(shared: FilledDesk) -> None:
    file_id = shared.named["attachment_id"]
    with shared.room.work() as session:
        start_writing(session)
        session.add(ErasureDueRow(file_id=file_id))
        session.commit()
    assert _run(shared).files_erased == 1
    assert not path_of(shared.room.config.evidence_path, file_id).exists()
    assert _run(shared).files_erased == 0


def test_an_erased_file_opens_for_nobody_even_if_its_pieces_were_kept(
    shared: FilledDesk, tmp_path: Path
) -> None:
    ring, file_id = shared.room.ring, "ab" * 16
    write_sealed(ring, tmp_path, file_id, [b"a witness's picture " * 9000])
    path = path_of(tmp_path, file_id)
    whole = path.read_bytes()
    linked = tmp_path / "kept-by-somebody"
    linked.hardlink_to(path)
    erase(tmp_path, file_id)
    assert not path.exists()
    left = linked.read_bytes()
    assert len(left) == len(whole)
    assert left[200:] == whole[200:]
    path.write_bytes(left)
    with pytest.raises(SealedColumnError):
        list(read_sealed(ring, tmp_path, file_id))
