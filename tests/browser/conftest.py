"""Phones, photographs and really started servers for the browser tests."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.support.phone import Phone
from tests.browser.support.spine import Addresses, Spine

MakePhone = Callable[..., Phone]


@pytest.fixture
def spine(tmp_path: Path) -> Iterator[Spine]:
    """Servers that are not started yet; stopped in the end."""
    home = tmp_path / "home"
    home.mkdir()
    servers = Spine(home)
    yield servers
    servers.stop()


@pytest.fixture
def addresses(spine: Spine) -> Addresses:
    """The addresses of started servers."""
    return spine.start()


@pytest.fixture
def make_phone(chromium: Browser, tmp_path: Path, addresses: Addresses) -> Iterator[MakePhone]:
    """A maker of phones, each with a storage of its own."""
    phones: list[Phone] = []

    def make(**more: object) -> Phone:
        profile = tmp_path / f"phone-{len(phones)}"
        phones.append(Phone(chromium.browser_type, profile, addresses.phone_url, **more))
        return phones[-1]

    yield make
    for phone in phones:
        phone.close()


@pytest.fixture(scope="session")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Addresses]:
    """The addresses of servers that stand for the whole run, for tests of the phone's own pages."""
    home = tmp_path_factory.mktemp("standing") / "home"
    home.mkdir()
    servers = Spine(home)
    yield servers.start()
    servers.stop()


@pytest.fixture
def make_visitor(chromium: Browser, tmp_path: Path, standing: Addresses) -> Iterator[MakePhone]:
    """A maker of phones for the standing servers."""
    phones: list[Phone] = []

    def make(**more: object) -> Phone:
        profile = tmp_path / f"visitor-{len(phones)}"
        phones.append(Phone(chromium.browser_type, profile, standing.phone_url, **more))
        return phones[-1]

    yield make
    for phone in phones:
        phone.close()


@pytest.fixture
def visitor(make_visitor: MakePhone, standing: Addresses) -> Phone:
    """A phone that has joined the standing desk."""
    joined = make_visitor()
    joined.join(standing.invite)
    return joined


@pytest.fixture
def phone(make_phone: MakePhone, addresses: Addresses) -> Phone:
    """A phone that has joined the desk."""
    joined = make_phone()
    joined.join(addresses.invite)
    return joined
