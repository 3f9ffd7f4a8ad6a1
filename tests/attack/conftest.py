"""A desk in which everything was done once, for attacks that change nothing."""

from collections.abc import Iterator

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


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, quick_passwords: None) -> Iterator[FilledDesk]:
    """One desk for all attacks of a module."""
    del quick_passwords
    room = make_desk(tmp_path_factory.mktemp("home"))
    yield fill(room, learn=False)
    room.close()
