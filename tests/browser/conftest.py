"""Phones, photographs and really started servers for the browser tests.

Two kinds of servers: `standing` ones serve the whole run, and each test tells its own report by
its words; a `spine` of its own is for tests that stop it or count all that it has.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.support.phone import Phone, Words
from tests.browser.support.spine import Spine

MakePhone = Callable[..., Phone]


@pytest.fixture(scope="session")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spine]:
    """Servers that stand for the whole run."""
    home = tmp_path_factory.mktemp("standing") / "home"
    home.mkdir()
    servers = Spine(home)
    servers.start()
    yield servers
    servers.stop()


@pytest.fixture
def spine(tmp_path: Path) -> Iterator[Spine]:
    """Servers of this test alone."""
    home = tmp_path / "home"
    home.mkdir()
    servers = Spine(home)
    servers.start()
    yield servers
    servers.stop()


@pytest.fixture
def words(request: pytest.FixtureRequest) -> Words:
    """A report that no other test writes."""
    text = f"Two trucks came at dawn and took the young men. {request.node.name}"
    return Words(text=text, place="Upper mill street")


@pytest.fixture
def make_phone(chromium: Browser, tmp_path: Path, standing: Spine) -> Iterator[MakePhone]:
    """A maker of phones, each with a storage of its own, for the standing servers."""
    yield from _phones(chromium, tmp_path, standing)


@pytest.fixture
def phone(make_phone: MakePhone, standing: Spine) -> Phone:
    """A phone that has joined the standing desk."""
    joined = make_phone()
    joined.join(standing.addresses.invite)
    return joined


@pytest.fixture
def make_phone_of_spine(chromium: Browser, tmp_path: Path, spine: Spine) -> Iterator[MakePhone]:
    """A maker of phones for the servers of this test alone."""
    yield from _phones(chromium, tmp_path, spine)


@pytest.fixture
def phone_of_spine(make_phone_of_spine: MakePhone, spine: Spine) -> Phone:
    """A phone that has joined the desk of this test alone."""
    joined = make_phone_of_spine()
    joined.join(spine.addresses.invite)
    return joined


def _phones(chromium: Browser, folder: Path, servers: Spine) -> Iterator[MakePhone]:
    phones: list[Phone] = []

    def make(**more: object) -> Phone:
        profile = folder / f"phone-{len(phones)}"
        url = servers.addresses.phone_url
        phones.append(Phone(chromium.browser_type, profile, url, **more))
        return phones[-1]

    yield make
    for phone in phones:
        phone.close()
