"""The transport goes the way a bridge line says, over real sockets and real TLS, and no other."""

import ssl
from dataclasses import replace

import pytest

from client_sync.errors import FailureKind, TransportError
from client_sync.transports.pinning import key_hash
from client_sync.transports.relay_http import HttpTransport
from schemas.domain.directory import BridgeLine, Endpoint
from schemas.domain.ids import RelayKey
from schemas.wire.codec import from_base64url
from tests.support.certificate import CERTIFICATE, HOST, PIN
from tests.support.client_world import NOW, MovedClock, Seeded
from tests.support.http_relay import PATH, Front, Manner, http_relay
from tests.support.memory_desk import make_relay
from tests.support.middleman import Middleman, middleman
from tests.support.routed import OTHER_PIN, POLL, failure, line_through, line_to, port_of

ONION = "a" * 56 + ".onion"


# --- where to -------------------------------------------------------------------------------


def test_the_connect_address_stands_in_for_the_name(
    tls_front: Front, tls_transport: HttpTransport
) -> None:
    assert tls_transport.exchange(line_to(tls_front), POLL, 10).is_whole
    assert tls_front.names == [HOST]
    assert tls_front.headers[0]["host"] == HOST


def test_hello_and_host_header_may_name_different_hosts(
    tls_front: Front, tls_transport: HttpTransport
) -> None:
    line = line_to(tls_front, "hidden.test", sni=HOST)
    line = replace(line, extra=(*line.extra, ("host", "inner.test")))
    assert tls_transport.exchange(line, POLL, 10).is_whole
    assert tls_front.names == [HOST]
    assert tls_front.headers[0]["host"] == "inner.test"


def test_a_malformed_field_makes_a_line_unusable(
    tls_front: Front, tls_transport: HttpTransport
) -> None:
    assert failure(tls_transport, line_to(tls_front, pin="short")) is FailureKind.REFUSED
    assert tls_front.connections == 0


# --- who answers ----------------------------------------------------------------------------


def test_a_pinned_key_is_enough_whoever_signed_it(
    tls_front: Front, untrusting: HttpTransport
) -> None:
    assert untrusting.exchange(line_to(tls_front, host="any.test", pin=PIN), POLL, 10).is_whole
    assert untrusting.exchange(line_to(tls_front, pin=f"{OTHER_PIN},{PIN}"), POLL, 10).is_whole


def test_a_pin_decides_against_a_trusted_certificate_too(
    tls_front: Front, tls_transport: HttpTransport
) -> None:
    assert failure(tls_transport, line_to(tls_front, pin=OTHER_PIN)) is FailureKind.NOT_A_RELAY
    assert tls_front.headers == []


def test_without_a_pin_the_certificate_must_be_trusted(
    tls_front: Front, untrusting: HttpTransport
) -> None:
    assert failure(untrusting, line_to(tls_front)) is FailureKind.NOT_A_RELAY
    assert tls_front.headers == []


def test_without_a_pin_the_certificate_must_bear_the_name_in_the_hello(
    tls_front: Front, tls_transport: HttpTransport
) -> None:
    assert failure(tls_transport, line_to(tls_front, sni="other.test")) is FailureKind.NOT_A_RELAY


def test_a_hello_may_name_nobody(tls_front: Front, untrusting: HttpTransport) -> None:
    assert untrusting.exchange(line_to(tls_front, sni="-", pin=PIN), POLL, 10).is_whole
    assert tls_front.names == [None]


def test_what_is_older_than_tls_1_2_is_refused(tls_transport: HttpTransport) -> None:
    for context in (tls_transport._tls._checked, tls_transport._tls._pinned):
        assert context.minimum_version is ssl.TLSVersion.TLSv1_2


def test_a_pin_is_the_hash_openssl_gives() -> None:
    der = ssl.PEM_cert_to_DER_cert(CERTIFICATE)
    assert key_hash(der) == from_base64url(PIN)


@pytest.mark.parametrize("length", range(0, 300, 7))
def test_a_cut_certificate_has_no_key(length: int) -> None:
    assert key_hash(ssl.PEM_cert_to_DER_cert(CERTIFICATE)[:length]) is None


# --- never without TLS ----------------------------------------------------------------------


def test_a_relay_that_is_reset_is_never_asked_in_clear(
    tls_front: Front, between: Middleman, tls_transport: HttpTransport
) -> None:
    between.is_deaf = True
    line = line_to(tls_front, connect=f"127.0.0.1:{between.port}")
    for _ in range(3):
        assert failure(tls_transport, line) is FailureKind.RESET
    assert [pieces[0][0] for pieces in between.first_pieces] == [0x16] * 3


def test_a_name_of_this_machine_leads_to_this_machine_only(tls_transport: HttpTransport) -> None:
    line = BridgeLine("http://localhost:9/x", RelayKey(bytes(32)))
    assert failure(tls_transport, line) is FailureKind.REFUSED


# --- through a proxy ------------------------------------------------------------------------


def test_the_proxy_looks_the_name_up(
    tls_front: Front, proxy: Middleman, tls_transport: HttpTransport
) -> None:
    assert tls_transport.exchange(line_through(tls_front, proxy), POLL, 10).is_whole
    assert proxy.asked == [(HOST, 443)]


@pytest.mark.parametrize("address", ["192.0.2.7:8443", "[2001:db8::7]:8443"])
def test_the_proxy_is_asked_for_the_connect_address(
    tls_front: Front, proxy: Middleman, tls_transport: HttpTransport, address: str
) -> None:
    tls_transport.exchange(line_through(tls_front, proxy, connect=address), POLL, 10)
    assert proxy.asked == [(address.rpartition(":")[0].strip("[]"), 8443)]


def test_each_relay_has_a_circuit_of_its_own(
    tls_front: Front, proxy: Middleman, tls_transport: HttpTransport
) -> None:
    proxy.wants_login = True
    tls_front.manner = Manner.CLOSE
    for line in (
        line_through(tls_front, proxy),
        line_through(tls_front, proxy),
        line_through(tls_front, proxy, pin=PIN),
    ):
        tls_transport.exchange(line, POLL, 10)
    first, again, other = proxy.logins
    assert first == again != other


@pytest.mark.parametrize("reply", [1, 4, 5])
def test_a_proxy_that_refuses_is_a_relay_that_cannot_be_reached(
    tls_front: Front, proxy: Middleman, tls_transport: HttpTransport, reply: int
) -> None:
    proxy.reply = reply
    assert failure(tls_transport, line_through(tls_front, proxy)) is FailureKind.REFUSED
    assert tls_front.connections == 0


def test_an_onion_address_is_never_looked_up_here(tls_transport: HttpTransport) -> None:
    line = BridgeLine(f"http://{ONION}/x", RelayKey(bytes(32)))
    with pytest.raises(TransportError, match="--via") as caught:
        tls_transport.exchange(line, POLL, 10)
    assert caught.value.kind is FailureKind.REFUSED


def test_an_onion_address_works_without_tls_through_a_proxy() -> None:
    relay = make_relay("onion", NOW, Seeded("onion"))
    with http_relay(relay) as front, middleman(port_of(front), is_proxy=True) as proxy:
        transport = HttpTransport(MovedClock(), via=Endpoint("127.0.0.1", proxy.port))
        line = replace(relay.bridge, url=f"http://{ONION}{PATH}")
        assert transport.exchange(line, POLL, 10).is_whole
        transport.close()
    assert proxy.asked == [(ONION, 80)]


def test_a_proxy_for_everything_leaves_this_machines_own_relay_alone() -> None:
    relay = make_relay("local", NOW, Seeded("local"))
    with http_relay(relay):
        transport = HttpTransport(MovedClock(), via=Endpoint("127.0.0.1", 9))
        assert transport.exchange(relay.bridge, POLL, 10).is_whole
        transport.close()


def test_no_proxy_of_the_environment_is_used(
    tls_front: Front, tls_transport: HttpTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert tls_transport.exchange(line_to(tls_front), POLL, 10).is_whole
