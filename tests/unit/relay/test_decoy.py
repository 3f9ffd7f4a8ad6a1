"""A relay looks like a small web site to whoever does not know its path."""

from pathlib import Path

import pytest

from schemas.domain.sync import RequestHeader
from schemas.wire.exchange import encode_request_header
from server.plumbing.config import RelayConfig
from server.relay.app import create_relay_app
from server.relay.errors import HomeError
from server.relay.home import init_home
from tests.support.relay_answers import put
from tests.support.relays import SITE, RelayUnderTest, blob_of

HEADER = encode_request_header(RequestHeader())
GOOD = HEADER + put(blob_of(1))

PROBES = {
    "GET of the path": ("GET", "{path}", b""),
    "PUT of the path": ("PUT", "{path}", GOOD),
    "OPTIONS of the path": ("OPTIONS", "{path}", b""),
    "DELETE of the path": ("DELETE", "{path}", b""),
    "TRACE of the path": ("TRACE", "{path}", b""),
    "a method nobody knows": ("BREW", "{path}", GOOD),
    "the path with a slash behind": ("POST", "{path}/", GOOD),
    "the path with a slash before": ("POST", "/{path}", GOOD),
    "the path in capitals": ("POST", "{PATH}", GOOD),
    "half the path": ("POST", "{half}", GOOD),
    "no body": ("POST", "{path}", b""),
    "half a header": ("POST", "{path}", HEADER[:15]),
    "another protocol version": ("POST", "{path}", b"\x02" + GOOD[1:]),
    "a flag of a later version": ("POST", "{path}", b"\x01\x04" + GOOD[2:]),
    "a desk without a proof": ("POST", "{path}", b"\x01\x01" + GOOD[2:]),
    "a header and nothing": ("POST", "{path}", HEADER),
    "a header and noise": ("POST", "{path}", HEADER + b"\x01\xff\xff\xff" + bytes(1000)),
    "a header and an unknown frame": ("POST", "{path}", HEADER + b"\x0f\x00\x00\x01x"),
    "a header and half a frame": ("POST", "{path}", HEADER + put(blob_of(1))[:-1]),
    "a form": ("POST", "{path}", b"name=value&other=1"),
    "JSON": ("POST", "{path}", b'{"a": 1}'),
    "another path": ("POST", "/AAAAAAAAAAAAAAAAAAAAAA", GOOD),
    "a post to the first page": ("POST", "/", GOOD),
    "a post to the phone app": ("POST", "/app/", GOOD),
    "a file of the phone app that is not there": ("GET", "/app/none.js", b""),
    "a way out of the folder": ("GET", "/../relay.key", b""),
    "a way out of the app": ("GET", "/app/../../relay.key", b""),
    "a null byte": ("GET", "/a\x00b", b""),
    "the page for unknown pages": ("GET", "/404.html", b""),
    "a hidden file": ("GET", "/.git/config", b""),
}


def send(relay: RelayUnderTest, what: str) -> tuple[str, list[tuple[str, str]], bytes]:
    """Send a probe."""
    method, path, body = PROBES[what]
    names = {"path": relay.path, "PATH": relay.path.swapcase(), "half": relay.path[:12]}
    reply = relay.http(method, path.format(**names), body)
    return reply.status, reply.headers, reply.body


@pytest.mark.parametrize("what", PROBES)
def test_probe_gets_the_sites_own_unknown_page(lone_relay: RelayUnderTest, what: str) -> None:
    unknown = lone_relay.http("GET", "/no-such-page")
    assert unknown.status == "404 NOT FOUND"
    assert unknown.body == (SITE / "404.html").read_bytes()
    assert send(lone_relay, what) == (unknown.status, unknown.headers, unknown.body)


def test_query_string_makes_it_another_page(lone_relay: RelayUnderTest) -> None:
    unknown = lone_relay.http("GET", "/no-such-page")
    reply = lone_relay.http("POST", lone_relay.path, GOOD, QUERY_STRING="a=1")
    assert reply == unknown


def test_probes_store_nothing(lone_relay: RelayUnderTest) -> None:
    for what in PROBES:
        send(lone_relay, what)
    assert lone_relay.held(blob_of(1)) == [False]


def test_exchange_carries_the_headers_of_the_specification(lone_relay: RelayUnderTest) -> None:
    reply = lone_relay.http("POST", lone_relay.path, GOOD)
    assert reply.header == {
        "Content-Type": "application/octet-stream",
        "Access-Control-Allow-Origin": "*",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Content-Length": str(len(reply.body)),
    }


def test_each_path_of_the_file_leads_to_the_relay(tmp_path: Path) -> None:
    first = RelayUnderTest(tmp_path)
    first.close()
    paths = tmp_path / "relay" / "relay.paths"
    paths.write_text(f"{paths.read_text('ascii')}\n/posters\n", "ascii")
    relay = RelayUnderTest(tmp_path)
    assert relay.http("POST", "/posters", GOOD).status == "200 OK"
    assert relay.http("POST", relay.path, GOOD).status == "200 OK"
    relay.close()


def test_site_can_be_replaced(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "404.html").write_text("nothing")
    (site / "index.html").write_text("my site")
    relay = RelayUnderTest(tmp_path, site_path=site)
    assert relay.http("GET", "/").body == b"my site"
    assert relay.http("POST", "/x").body == b"nothing"
    relay.close()


def test_relay_without_an_unknown_page_does_not_start(tmp_path: Path) -> None:
    home = init_home(tmp_path / "relay")
    config = RelayConfig(home=home.folder, database_url="sqlite://", site_path=tmp_path / "none")
    with pytest.raises(HomeError, match=r"404\.html"):
        create_relay_app(config)
