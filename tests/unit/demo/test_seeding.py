"""The demonstration's year really happens: sealed, relayed, opened, worked on, published."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.desk.app import create_desk_app
from server.desk.audit.store import verify
from server.desk.db import db, desk_session
from server.desk.intake.models import AttachmentRow, QuarantineRow, ReportRow
from server.desk.intake.store import reports_page
from server.desk.keys.credentials import unlock_from_config
from server.desk.keys.keyring import keyring
from server.desk.publishing.store import publications
from server.desk.signals.store import assessments_of, signals
from server.desk.triage.models import TriageRow
from server.plumbing.clock import FixedClock
from server.plumbing.config import DeskConfig
from tools.demo.seed import SeedError, is_seeded, seed
from tools.demo.seeding.story import read_json, tell

BASE = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
INERT = 4
"""Hostile inputs that open as harmless text; ``hostile.json`` says so of each."""


@pytest.fixture(scope="module")
def home_env(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """A demonstration's home, made once."""
    env = {"TOCSIN_HOME": str(tmp_path_factory.mktemp("demo") / "home")}
    seed(env, BASE, lambda _done, _of: None)
    return env


@contextmanager
def desk_of(env: Mapping[str, str]) -> Iterator[Session]:
    config = DeskConfig.from_env(env)
    app = create_desk_app(config, FixedClock(BASE))
    with app.app_context():
        unlock_from_config(desk_session(), keyring(), config)
        yield desk_session()
        desk_session().rollback()
        db.engine.dispose()


def test_every_report_of_the_story_is_at_the_desk_once(home_env: Mapping[str, str]) -> None:
    told = Counter(one.text for one in tell(BASE))
    with desk_of(home_env) as session:
        opened = Counter(
            view.report.text for view in reports_page(session, keyring(), limit=10_000)
        )
    assert not told - opened
    assert (opened - told).total() == INERT + 1  # and the lying manifest's text


def test_hostile_input_ends_where_it_should(home_env: Mapping[str, str]) -> None:
    quarantined = sum(
        len(item["make"].get("sizes_bytes", [1]))
        for item in read_json("hostile.json")["inputs"]
        if item["ends"] == "quarantine"
    )
    with desk_of(home_env) as session:
        kinds = Counter(session.execute(select(QuarantineRow.kind)).scalars())
        states = Counter(session.execute(select(AttachmentRow.state)).scalars())
    assert states["damaged"] == 1
    # Noise of the two chunk sizes waits for a report that never comes before it is put aside.
    waiting = 2
    assert sum(count for kind, count in kinds.items() if kind != "bad-attachment") == (
        quarantined - waiting
    )
    assert set(kinds) >= {"not-for-us", "bad-author", "bad-deflate", "bad-report"}


def test_reports_arrive_over_the_year_and_not_all_at_once(home_env: Mapping[str, str]) -> None:
    with desk_of(home_env) as session:
        days = {
            moment.date() for moment in session.execute(select(ReportRow.received_at)).scalars()
        }
        states = Counter(session.execute(select(TriageRow.state)).scalars())
    assert len(days) > 100
    assert min(days).year == BASE.year - 1
    assert states["triaged"] > 100
    assert states["duplicate"] > 0


def test_one_assessment_is_published_and_one_waits_for_a_signature(
    home_env: Mapping[str, str],
) -> None:
    with desk_of(home_env) as session:
        ring = keyring()
        states = Counter(
            written.state.value
            for signal in signals(session, ring)
            for written in assessments_of(session, ring, signal.id)
        )
        published = publications(session, ring)
        assert verify(session).intact
    assert states == {"signed": 1, "awaiting": 1}
    assert [item.alert.status.value for item in published] == ["Exercise"]


def test_seeding_again_changes_nothing_and_a_real_desk_is_never_mixed(
    home_env: Mapping[str, str], tmp_path: Path
) -> None:
    assert is_seeded(home_env)
    database = DeskConfig.from_env(home_env).home / "desk.db"
    before = database.stat().st_mtime_ns
    seed(home_env, BASE, lambda _done, _of: None)
    assert database.stat().st_mtime_ns == before

    (tmp_path / "desk").mkdir()
    with pytest.raises(SeedError, match="TOCSIN_HOME"):
        seed({"TOCSIN_HOME": str(tmp_path)}, BASE, lambda _done, _of: None)


def test_seeding_that_was_cut_off_is_begun_anew(tmp_path: Path) -> None:
    class CutOffError(Exception):
        pass

    def cut(_done: int, _of: int) -> None:
        raise CutOffError

    env = {"TOCSIN_HOME": str(tmp_path / "home")}
    for _ in range(2):
        with pytest.raises(CutOffError):
            seed(env, BASE, cut)
        assert not is_seeded(env)
        assert [one.name for one in tmp_path.iterdir()] == ["home.unfinished"]
