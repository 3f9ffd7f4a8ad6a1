"""How connections are opened, shared by lanes, cut short, and how a hello is split."""

import socket
import ssl
import threading
from dataclasses import replace

import pytest

from client_sync.clock import SystemClock
from client_sync.errors import FailureKind, TransportError
from client_sync.transports.base import Attempt
from client_sync.transports.connection import _steps
from client_sync.transports.deadline import Deadline
from client_sync.transports.hello import cut_hello
from client_sync.transports.relay_http import HttpTransport
from client_sync.transports.streams import open_stream
from client_sync.transports.tls import TlsSettings, TlsStream
from schemas.domain.directory import BridgeLine, Endpoint, HelloSplit
from schemas.domain.ids import RelayKey
from schemas.wire.frames import FrameType, encode_frame
from schemas.wire.route import route_of
from tests.support.certificate import HOST, PIN
from tests.support.client_world import NOW, MovedClock, Seeded
from tests.support.http_relay import Front, Manner, http_relay, trusting
from tests.support.memory_desk import make_relay
from tests.support.middleman import Middleman
from tests.support.routed import OTHER_PIN, POLL, failure, line_to, port_of

# --- the hello ------------------------------------------------------------------------------


def test_a_hello_in_records_is_understood_and_names_nobody_in_one(
    tls_front: Front, between: Middleman, tls_transport: HttpTransport
) -> None:
    line = line_to(tls_front, connect=f"127.0.0.1:{between.port}", split="records")
    assert tls_transport.exchange(line, POLL, 10).is_whole
    flight = b"".join(between.first_pieces[0])
    first = int.from_bytes(flight[3:5], "big")
    assert (flight[0], flight[5 + first]) == (0x16, 0x16)
    assert HOST.encode("ascii") not in flight
    assert tls_front.names == [HOST]


class _Writes:
    """A stream that notes what is written and then ends."""

    def __init__(self) -> None:
        self.writes: list[bytes] = []

    def send(self, data: bytes, _deadline: Deadline) -> None:
        self.writes.append(data)

    def receive(self, _most_bytes: int, _deadline: Deadline) -> bytes:
        raise ConnectionResetError

    def break_off(self) -> None:
        """Never waits."""

    def close(self) -> None:
        """Holds nothing."""


@pytest.mark.parametrize(("split", "writes"), [("segments", 2), ("records", 1)])
def test_a_hello_in_segments_leaves_in_two_writes(split: str, writes: int) -> None:
    below = _Writes()
    line = BridgeLine(f"https://{HOST}/x", RelayKey(bytes(32)), extra=(("split", split),))
    deadline = Deadline.after(MovedClock(), 10)
    with pytest.raises(ConnectionResetError):
        TlsStream(below, route_of(line), TlsSettings()).shake_hands(deadline)
    assert len(below.writes) == writes
    assert not any(HOST.encode("ascii") in write for write in below.writes)


def test_a_cut_hello_stays_cut_because_nothing_waits_to_be_joined() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        endpoint = Endpoint("127.0.0.1", server.getsockname()[1])
        stream = open_stream(endpoint, Deadline.after(SystemClock(), 5), Attempt())
        assert stream._socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        stream.close()


def test_a_split_hello_is_understood(
    tls_front: Front, between: Middleman, tls_transport: HttpTransport
) -> None:
    line = line_to(tls_front, connect=f"127.0.0.1:{between.port}", split="segments")
    assert tls_transport.exchange(line, POLL, 10).is_whole
    assert tls_front.names == [HOST]


def test_a_whole_hello_names_the_host(
    tls_front: Front, between: Middleman, tls_transport: HttpTransport
) -> None:
    tls_transport.exchange(line_to(tls_front, connect=f"127.0.0.1:{between.port}"), POLL, 10)
    assert HOST.encode("ascii") in between.first_pieces[0][0]


@pytest.mark.parametrize("split", list(HelloSplit))
@pytest.mark.parametrize("name", ["relay.test", "absent.test", None])
def test_a_cut_hello_is_the_same_hello(split: HelloSplit, name: str | None) -> None:
    body = b"\x01\x00\x00\x20" + bytes(20) + b"relay.test" + bytes(20)
    flight = b"\x16\x03\x01" + len(body).to_bytes(2, "big") + body
    joined, message = b"".join(cut_hello(flight, name, split)), b""
    while joined:
        length = int.from_bytes(joined[3:5], "big")
        assert joined[:3] == flight[:3]
        message += joined[5 : 5 + length]
        joined = joined[5 + length :]
    assert message == body


@pytest.mark.parametrize(
    "flight", [b"", b"\x16", b"\x17\x03\x03\x00\x01a", b"\x16\x03\x01\x00\x09ab"]
)
def test_what_is_no_hello_is_not_cut(flight: bytes) -> None:
    assert cut_hello(flight, "relay.test", HelloSplit.RECORDS) == (flight,)


# --- lanes ----------------------------------------------------------------------------------


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_2])
def test_each_later_lane_resumes_the_first_ones_session(
    tls_transport: HttpTransport, newest: ssl.TLSVersion
) -> None:
    relay = make_relay("tls", NOW, Seeded("tls"))
    with http_relay(relay, is_tls=True, newest=newest) as front:
        tls_transport.exchange(relay.bridge, POLL, 10)
        front.manner = Manner.SILENT
        lanes = [
            threading.Thread(target=tls_transport.exchange, args=(relay.bridge, POLL, 10))
            for _ in range(3)
        ]
        for lane in lanes:
            lane.start()
        while tls_transport.tally.connections < 3:
            front.awake.wait(0.01)
        front.awake.set()
        for lane in lanes:
            lane.join()
    tally = tls_transport.tally
    assert (tally.connections, tally.resumed, front.resumed) == (3, 2, 2)


def test_a_resumed_session_is_still_held_to_its_pin(
    tls_front: Front, untrusting: HttpTransport
) -> None:
    line = line_to(tls_front, pin=PIN)
    tls_front.manner = Manner.CLOSE
    for _ in range(3):
        assert untrusting.exchange(line, POLL, 10).is_whole
    assert untrusting.tally.resumed == 2
    assert failure(untrusting, line_to(tls_front, pin=OTHER_PIN)) is FailureKind.NOT_A_RELAY


def test_a_request_is_one_write(tls_front: Front, between: Middleman) -> None:
    with http_relay(make_relay("plain", NOW, Seeded("plain"))) as plain:
        between.leads_to = port_of(plain)
        line = replace(plain.relay.bridge, extra=(("connect", f"127.0.0.1:{between.port}"),))
        plain_transport = HttpTransport(MovedClock())
        request = POLL + encode_frame(FrameType.PAD, bytes(3000))
        assert plain_transport.exchange(line, request, 10).is_whole
        plain_transport.close()
    assert len(between.first_pieces[0][0]) > 3000


def test_an_idle_connection_is_not_trusted_after_a_minute(
    tls_front: Front, tls_transport: HttpTransport
) -> None:
    clock = MovedClock()
    tls_transport = HttpTransport(clock, trusting())
    tls_transport.exchange(line_to(tls_front), POLL, 10)
    clock.wait(59)
    tls_transport.exchange(line_to(tls_front), POLL, 10)
    clock.wait(61)
    tls_transport.exchange(line_to(tls_front), POLL, 10)
    tls_transport.close()
    assert tls_transport.tally.connections == 2


def test_progress_is_told_once_the_other_side_is_known(
    tls_front: Front, tls_transport: HttpTransport
) -> None:
    told: list[int] = []
    attempt = Attempt(lambda: told.append(len(tls_front.headers)))
    tls_transport.exchange(line_to(tls_front), POLL, 10, attempt)
    assert told == [0]
    with pytest.raises(TransportError):
        tls_transport.exchange(line_to(tls_front, pin=OTHER_PIN), POLL, 10, attempt)
    assert told == [0]


def test_an_exchange_can_be_given_up_from_another_thread(
    tls_front: Front, tls_transport: HttpTransport
) -> None:
    tls_front.manner = Manner.SILENT
    attempt = Attempt(lambda: threading.Timer(0.02, attempt.give_up).start())
    with pytest.raises(TransportError):
        tls_transport.exchange(line_to(tls_front), POLL, 30, attempt)
    assert not tls_front.awake.is_set()


def test_what_was_given_up_before_it_began_opens_nothing(
    tls_front: Front, tls_transport: HttpTransport
) -> None:
    attempt = Attempt()
    attempt.give_up()
    with pytest.raises(TransportError):
        tls_transport.exchange(line_to(tls_front), POLL, 30, attempt)
    assert tls_front.headers == []


def test_a_handshake_that_never_ends_leaves_time_for_another_try() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        clock = SystemClock()
        transport = HttpTransport(clock, trusting())
        port = silent.getsockname()[1]
        line = BridgeLine(
            f"https://{HOST}/x", RelayKey(bytes(32)), extra=(("connect", f"127.0.0.1:{port}"),)
        )
        began = clock.elapsed_seconds()
        with pytest.raises(TransportError) as caught:
            transport.exchange(line, POLL, 0.8)
        assert caught.value.kind is FailureKind.TIMEOUT
        assert 0.5 < clock.elapsed_seconds() - began < 0.8


def test_deadlines_of_connecting_and_handshake_lie_within_the_whole() -> None:
    deadline = Deadline.after(MovedClock(), 20)
    plain = route_of(BridgeLine(f"https://{HOST}/x", RelayKey(bytes(32))))
    assert [one.left_seconds() for one in _steps(plain, deadline)] == [10, 15]
    through_tor = replace(plain, via=Endpoint("127.0.0.1", 9050))
    assert [one.left_seconds() for one in _steps(through_tor, deadline)] == [20, 20]
