"""What the privacy tests share."""

from collections.abc import Iterator

import pytest

from server.plumbing import passwords


@pytest.fixture(scope="module")
def quick_passwords() -> Iterator[None]:
    """Derive cheaply: what a guess costs is shown by a test of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "PASSES", 1)
        patch.setattr(passwords, "MEMORY_BYTES", 64 * 1024)
        yield
