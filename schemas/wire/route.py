"""The fields of a bridge line that say how to reach its relay.

Theory of operation: a bridge line parses whatever its further fields say, in Python and on the
phone alike, so that an old program reads a new desk's directory. Whoever opens connections asks
here, and here nothing is overlooked: a field that is known and malformed makes the route
unusable, since to drop a `via` or a `pin` silently would expose the person who relies on it. A
browser can honour none of these fields and ignores them all; where one is vital (`via`), the
desk gives an onion address, which a browser without Tor cannot reach either.

Spec: docs/spec/directory.md section 1
"""

import ipaddress
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import SplitResult, urlsplit

from schemas.domain.directory import BridgeLine, Endpoint, HelloSplit, Route
from schemas.errors import InviteError
from schemas.wire.codec import from_base64url

_HTTPS_PORT: Final = 443
_HTTP_PORT: Final = 80
_PIN_BYTES: Final = 32
_MOST_PINS: Final = 4
_MOST_PORT: Final = 65_535
_NO_NAME: Final = "-"
_SPLITS: Final = {
    "1": HelloSplit.RECORDS,
    "records": HelloSplit.RECORDS,
    "segments": HelloSplit.SEGMENTS,
}
_TLS_ONLY: Final = ("sni", "pin", "split")
_NAME: Final = re.compile(r"(?=.{1,253}\Z)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*\Z")
_PORT: Final = re.compile(r"[1-9][0-9]{0,4}\Z")
_SOCKS: Final = "socks5://"


def route_of(bridge: BridgeLine) -> Route:
    """Read how to reach a relay.

    Args:
        bridge: A parsed bridge line.

    Returns:
        The route; fields that are not known are ignored.

    Raises:
        InviteError: When a known field is malformed, or would not do what it promises.
    """
    split, fields = urlsplit(bridge.url), dict(bridge.extra)
    is_tls = split.scheme == "https"
    server = Endpoint(split.hostname or "", split.port or (_HTTPS_PORT if is_tls else _HTTP_PORT))
    pins = _pins(fields.get("pin"))
    route = Route(
        is_tls=is_tls,
        server=server,
        target=(split.path or "/") + (f"?{split.query}" if split.query else ""),
        http_host=_http_host(fields.get("host"), split),
        sni=_sni(fields.get("sni"), server.host, has_pins=bool(pins)),
        pins=pins,
        connect=_address(fields.get("connect")),
        via=parse_via(fields["via"]) if "via" in fields else None,
        split=_hello_split(fields.get("split")),
    )
    _check_plain(route, fields)
    return route


def parse_via(text: str) -> Endpoint:
    """Read the address of a SOCKS5 proxy, ``socks5://host:port``.

    Raises:
        InviteError: When it is none.
    """
    host, colon, port = text.removeprefix(_SOCKS).rpartition(":")
    if not text.startswith(_SOCKS) or not colon:
        raise InviteError(hint="a proxy is written as socks5://host:port")
    if not _is_address(host.strip("[]")) and not _NAME.match(host):
        raise InviteError(hint="a proxy is written as socks5://host:port")
    return Endpoint(host.strip("[]"), _port(port))


def _check_plain(route: Route, fields: Mapping[str, str]) -> None:
    """Let nothing without TLS leave this machine but through Tor."""
    if route.is_tls:
        return
    if any(name in fields for name in _TLS_ONLY):
        raise InviteError(hint="sni, pin and split need an https address")
    if route.connect is not None and not _is_loopback(route.connect.host):
        raise InviteError(hint="an http address cannot be reached by way of another")
    if route.is_onion and route.connect is not None:
        raise InviteError(hint="an onion address is found by Tor alone")
    if not route.is_onion and route.via is not None:
        raise InviteError(hint="an address of this machine cannot be reached through a proxy")


def _address(text: str | None) -> Endpoint | None:
    if text is None:
        return None
    host, _, port = text.rpartition(":")
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    if not _is_address(bare) or (":" in bare) != (host != bare):
        raise InviteError(hint="connect is written as address:port")
    return Endpoint(bare, _port(port))


def _sni(text: str | None, host: str, *, has_pins: bool) -> str | None:
    if text is None:
        return host
    if text == _NO_NAME:
        if not has_pins:
            raise InviteError(hint="a hello without a name needs a pin")
        return None
    if not _NAME.match(text):
        raise InviteError(hint="sni is a host name")
    return text


def _http_host(text: str | None, split: SplitResult) -> str:
    if text is None:
        return split.netloc
    host, colon, port = text.partition(":")
    if not _NAME.match(host) or (colon and not _port(port)):
        raise InviteError(hint="host is a host name")
    return text


def _pins(text: str | None) -> tuple[bytes, ...]:
    if text is None:
        return ()
    parts = text.split(",")
    try:
        pins = tuple(from_base64url(part) for part in parts)
    except ValueError as error:
        raise InviteError(hint="pin is base64url of a SHA-256") from error
    if len(pins) > _MOST_PINS or any(len(pin) != _PIN_BYTES for pin in pins):
        raise InviteError(hint="pin is base64url of a SHA-256")
    return pins


def _hello_split(text: str | None) -> HelloSplit:
    if text is None:
        return HelloSplit.WHOLE
    if text not in _SPLITS:
        raise InviteError(hint="split is 1, records or segments")
    return _SPLITS[text]


def _port(text: str) -> int:
    if not _PORT.match(text) or int(text) > _MOST_PORT:
        raise InviteError(hint="a port is a number from 1 to 65535")
    return int(text)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return "%" not in host


def _is_loopback(host: str) -> bool:
    return ipaddress.ip_address(host).is_loopback
