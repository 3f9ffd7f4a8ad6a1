"""Bytes and fields from strangers: the transports' parsers raise their own error or nothing."""

from collections.abc import Sequence
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from client_sync.transports.deadline import Deadline
from client_sync.transports.hello import cut_hello
from client_sync.transports.pinning import key_hash
from client_sync.transports.socks import ask_proxy
from schemas.domain.directory import BridgeLine, Endpoint, HelloSplit
from schemas.domain.ids import RelayKey
from schemas.errors import InviteError
from schemas.wire.route import parse_via, route_of
from tests.support.client_world import MovedClock

FIELD = st.text("abcdefghij0123456789.:-[]/%@_,=ABC", max_size=40)
KNOWN = st.sampled_from(["connect", "sni", "host", "pin", "via", "split", "colour"])
URLS = st.sampled_from(
    [
        "https://relay.example.org/x",
        "https://relay.example.org:8443/x?y",
        "http://127.0.0.1:8470/x",
        f"http://{'a' * 56}.onion/x",
    ]
)


class _Proxy:
    """A proxy that answers with whatever it is given, in pieces, and then hangs up."""

    def __init__(self, pieces: Sequence[bytes]) -> None:
        self._left = b"".join(pieces)

    def send(self, data: bytes, _deadline: Deadline) -> None:
        """Take anything."""

    def receive(self, most_bytes: int, _deadline: Deadline) -> bytes:
        """Give the next bytes, never more than asked for."""
        given, self._left = self._left[:most_bytes], self._left[most_bytes:]
        return given

    def break_off(self) -> None:
        """Never waits."""

    def close(self) -> None:
        """Holds nothing."""


@given(URLS, st.dictionaries(KNOWN, FIELD, max_size=6))
def test_a_route_is_read_or_refused(url: str, fields: dict[str, str]) -> None:
    with suppress(InviteError):
        route = route_of(BridgeLine(url, RelayKey(bytes(32)), extra=tuple(fields.items())))
        assert route.is_tls or route.is_onion or route.server.host == "127.0.0.1"
        assert route.sni is not None or route.pins


@given(FIELD)
def test_a_proxys_address_is_read_or_refused(text: str) -> None:
    with suppress(InviteError):
        assert 1 <= parse_via(f"socks5://{text}").port <= 65_535


@given(st.lists(st.binary(max_size=30), max_size=6))
def test_a_proxys_words_open_a_way_or_are_an_error_of_the_link(pieces: list[bytes]) -> None:
    deadline = Deadline.after(MovedClock(), 10)
    with suppress(OSError):
        ask_proxy(_Proxy(pieces), Endpoint("relay.example.org", 443), b"circuit", deadline)


@given(st.binary(max_size=200))
def test_what_is_no_certificate_has_no_key(data: bytes) -> None:
    found = key_hash(data)
    assert found is None or len(found) == 32


@given(
    st.binary(max_size=300),
    st.sampled_from(list(HelloSplit)),
    st.one_of(st.none(), st.just("relay.test")),
)
def test_a_hello_cut_and_joined_says_the_same(
    body: bytes, split: HelloSplit, name: str | None
) -> None:
    flight = b"\x16\x03\x01" + len(body).to_bytes(2, "big") + body
    joined, message = b"".join(cut_hello(flight, name, split)), b""
    while joined:
        length = int.from_bytes(joined[3:5], "big")
        message, joined = message + joined[5 : 5 + length], joined[5 + length :]
    assert message == body
