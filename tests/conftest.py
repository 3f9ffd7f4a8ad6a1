"""What every test shares: repeatable randomness, PostgreSQL and browsers."""

import logging
import os
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser

from tests.support.chromium import MISSING, chromium_path, running_chromium
from tests.support.firefox import MISSING_FIREFOX, firefox_path
from tests.support.postgres import EmbeddedPostgres

# `make test` and CI must give the same verdict twice; `explore` is for a night of fuzzing.
settings.register_profile(
    "repeatable",
    derandomize=True,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("explore", parent=settings.get_profile("repeatable"), derandomize=False)
settings.load_profile(os.environ.get("TOCSIN_HYPOTHESIS", "repeatable"))


@pytest.fixture(autouse=True)
def _logs_stay_with_their_test() -> Iterator[None]:
    """Take down what a command set up for its log: its stream is closed with the test."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield
    for handler in set(root.handlers) - set(before):
        root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[EmbeddedPostgres]:
    """One embedded PostgreSQL for the whole run, with fsync off."""
    with EmbeddedPostgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: EmbeddedPostgres) -> Iterator[str]:
    """An empty database of its own for this test, as a SQLAlchemy address."""
    url = postgres_server.create_database()
    yield url
    postgres_server.drop_database(url)


@pytest.fixture(scope="session")
def create_postgres_database(postgres_server: EmbeddedPostgres) -> Callable[[], str]:
    """A maker of empty databases, for tests that need several or a state machine that resets."""
    return postgres_server.create_database


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One headless Chromium for the whole run; tests open a context of their own in it."""
    path = chromium_path()
    if path is None:
        pytest.skip(MISSING)
    with running_chromium(path) as browser:
        yield browser


@pytest.fixture(scope="session")
def firefox_program() -> str:
    """The Firefox of this machine, as a program; each phone starts one of its own."""
    path = firefox_path()
    if path is None:
        pytest.skip(MISSING_FIREFOX)
    return path


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly, once, that browser tests did not run."""
    skipped = terminalreporter.getreports("skipped")
    for line in (MISSING, MISSING_FIREFOX):
        if any(line in report.longreprtext for report in skipped):
            terminalreporter.write_line(f"*** {line} ***", red=True, bold=True)
