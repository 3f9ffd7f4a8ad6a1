"""A desk and a relay for each test; on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.plumbing import passwords
from tests.support.desk import DeskRoom, make_desk


@pytest.fixture(autouse=True)
def _quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Derive cheaply: what a guess costs is shown by a test of its own."""
    monkeypatch.setattr(passwords, "PASSES", 1)
    monkeypatch.setattr(passwords, "MEMORY_BYTES", 64 * 1024)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def room(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DeskRoom]:
    """A founded, unlocked desk with one relay."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else None
    desk = make_desk(tmp_path, url)
    yield desk
    desk.close()
