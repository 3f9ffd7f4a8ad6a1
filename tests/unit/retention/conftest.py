"""Desks in which everything was done once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.plumbing import passwords
from tests.support.desk import make_desk
from tests.support.filled_desk import FilledDesk, fill


@pytest.fixture(scope="module", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Derive cheaply: what a guess costs is shown by a test of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "PASSES", 1)
        patch.setattr(passwords, "MEMORY_BYTES", 64 * 1024)
        yield


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[FilledDesk]:
    """Seven reports and a follow-up, coded, answered, grouped, assessed, published."""
    room = make_desk(tmp_path)
    yield fill(room, learn=False)
    room.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FilledDesk]:
    """The same, for tests that leave its reports alone."""
    room = make_desk(tmp_path_factory.mktemp("shared"))
    yield fill(room, learn=False)
    room.close()
