"""A world for every test that needs one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.client_world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Two relays, a desk, and a client that has joined."""
    made = World(tmp_path)
    made.join()
    yield made
    made.client.close()
