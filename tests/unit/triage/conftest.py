"""A desk room on each database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.desk.db import db
from tests.unit.triage.desk_room import DeskRoom, open_desk_room


@pytest.fixture
def room(tmp_path: Path) -> Iterator[DeskRoom]:
    """A founded desk on SQLite."""
    made = open_desk_room(tmp_path / "desk")
    yield made
    with made.inside():
        db.engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def any_room(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DeskRoom]:
    """A founded desk on SQLite, then on PostgreSQL."""
    wanted = request.param == "postgresql"
    url = str(request.getfixturevalue("postgres_url")) if wanted else ""
    made = open_desk_room(tmp_path / "desk", database_url=url)
    yield made
    with made.inside():
        db.engine.dispose()
