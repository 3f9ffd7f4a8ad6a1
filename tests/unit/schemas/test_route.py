"""How to reach a relay: what its bridge line may say, and what makes the line unusable."""

import pytest

from schemas.domain.directory import BridgeLine, Endpoint, HelloSplit, Route
from schemas.domain.ids import RelayKey
from schemas.errors import InviteError
from schemas.wire.codec import to_base64url
from schemas.wire.invite import parse_bridge_line
from schemas.wire.route import parse_via, route_of

KEY = to_base64url(bytes(32))
PIN = to_base64url(bytes([7]) * 32)
HTTPS = "https://relay.example.org/secret"
ONION = "http://" + "a" * 56 + ".onion/secret"
LOOPBACK = "http://127.0.0.1:8470/secret"


def _route(fields: str, url: str = HTTPS) -> Route:
    return route_of(parse_bridge_line(f"tocsin1 {url} k={KEY} {fields}".rstrip()))


def test_a_plain_line_goes_to_its_own_host() -> None:
    assert _route("") == Route(
        is_tls=True,
        server=Endpoint("relay.example.org", 443),
        target="/secret",
        http_host="relay.example.org",
        sni="relay.example.org",
    )


def test_a_port_and_a_query_belong_to_the_request() -> None:
    route = _route("", "https://relay.example.org:8443/a?b=c")
    assert (route.server.port, route.target) == (8443, "/a?b=c")
    assert route.http_host == "relay.example.org:8443"


def test_every_field_has_its_type() -> None:
    route = _route(
        f"connect=192.0.2.1:8443 sni=cdn.example.net host=hidden.example.net pin={PIN},{KEY}"
        " via=socks5://127.0.0.1:9050 split=records"
    )
    assert route.connect == Endpoint("192.0.2.1", 8443)
    assert (route.sni, route.http_host) == ("cdn.example.net", "hidden.example.net")
    assert route.pins == (bytes([7]) * 32, bytes(32))
    assert route.via == Endpoint("127.0.0.1", 9050)
    assert route.split is HelloSplit.RECORDS


@pytest.mark.parametrize(
    ("fields", "url"),
    [
        ("connect=[2001:db8::1]:443", HTTPS),
        (f"sni=- pin={PIN}", HTTPS),
        ("split=1", HTTPS),
        ("split=segments", HTTPS),
        ("host=hidden.example.net:444", HTTPS),
        ("via=socks5://proxy.example.net:1080", HTTPS),
        ("via=socks5://[::1]:1080", HTTPS),
        ("via=socks5://127.0.0.1:9050", ONION),
        ("connect=127.0.0.1:80", LOOPBACK),
        ("colour=blue", HTTPS),
    ],
)
def test_what_says_how_to_reach_a_relay_is_taken(fields: str, url: str) -> None:
    _route(fields, url)


@pytest.mark.parametrize(
    ("fields", "url"),
    [
        ("connect=relay.example.net:443", HTTPS),
        ("connect=192.0.2.1", HTTPS),
        ("connect=192.0.2.1:0", HTTPS),
        ("connect=192.0.2.1:65536", HTTPS),
        ("connect=192.0.2.1:+443", HTTPS),
        ("connect=2001:db8::1:443", HTTPS),
        ("connect=[192.0.2.1]:443", HTTPS),
        ("connect=[fe80::1%eth0]:443", HTTPS),
        ("sni=-", HTTPS),
        ("sni=a_b.example", HTTPS),
        ("sni=CDN.example.net", HTTPS),
        (f"sni={'a' * 64}.example", HTTPS),
        (f"sni={'a.' * 127}aa", HTTPS),
        ("sni=a..b", HTTPS),
        ("host=a/b", HTTPS),
        ("host=hidden.example.net:x", HTTPS),
        ("pin=short", HTTPS),
        (f"pin={PIN},", HTTPS),
        (f"pin={','.join([PIN] * 5)}", HTTPS),
        ("via=http://127.0.0.1:8080", HTTPS),
        ("via=socks5://127.0.0.1", HTTPS),
        ("via=socks5://user@127.0.0.1:9050", HTTPS),
        ("via=127.0.0.1:9050", HTTPS),
        ("split=2", HTTPS),
        ("split=1", LOOPBACK),
        (f"pin={PIN}", LOOPBACK),
        ("sni=cdn.example.net", ONION),
        ("connect=192.0.2.1:80", LOOPBACK),
        ("connect=127.0.0.1:80", ONION),
        ("via=socks5://127.0.0.1:9050", LOOPBACK),
    ],
)
def test_what_would_not_do_what_it_promises_is_refused(fields: str, url: str) -> None:
    with pytest.raises(InviteError):
        _route(fields, url)


def test_a_line_that_names_no_fields_parses_all_the_same_on_older_programs() -> None:
    line = parse_bridge_line(f"tocsin1 {HTTPS} k={KEY} pin=short")
    assert line.extra == (("pin", "short"),)


@pytest.mark.parametrize("text", ["", "socks5://", "socks5://:1", "socks5://a:b", "socks4://a:1"])
def test_a_proxy_is_written_in_one_way(text: str) -> None:
    with pytest.raises(InviteError):
        parse_via(text)


def test_an_onion_is_known_by_its_host() -> None:
    assert _route("", ONION).is_onion
    assert not _route("").is_onion
    assert route_of(BridgeLine(LOOPBACK, RelayKey(bytes(32)))).is_tls is False
