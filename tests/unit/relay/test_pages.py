"""Files as answers: the site and the phone app."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.plumbing.headers import COMMON, PHONE_POLICY, SITE_POLICY
from tests.support.relays import RelayUnderTest

FILES = {
    "index.html": b"<!doctype html><title>app</title>" * 20,
    "sw.js": b"self.addEventListener('fetch', () => {});" * 20,
    "assets/main-3f9a1c2b.js": b"console.log(1);" * 50,
    "assets/kufi-aa11bb22.woff2": bytes(range(256)) * 8,
    "manifest.webmanifest": b"{}",
    "argon2.wasm": b"\x00asm" + bytes(2000),
    "icon.png": b"\x89PNG",
    "part-RTTLQONT.js": b"export {};",
    "app-maskable.svg": b"<svg/>",
    "icons/app-512.png": b"\x89PNG",
}


@pytest.fixture
def phone_relay(tmp_path: Path) -> Iterator[RelayUnderTest]:
    """A relay that shows a small phone app."""
    for name, content in FILES.items():
        path = tmp_path / "dist" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    relay = RelayUnderTest(tmp_path, phone_dist_path=tmp_path / "dist")
    yield relay
    relay.close()


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/app/", "text/html; charset=utf-8"),
        ("/app/index.html", "text/html; charset=utf-8"),
        ("/app/sw.js", "text/javascript; charset=utf-8"),
        ("/app/manifest.webmanifest", "application/manifest+json"),
        ("/app/argon2.wasm", "application/wasm"),
        ("/app/icon.png", "image/png"),
        ("/", "text/html; charset=utf-8"),
        ("/style.css", "text/css; charset=utf-8"),
        ("/robots.txt", "text/plain; charset=utf-8"),
    ],
)
def test_files_have_their_media_type(
    phone_relay: RelayUnderTest, path: str, media_type: str
) -> None:
    reply = phone_relay.http("GET", path)
    assert (reply.status, reply.header["Content-Type"]) == ("200 OK", media_type)


def test_hashed_names_are_kept_for_ever_and_the_rest_is_asked_for(
    phone_relay: RelayUnderTest,
) -> None:
    kept = {name: phone_relay.http("GET", f"/app/{name}").header["Cache-Control"] for name in FILES}
    for_ever = "public, max-age=31536000, immutable"
    assert {name for name, cache in kept.items() if cache == for_ever} == {
        "assets/main-3f9a1c2b.js",
        "assets/kufi-aa11bb22.woff2",
        "part-RTTLQONT.js",
    }
    assert {cache for cache in kept.values() if cache != for_ever} == {"no-cache"}


def test_service_worker_may_rule_the_whole_app(phone_relay: RelayUnderTest) -> None:
    reply = phone_relay.http("GET", "/app/sw.js")
    assert reply.header["Service-Worker-Allowed"] == "/app/"
    assert "Service-Worker-Allowed" not in phone_relay.http("GET", "/app/").header


def test_text_travels_zipped_to_whoever_can_unzip(phone_relay: RelayUnderTest) -> None:
    plain = phone_relay.http("GET", "/app/")
    zipped = phone_relay.http("GET", "/app/", HTTP_ACCEPT_ENCODING="br, gzip")
    assert zipped.header["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.body) == plain.body == FILES["index.html"]
    assert len(zipped.body) < len(plain.body)
    assert plain.header["Vary"] == zipped.header["Vary"] == "Accept-Encoding"


def test_unchanged_file_costs_no_bytes(phone_relay: RelayUnderTest) -> None:
    for encoding in ("", "gzip"):
        first = phone_relay.http("GET", "/app/sw.js", HTTP_ACCEPT_ENCODING=encoding)
        etag = first.header["ETag"]
        again = phone_relay.http(
            "GET", "/app/sw.js", HTTP_ACCEPT_ENCODING=encoding, HTTP_IF_NONE_MATCH=etag
        )
        assert (again.status, again.body) == ("304 NOT MODIFIED", b"")


def test_app_may_talk_to_any_relay_and_nothing_else(phone_relay: RelayUnderTest) -> None:
    header = phone_relay.http("GET", "/app/").header
    assert header["Content-Security-Policy"] == PHONE_POLICY
    assert "default-src 'self'" in PHONE_POLICY
    assert "connect-src *" in PHONE_POLICY
    assert "img-src 'self' blob: data:" in PHONE_POLICY
    assert "unsafe-inline" not in PHONE_POLICY + SITE_POLICY


@pytest.mark.parametrize("path", ["/", "/app/", "/nothing", "/app/nothing"])
def test_every_page_carries_the_common_headers(phone_relay: RelayUnderTest, path: str) -> None:
    header = phone_relay.http("GET", path).header
    assert {name: header[name] for name in COMMON} == COMMON
    assert "Set-Cookie" not in header


def test_head_has_the_headers_of_get(phone_relay: RelayUnderTest) -> None:
    head, get = phone_relay.http("HEAD", "/app/"), phone_relay.http("GET", "/app/")
    assert (head.status, head.headers) == (get.status, get.headers)


def test_relay_without_an_app_shows_the_unknown_page_there(lone_relay: RelayUnderTest) -> None:
    assert lone_relay.http("GET", "/app/") == lone_relay.http("GET", "/nothing")
