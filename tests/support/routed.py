"""Bridge lines that lead to a relay on loopback by their fields alone."""

from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from client_sync.errors import FailureKind, TransportError
from client_sync.transports.relay_http import HttpTransport
from schemas.domain.directory import BridgeLine
from schemas.domain.sync import RequestHeader
from schemas.wire.codec import to_base64url
from schemas.wire.exchange import encode_request_header
from tests.support.certificate import HOST
from tests.support.http_relay import PATH, Front
from tests.support.middleman import Middleman

POLL = encode_request_header(RequestHeader())
OTHER_PIN = to_base64url(bytes(32))


def port_of(front: Front) -> int:
    """Tell where a front listens."""
    return urlsplit(front.relay.url).port or 0


def line_to(front: Front, host: str = HOST, **fields: str) -> BridgeLine:
    """Name the relay by a host that no resolver knows, so that only fields lead there."""
    fields.setdefault("connect", f"127.0.0.1:{port_of(front)}")
    return replace(front.relay.bridge, url=f"https://{host}{PATH}", extra=tuple(fields.items()))


def line_through(front: Front, proxy: Middleman, **fields: str) -> BridgeLine:
    """Name the relay by such a host, and a proxy that knows it."""
    fields["via"] = f"socks5://127.0.0.1:{proxy.port}"
    return replace(front.relay.bridge, url=f"https://{HOST}{PATH}", extra=tuple(fields.items()))


def failure(transport: HttpTransport, line: BridgeLine) -> FailureKind:
    """Make an exchange that must fail, and tell how it did."""
    with pytest.raises(TransportError) as caught:
        transport.exchange(line, POLL, 10)
    return caught.value.kind
