"""The runner: lanes over real sockets, what it asks, and what a directory changes on the way."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from client_sync.client import Client
from client_sync.clock import SystemClock
from client_sync.errors import TransportError
from client_sync.outbox.rows import BlobKind
from client_sync.sync.feeding import ROWS_AT_A_TIME
from client_sync.transports.base import Answer, Attempt, Tally
from client_sync.transports.lanes import Broke, Came, Lanes, Stood, ThreadLanes
from client_sync.transports.relay_http import HttpTransport
from schemas.constants import POLL_CLASSES_BYTES, REST_STEP_BYTES, RESUMABLE_BYTES
from schemas.domain.directory import BridgeLine
from schemas.domain.ids import EnvelopeId, RelayKey
from schemas.envelope.primitives import blake2b
from schemas.envelope.sealing import envelope_id
from schemas.wire.classes import REQUEST_CLASSES_BYTES
from schemas.wire.invite import format_bridge_line
from tests.support.client_world import CHEAP, NOW, PASSPHRASE, Seeded, World
from tests.support.http_relay import http_relay, trusting
from tests.support.memory_desk import MemoryDesk, make_relay

HERE = BridgeLine("https://relay.example.org/x", RelayKey(bytes(32)))


def _carried(count: int, size: int = 1024) -> list[tuple[EnvelopeId, bytes]]:
    """Make blobs that somebody else sealed."""
    blobs = [
        blake2b(number.to_bytes(8, "big"), size=64, person="test") * (size // 64)
        for number in range(count)
    ]
    return [(envelope_id(blob), blob) for blob in blobs]


def test_many_blobs_go_over_several_lanes_each_once(tmp_path: Path) -> None:
    relay = make_relay("lanes", NOW, Seeded("lanes"))
    with http_relay(relay, is_tls=True) as front:
        desk = MemoryDesk.make(SystemClock().now(), [relay], Seeded("lanes"))
        relay.day = int(desk.now.timestamp()) // 86400
        clock = SystemClock()
        transport = HttpTransport(clock, trusting())

        def lanes() -> Lanes:
            transport.close()  # each sync opens connections of its own
            return ThreadLanes(transport, clock)

        with Client(tmp_path / "home", PASSPHRASE, connect=lanes) as client:
            client.join(format_bridge_line(desk.invite), CHEAP)
            outbox = client._open().outbox
            with outbox.transaction():
                outbox.carry(_carried(120, 2048))
            result = client.sync()
        transport.close()
    assert (result.receipts, len(relay.blobs)) == (120, 120)
    assert not relay.stored_twice
    assert 1 < result.connections <= 5
    assert result.resumed <= front.resumed  # how many had a ticket in time is the network's chance


def test_more_rows_than_the_engine_is_given_at_once_all_go(world: World) -> None:
    outbox = world.client._open().outbox
    with outbox.transaction():
        outbox.carry(_carried(ROWS_AT_A_TIME + 100))
    result = world.client.sync()
    assert result.receipts == ROWS_AT_A_TIME + 100
    assert outbox.unsettled(1) == ()


def test_relays_of_a_directory_that_comes_on_the_way_are_used_at_once(world: World) -> None:
    new = make_relay("new", NOW, world.entropy)
    world.relays.append(new)
    world.link.relays[new.url] = new
    world.desk.relays.append(new)
    world.desk.push_directory(version=2)
    for relay in world.relays[:2]:
        relay.is_full = True
    world.write()
    assert world.client.sync().receipts == 1
    assert len(new.blobs) == 1
    assert world.client.status()[0].relays == (f"https://{urlsplit(new.url).netloc}",)


def test_a_relay_that_a_new_directory_leaves_out_is_left_alone(world: World) -> None:
    old, new = world.relays[0], make_relay("new", NOW, world.entropy)
    world.link.relays[new.url] = new
    changed = world.desk.directory(version=2, relays=(new.bridge,))
    new.directory_version = changed.version
    for relay in (*world.relays, new):
        relay.directory = world.desk.signed_directory(version=2, relays=(new.bridge,))
        relay.directory_version = 2
    world.client.sync()
    old.headers.clear()
    world.write()
    world.client.sync()
    assert (len(new.blobs), old.headers) == (1, [])


def test_only_the_first_request_of_a_run_asks_for_a_mailbox(world: World, tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(bytes(200_000))
    world.write("with a photo", photo)
    world.relays[0].headers.clear()
    world.client.sync()
    wants = [header.wants_mailbox for header in world.relays[0].headers]
    assert len(wants) > 3
    assert (wants[0], any(wants[1:])) == (True, False)


def test_a_mailbox_page_that_did_not_come_is_asked_for_again(world: World) -> None:
    world.link.down = {world.relays[0].url}
    world.relays[1].headers.clear()
    world.client.sync()
    assert [header.wants_mailbox for header in world.relays[1].headers] == [True]


def test_every_request_has_the_size_of_a_class_or_of_media(world: World, tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(bytes(150_000))
    world.write("one", photo)
    for _ in range(8):
        world.write("another")
    world.relays[0].work_bits = 4
    world.client.sync()
    sizes = world.relays[0].sizes
    assert len(sizes) > 4
    media = {size for size in sizes if size > RESUMABLE_BYTES and not size % REST_STEP_BYTES}
    assert set(sizes) - media <= set(REQUEST_CLASSES_BYTES)


def test_polls_have_the_sizes_that_reports_have(world: World) -> None:
    world.relays[0].sizes.clear()
    for _ in range(300):
        world.client.sync()
    assert set(world.relays[0].sizes) <= set(POLL_CLASSES_BYTES)
    assert len(set(world.relays[0].sizes)) > 1


def test_text_saved_behind_media_goes_first(world: World, tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(bytes(400_000))
    world.write("with a photo", photo)
    world.write("alone")
    outbox = world.client._open().outbox
    kinds = [row.kind for row in outbox.unsettled(100)]
    assert kinds.count(BlobKind.TEXT) == 2
    world.client.sync()
    sizes = [len(blob) for blob in world.relays[0].blobs.values()]
    assert sizes[:2] == [1024, 1024]


# --- lanes by themselves --------------------------------------------------------------------


class _Scripted:
    """A transport that does what a test says."""

    def __init__(self, does: object) -> None:
        self.tally = Tally()
        self.does = does
        self.is_closed = False

    def exchange(
        self,
        bridge: BridgeLine,  # noqa: ARG002  # every transport's
        request: bytes,
        timeout_seconds: float,  # noqa: ARG002  # every transport's
        attempt: Attempt | None = None,
    ) -> Answer:
        """Answer with the request, or raise."""
        assert attempt is not None
        attempt.connected()
        if isinstance(self.does, BaseException):
            raise self.does
        return Answer(request, is_whole=True)

    def close(self) -> None:
        """Note it."""
        self.is_closed = True


def test_lanes_tell_that_a_connection_stood_and_what_came() -> None:
    lanes = ThreadLanes(_Scripted(None), SystemClock())
    lanes.start(7, HERE, b"body", 5)
    stood, came = lanes.next_word(5), lanes.next_word(5)
    assert isinstance(stood, Stood)
    assert isinstance(came, Came)
    assert (stood.request, came.request, came.answer.body) == (7, 7, b"body")
    assert lanes.next_word(0) is None
    lanes.close()


def test_lanes_tell_what_broke() -> None:
    lanes = ThreadLanes(_Scripted(TransportError("gone")), SystemClock())
    lanes.start(1, HERE, b"", 5)
    assert isinstance(lanes.next_word(5), Stood)
    assert isinstance(lanes.next_word(5), Broke)
    lanes.close()


def test_a_fault_of_our_own_in_a_lane_is_raised_where_somebody_listens() -> None:
    lanes = ThreadLanes(_Scripted(ZeroDivisionError()), SystemClock())
    lanes.start(1, HERE, b"", 5)
    assert isinstance(lanes.next_word(5), Stood)
    with pytest.raises(ZeroDivisionError):
        lanes.next_word(5)
    lanes.close()


def test_closing_lanes_ends_what_is_under_way(tmp_path: Path) -> None:
    relay = make_relay("silent", NOW, Seeded("silent"))
    with http_relay(relay) as front:
        front.awake.clear()
        front.manner = type(front.manner).SILENT
        clock = SystemClock()
        transport = HttpTransport(clock)
        lanes = ThreadLanes(transport, clock)
        lanes.start(1, relay.bridge, bytes(16), 60)
        assert isinstance(lanes.next_word(5), Stood)
        began = clock.elapsed_seconds()
        lanes.close()
        assert clock.elapsed_seconds() - began < 5
        transport.close()
        assert not front.awake.is_set()


def test_a_text_saved_while_a_sync_runs_goes_in_the_same_sync(world: World, tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(bytes(300_000))
    world.write("with a photo", photo)
    late: list[str] = []

    def save_late(what: str, done: int, _total: int) -> None:
        if what == "handed over" and done > 3 and not late:
            late.append("saved")
            world.write("late")

    world.client._watch = save_late
    world.client.sync()
    assert late
    assert world.states() == ["held", "held"]
    sizes = [len(blob) for blob in world.relays[0].blobs.values()]
    assert 1024 in sizes[4:-1]


def test_a_second_sync_of_one_client_uses_the_connection_of_the_first(tmp_path: Path) -> None:
    relay = make_relay("warm", NOW, Seeded("warm"))
    with http_relay(relay) as front:
        desk = MemoryDesk.make(SystemClock().now(), [relay], Seeded("warm"))
        with Client(tmp_path / "home", PASSPHRASE) as client:
            client.join(format_bridge_line(desk.invite), CHEAP)
            second = client.sync()
        assert (front.connections, second.connections, second.round_trips) == (1, 0, 1)
        with Client(tmp_path / "home", PASSPHRASE) as client:
            assert client.sync().connections == 1
