"""A path for each channel: opened, counted, judged, retired."""

import io
from datetime import timedelta
from pathlib import Path

import pytest

from schemas.domain.sync import RequestHeader
from schemas.wire.exchange import encode_request_header
from server.relay.channel_report import WORDS, Sign, report
from server.relay.channels import (
    MOST_CHANNELS,
    PATHS_FILE,
    Channel,
    add_channel,
    parse_channels,
    read_channels,
    retire_channel,
)
from server.relay.errors import HomeError
from server.relay.home import init_home
from server.relay.tallies import DAYS_KEPT, TALLIES_FILE, DayTally, Tallies, read_tallies
from tests.support.relay_answers import put
from tests.support.relays import RelayUnderTest, blob_of

HEADER = encode_request_header(RequestHeader())
GOOD = HEADER + put(blob_of(1))
DAY = 20_000


class Counted(io.BytesIO):
    """A body that tells how much of it was read."""

    @property
    def taken(self) -> int:
        """Tell how many bytes were read."""
        return int(self.tell())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A relay's folder."""
    return init_home(tmp_path / "relay").folder


# --- the file -------------------------------------------------------------------------


def test_new_relay_has_one_channel_the_directorys(folder: Path) -> None:
    (channel,) = read_channels(folder)
    assert (channel.label, channel.place, channel.is_open) == ("directory", 0, True)


def test_file_of_paths_alone_is_still_read() -> None:
    first, second = parse_channels("/one\n/two\n")
    assert [first.label, second.label] == ["directory", "path-2"]
    assert [first.path, second.path] == ["/one", "/two"]


def test_channel_is_added_behind_the_others_with_a_path_of_its_own(folder: Path) -> None:
    add_channel(folder, "posters")
    add_channel(folder, "friends")
    channels = read_channels(folder)
    assert [channel.label for channel in channels] == ["directory", "posters", "friends"]
    assert len({channel.path for channel in channels}) == 3
    assert all(len(channel.path) == 23 for channel in channels)


def test_file_stays_for_its_owner_only(folder: Path) -> None:
    add_channel(folder, "posters")
    assert (folder / PATHS_FILE).stat().st_mode & 0o777 == 0o600
    assert not list(folder.glob("*.new"))


@pytest.mark.parametrize("label", ["", "Posters", "a b", "a" * 33, "-a", "posters/1", "é"])
def test_label_is_a_plain_word(folder: Path, label: str) -> None:
    with pytest.raises(HomeError, match="lower-case"):
        add_channel(folder, label)


def test_two_channels_cannot_share_a_name_even_when_one_is_retired(folder: Path) -> None:
    add_channel(folder, "posters")
    retire_channel(folder, "posters", DAY)
    with pytest.raises(HomeError, match="already"):
        add_channel(folder, "posters")


def test_relay_has_as_many_channels_as_counters(folder: Path) -> None:
    for number in range(MOST_CHANNELS - 1):
        add_channel(folder, f"n{number}")
    with pytest.raises(HomeError, match="another relay"):
        add_channel(folder, "one-more")


def test_path_of_the_directory_is_not_retired_here(folder: Path) -> None:
    with pytest.raises(HomeError, match="at the desk"):
        retire_channel(folder, "directory", DAY)
    with pytest.raises(HomeError, match="no channel"):
        retire_channel(folder, "nobody", DAY)


def test_retiring_twice_keeps_the_first_day(folder: Path) -> None:
    add_channel(folder, "posters")
    retire_channel(folder, "posters", DAY)
    assert retire_channel(folder, "posters", DAY + 5).retired_day == DAY


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no-slash label",
        "/a one\n/a two",
        "/a one\n/b one",
        "/a one gone 1",
        "/a one retired",
        "/a one retired x",
        "/a Label",
        "/a one retired 5",
        "\n".join(f"/p{n} l{n}" for n in range(MOST_CHANNELS + 1)),
    ],
)
def test_damaged_file_is_not_guessed_at(text: str) -> None:
    with pytest.raises(HomeError, match="damaged"):
        parse_channels(text)


def test_channel_does_not_print_its_path(folder: Path) -> None:
    channel = add_channel(folder, "posters")
    assert channel.path not in repr(channel)


# --- the running relay ----------------------------------------------------------------


def test_channel_works_and_ends_without_a_restart(lone_relay: RelayUnderTest) -> None:
    folder = lone_relay.config.home
    channel = add_channel(folder, "posters")
    assert lone_relay.http("POST", channel.path, GOOD).status == "200 OK"
    retire_channel(folder, "posters", lone_relay.day)
    unknown = lone_relay.http("GET", "/no-such-page")
    assert lone_relay.http("POST", channel.path, GOOD) == unknown
    assert lone_relay.http("POST", lone_relay.path, GOOD).status == "200 OK"


def test_damaged_file_closes_nothing(lone_relay: RelayUnderTest) -> None:
    paths = lone_relay.config.home / PATHS_FILE
    paths.write_text("nonsense")
    assert lone_relay.http("POST", lone_relay.path, GOOD).status == "200 OK"


def tallies_of(relay: RelayUnderTest, place: int) -> DayTally:
    """Read today's counts of a channel."""
    return read_tallies(relay.config.home, place, relay.day)[-1]


def test_exchanges_and_strangers_are_counted_on_their_channel(lone_relay: RelayUnderTest) -> None:
    channel = add_channel(lone_relay.config.home, "posters")
    for number in range(3):
        lone_relay.http("POST", channel.path, HEADER + put(blob_of(number)))
    lone_relay.http("GET", channel.path)
    lone_relay.http("POST", channel.path, b"name=value")
    assert tallies_of(lone_relay, 1) == DayTally(lone_relay.day, 10, 2)
    assert tallies_of(lone_relay, 0) == DayTally(lone_relay.day, 0, 0)


def test_exchanges_on_disk_are_rounded_up_to_tens(lone_relay: RelayUnderTest) -> None:
    seen = []
    for number in range(21):
        lone_relay.http("POST", lone_relay.path, HEADER + put(blob_of(number)))
        seen.append(tallies_of(lone_relay, 0).exchanges)
    assert seen == [10] * 10 + [20] * 10 + [30]


def test_desk_is_not_counted(lone_relay: RelayUnderTest) -> None:
    lone_relay.pull()
    assert tallies_of(lone_relay, 0) == DayTally(lone_relay.day, 0, 0)


def test_body_that_was_cut_is_a_bad_line_and_no_stranger(lone_relay: RelayUnderTest) -> None:
    lone_relay.http("POST", lone_relay.path, HEADER[:9], CONTENT_LENGTH="1280")
    assert tallies_of(lone_relay, 0).strangers == 0


def test_stranger_is_heard_to_the_end_on_any_path(lone_relay: RelayUnderTest) -> None:
    for path in (lone_relay.path, "/no-such-page"):
        for body in (b"x" * 200_000, HEADER + b"\xff" * 200_000):
            left = Counted(body)
            lone_relay.http("POST", path, left)
            assert left.taken == len(body)


# --- the counts -----------------------------------------------------------------------


def test_counts_go_on_after_a_restart(folder: Path) -> None:
    first = Tallies(folder)
    for _ in range(12):
        first.exchanged(0, DAY)
    second = Tallies(folder)
    second.exchanged(0, DAY)
    second.asked_by_stranger(0, DAY)
    assert read_tallies(folder, 0, DAY)[-1] == DayTally(DAY, 30, 1)


def test_month_overwrites_itself(folder: Path) -> None:
    tallies = Tallies(folder)
    tallies.exchanged(0, DAY)
    assert read_tallies(folder, 0, DAY + DAYS_KEPT - 1)[0].exchanges == 10
    tallies.exchanged(0, DAY + DAYS_KEPT)
    days = read_tallies(folder, 0, DAY + DAYS_KEPT)
    assert [day.exchanges for day in days] == [0] * (DAYS_KEPT - 1) + [10]


def test_full_disk_costs_the_count_and_no_exchange(folder: Path) -> None:
    tallies = Tallies(folder)
    (folder / TALLIES_FILE).mkdir()
    tallies.exchanged(0, DAY)
    assert not list((folder / TALLIES_FILE).iterdir())


def test_file_of_counts_holds_nothing_but_days_and_counts(lone_relay: RelayUnderTest) -> None:
    lone_relay.http("POST", lone_relay.path, GOOD, source="192.0.2.7")
    lone_relay.clock.advance(timedelta(hours=1))
    lone_relay.http("GET", lone_relay.path, source="192.0.2.7")
    content = (lone_relay.config.home / TALLIES_FILE).read_bytes()
    cells = [content[at : at + 12] for at in range(0, len(content), 12)]
    filled = [cell for cell in cells if any(cell)]
    numbers = [int.from_bytes(filled[0][at : at + 4], "little") for at in (0, 4, 8)]
    assert (len(filled), numbers) == (1, [lone_relay.day, 10, 1])


# --- the verdicts ---------------------------------------------------------------------


def days(exchanges: list[int], strangers: int = 0) -> list[DayTally]:
    """Make counts for the last days, the last one today; the strangers came today."""
    whole = [0] * (DAYS_KEPT - len(exchanges)) + exchanges
    last = len(whole) - 1
    return [
        DayTally(DAY + at, count, strangers if at == last else 0) for at, count in enumerate(whole)
    ]


BUSY = days([20] * 28)
QUIET = days([20] * 21 + [0] * 7)


def sign(*channels: list[DayTally], retired: bool = False) -> Sign:
    """Judge the first of some channels."""
    rows = [
        (Channel(f"/{place}", f"c{place}", place, DAY if retired and not place else None), one)
        for place, one in enumerate(channels)
    ]
    return report(rows)[0].sign


def test_verdicts_follow_the_counts() -> None:
    assert sign(BUSY, BUSY) is Sign.WELL
    assert sign(days([10]), BUSY) is Sign.NEW
    assert sign(days([20] * 28, strangers=1), BUSY) is Sign.ASKED_FOR
    assert sign(days([20] * 28, strangers=3), BUSY) is Sign.LEAKED
    assert sign(QUIET, BUSY) is Sign.SILENT
    assert sign(QUIET, QUIET) is Sign.ALL_SILENT
    assert sign(QUIET, BUSY, retired=True) is Sign.RETIRED
    assert sign(days([], strangers=1), BUSY, retired=True) is Sign.RETIRED_ASKED_FOR


def test_leak_weighs_more_than_silence() -> None:
    assert sign(days([20] * 21 + [0] * 7, strangers=5), BUSY) is Sign.LEAKED


def test_small_channel_that_has_a_quiet_week_is_not_called_silent() -> None:
    assert sign(days([10] + [0] * 10), BUSY) is Sign.NEW


def test_every_verdict_has_words() -> None:
    assert set(WORDS) == set(Sign)
