"""The courier at a memory stick: what is taken, marked, handed over and given back."""

import base64
import os
from itertools import pairwise
from pathlib import Path

import pytest

from client_sync.client import Client
from client_sync.composing import Answers
from client_sync.courier.folder import DAMAGED, OWN_NAME, TAKEN, WatchedFolder
from client_sync.courier.watching import LONGEST_REST_SECONDS, Courier, Look
from client_sync.errors import OutboxFullError
from client_sync.sync.result import SyncResult
from client_sync.views import ImportView
from schemas.bundle.reader import read_bundle
from schemas.bundle.writer import write_bundle
from tests.support.client_world import PASSPHRASE, World
from tests.support.dice import Dice


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """An empty memory stick."""
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


class Passing:
    """Hands everything on to a client; a test changes one thing."""

    def __init__(self, client: Client) -> None:
        """Stand before a client."""
        self._client = client

    def take_bundle(self, content: bytes) -> ImportView:
        """Take it."""
        return self._client.take_bundle(content)

    def waiting(self) -> tuple[int, bytes]:
        """Ask it."""
        return self._client.waiting()

    def waiting_bundle(self) -> bytes:
        """Ask it."""
        return self._client.waiting_bundle()

    def sync(self) -> SyncResult:
        """Let it sync."""
        return self._client.sync()

    def close(self) -> None:
        """Close it."""
        self._client.close()


def _bundle(seed: int, blobs: int = 2) -> bytes:
    dice = Dice(seed)
    return write_bundle(dice.bytes(1024) for _ in range(blobs))


def _courier(world: World, stick: Path, *, is_exporting: bool = False) -> Courier:
    return Courier(world.client, stick, world.clock, is_exporting=is_exporting)


def _look(courier: Courier) -> Look:
    return courier.look(is_patient=False)


def _names(stick: Path) -> list[str]:
    return sorted(path.name for path in stick.iterdir())


def test_what_lies_on_the_stick_is_taken_and_handed_over(world: World, stick: Path) -> None:
    (stick / "notes.tocsin").write_bytes(_bundle(1))
    did = _look(_courier(world, stick))
    assert (did.files, did.carried, did.handed_over, did.waiting) == (1, 2, 2, 0)
    assert _names(stick) == ["notes.tocsin" + TAKEN]
    assert len(world.relays[0].blobs) == 2


def test_without_a_link_it_is_carried_until_there_is_one(world: World, stick: Path) -> None:
    (stick / "notes.tocsin").write_bytes(_bundle(1))
    world.link.down = {relay.url for relay in world.relays}
    courier = _courier(world, stick)
    assert (_look(courier).handed_over, _names(stick)) == (0, ["notes.tocsin" + TAKEN])
    world.link.down = set()
    world.clock.elapsed += LONGEST_REST_SECONDS
    assert _look(courier).handed_over == 2


def test_a_dead_link_is_tried_after_growing_rests(world: World, stick: Path) -> None:
    world.link.down = {relay.url for relay in world.relays}
    tried_at: list[float] = []

    class Timed(Passing):
        """Notes when the network is tried."""

        def sync(self) -> SyncResult:
            tried_at.append(world.clock.elapsed)
            return super().sync()

    courier = Courier(Timed(world.client), stick, world.clock)
    for _ in range(60):
        _look(courier)
        world.clock.elapsed += 60.0
    rests = [later - earlier for earlier, later in pairwise(tried_at)]
    assert rests == sorted(rests)
    assert rests[0] < 200
    assert LONGEST_REST_SECONDS <= rests[-1] < 2 * LONGEST_REST_SECONDS


def test_a_file_that_still_grows_is_left_until_it_stands_still(world: World, stick: Path) -> None:
    path, content = stick / "notes.tocsin", _bundle(1)
    courier = _courier(world, stick)
    path.write_bytes(content[:1000])
    assert courier.look().files == 0
    path.write_bytes(content)
    assert courier.look().files == 0
    assert courier.look().files == 1
    assert _names(stick) == ["notes.tocsin" + TAKEN]


def test_a_cut_file_gives_what_is_whole_and_is_put_aside(world: World, stick: Path) -> None:
    (stick / "notes.tocsin").write_bytes(_bundle(1)[:-600])
    did = _look(_courier(world, stick))
    assert (did.carried, did.damaged) == (1, 1)
    assert _names(stick) == ["notes.tocsin" + DAMAGED]


def test_a_file_that_only_says_it_is_a_bundle_is_put_aside(world: World, stick: Path) -> None:
    (stick / "notes.tocsin").write_bytes(b"<!doctype html>")
    did = _look(_courier(world, stick))
    assert (did.files, did.carried, did.damaged) == (1, 0, 1)
    assert _names(stick) == ["notes.tocsin" + DAMAGED]


def test_a_bundle_counts_by_its_content_whatever_its_name(world: World, stick: Path) -> None:
    (stick / "-rf; $(reboot)\n\x1b[2J.txt").write_bytes(_bundle(1))
    (stick / "holiday.jpg").write_bytes(b"\xff\xd8\xff" + bytes(5000))
    (stick / "letter.txt").write_text("VE9D is no bundle", "utf-8")
    assert _look(_courier(world, stick)).carried == 2
    assert {"holiday.jpg", "letter.txt"} < set(_names(stick))


def test_nothing_but_plain_files_of_the_folder_itself_is_read(
    world: World, stick: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside.tocsin"
    outside.write_bytes(_bundle(1))
    (stick / "link.tocsin").symlink_to(outside)
    os.mkfifo(stick / "pipe.tocsin")
    (stick / "folder.tocsin").mkdir()
    (stick / ".hidden.tocsin").write_bytes(_bundle(2))
    assert _look(_courier(world, stick)).is_idle
    assert outside.exists()


def test_a_mark_never_replaces_another_file(world: World, stick: Path) -> None:
    courier = _courier(world, stick)
    for seed in (1, 2, 3):
        (stick / "notes.tocsin").write_bytes(_bundle(seed))
        assert _look(courier).carried == 2
    marked = ["notes.tocsin.1.taken", "notes.tocsin.2.taken", "notes.tocsin.taken"]
    assert _names(stick) == marked


def test_a_stick_that_cannot_be_written_is_taken_once(
    world: World, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (stick / "notes.tocsin").write_bytes(_bundle(1))
    monkeypatch.setattr(WatchedFolder, "mark", lambda *_: False)  # as a read-only stick answers
    courier = _courier(world, stick)
    assert [_look(courier).files, _look(courier).files] == [1, 0]
    assert _names(stick) == ["notes.tocsin"]


def test_a_stick_may_come_and_go(world: World, tmp_path: Path) -> None:
    stick = tmp_path / "media"
    courier = _courier(world, stick, is_exporting=True)
    assert _look(courier).is_idle
    stick.mkdir()
    (stick / "notes.tocsin").write_bytes(_bundle(1))
    assert _look(courier).carried == 2


def test_taken_twice_it_is_carried_once(world: World, stick: Path) -> None:
    (stick / "one.tocsin").write_bytes(_bundle(1))
    (stick / "two.tocsin").write_bytes(_bundle(1))
    did = _look(_courier(world, stick))
    assert (did.files, did.carried) == (2, 2)
    assert not any(relay.stored_twice for relay in world.relays)


def test_what_is_carried_is_given_back_once_and_never_taken_for_somebody_else_s(
    world: World, stick: Path
) -> None:
    world.link.down = {relay.url for relay in world.relays}
    world.client.report(Answers(category="attack", text="Three trucks."))
    (stick / "notes.tocsin").write_bytes(_bundle(1))
    courier = _courier(world, stick, is_exporting=True)
    assert _look(courier).written == 3
    assert len(read_bundle((stick / OWN_NAME).read_bytes()).blobs) == 3
    assert [_look(courier).files, _look(courier).written] == [0, 0]
    again = _courier(world, stick, is_exporting=True)
    did = _look(again)
    assert did.carried == 0
    assert (stick / OWN_NAME).exists()


def test_the_text_form_is_taken_too(world: World, stick: Path) -> None:
    (stick / "notes.txt").write_bytes(base64.encodebytes(_bundle(1)))
    assert _look(_courier(world, stick)).carried == 2


def test_a_full_outbox_leaves_the_file_for_later(world: World, stick: Path) -> None:
    (stick / "notes.tocsin").write_bytes(_bundle(1))

    class Full(Passing):
        """A carrier without room."""

        def take_bundle(self, content: bytes) -> ImportView:
            raise OutboxFullError(f"no room for {len(content)} bytes")

    did = Courier(Full(world.client), stick, world.clock).look(is_patient=False)
    assert did.is_full
    assert _names(stick) == ["notes.tocsin"]


def test_other_commands_work_in_the_home_between_two_looks(world: World, stick: Path) -> None:
    courier = _courier(world, stick)
    _look(courier)
    other = world.open_client(passphrase=PASSPHRASE)
    assert other.status() == ()
    other.close()
    _look(courier)
