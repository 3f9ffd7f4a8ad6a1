"""Relays for the tests of this room, on both databases."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from schemas.wire.frames import FrameType, encode_frame
from server.cli.main import main
from tests.support.courier_relay import CourierPair
from tests.support.relays import RelayUnderTest, directory_of

MakeRelay = Callable[..., RelayUnderTest]


@dataclass(frozen=True)
class Done:
    """What a command did."""

    code: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Run]:
    """Run a relay command in the home of this test; a log it sets up ends with the test."""
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path))
    root, ours = logging.getLogger(), logging.getLogger("tocsin")
    handlers, levels = list(root.handlers), (root.level, ours.level)

    def run_command(*words: str) -> Done:
        try:
            code = main(["relay", *words])
        except SystemExit as exit_:
            code = int(exit_.code or 0)
        captured = capsys.readouterr()
        return Done(code, captured.out, captured.err)

    yield run_command
    root.handlers[:] = handlers
    root.setLevel(levels[0])
    ours.setLevel(levels[1])


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str | None:
    """The address of an empty database; None for the relay's own SQLite file."""
    return None if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def make_relay(tmp_path: Path, database_url: str | None) -> Iterator[MakeRelay]:
    """A maker of relays on one folder and database: a second one is the first restarted."""
    made: list[RelayUnderTest] = []

    def make(**settings: int) -> RelayUnderTest:
        for earlier in made:
            earlier.close()
        clock = made[-1].clock if made else None
        made.append(RelayUnderTest(tmp_path, url=database_url, clock=clock, **settings))
        return made[-1]

    yield make
    for relay in made:
        relay.close()


@pytest.fixture
def relay(make_relay: MakeRelay) -> RelayUnderTest:
    """A relay with the usual settings."""
    return make_relay()


@pytest.fixture
def lone_relay(tmp_path: Path) -> Iterator[RelayUnderTest]:
    """A relay on SQLite, where the database makes no difference."""
    relay = RelayUnderTest(tmp_path)
    yield relay
    relay.close()


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[CourierPair]:
    """A courier relay that knows the desk's root key, and its upstream."""
    made = CourierPair(tmp_path)
    made.upstream.desk(encode_frame(FrameType.PUT_DIRECTORY, directory_of(2)))
    yield made
    made.close()
