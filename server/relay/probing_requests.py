"""What a prober sends: one list of requests, each for any path.

Theory of operation: a prober that suspects an address to be a relay asks for it in many ways and
compares the answers with those for a path that cannot exist. This list is that prober. Each
probe is a function of the path alone, so that the same bytes go to the suspected path and to a
random one of the same shape, and any difference of the answers comes from the path.

A recorded exchange of a phone, played again, is not in the list, nor is a poll made anew. Whoever
has one has the path and speaks the protocol: to the relay that *is* a phone, and it is answered
as one (200, an answer of the usual size). Only keeping the path secret protects from that, and
retiring the channel after it leaked. Playing a desk's request again gets the unknown page.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from schemas.domain.sync import RequestHeader
from schemas.envelope.primitives import blake2b
from schemas.wire.exchange import encode_request_header

CRLF: Final = b"\r\n"
PHONE_HEADER: Final = encode_request_header(RequestHeader())
DESK_HEADER: Final = encode_request_header(RequestHeader(is_desk=True))


class Tls(StrEnum):
    """How the connection is made."""

    USUAL = "usual"
    NO_NAME = "no server name"
    OTHER_NAME = "another server name"
    ONLY_H2 = "ALPN h2 only"
    ALSO_H2 = "ALPN h2 and http/1.1"
    OLDER = "TLS 1.2"
    NONE = "plain HTTP on the TLS port"


@dataclass(frozen=True, slots=True)
class Probe:
    """One kind of request.

    Attributes:
        name: What it is called in the report.
        make: Bytes to send for a path and a host, in one or two parts; between two parts the
            prober waits for what the server has to say.
        tls: How the connection is made.
        ends_early: After the last part the prober closes its side.
    """

    name: str
    make: Callable[[bytes, bytes], tuple[bytes, ...]]
    tls: Tls = Tls.USUAL
    ends_early: bool = False


def request(
    method: bytes,
    path: bytes,
    host: bytes,
    *fields: bytes,
    body: bytes | None = None,
    version: bytes = b"HTTP/1.1",
) -> bytes:
    """Write a request; a body gets its length."""
    lines = [b"%s %s %s" % (method, path, version), b"Host: " + host, b"User-Agent: Mozilla/5.0"]
    if body is not None:
        lines.append(b"Content-Length: %d" % len(body))
    return CRLF.join([*lines, *fields, b"", b""]) + (body or b"")


def noise(length: int) -> bytes:
    """Give bytes that look random and are the same at each call."""
    blocks = range(-(-length // 64))
    whole = b"".join(blake2b(bytes([n % 251]) * 8, size=64, person="probe") for n in blocks)
    return whole[:length]


def _method(name: bytes, body: bytes | None = None, *fields: bytes) -> Probe:
    shown = name.decode() + (" with a body" if body else "")
    return Probe(shown, lambda path, host: (request(name, path, host, *fields, body=body),))


def _post(name: str, body: bytes, *fields: bytes) -> Probe:
    return Probe(
        f"POST: {name}", lambda path, host: (request(b"POST", path, host, *fields, body=body),)
    )


def _path(name: str, change: Callable[[bytes], bytes], method: bytes = b"GET") -> Probe:
    body = noise(1280) if method == b"POST" else None
    return Probe(
        f"{method.decode()}, path {name}",
        lambda path, host: (request(method, change(path), host, body=body),),
    )


def _fields(name: str, *fields: bytes, method: bytes = b"GET") -> Probe:
    return Probe(
        f"{method.decode()} with {name}",
        lambda path, host: (request(method, path, host, *fields),),
    )


def _raw(name: str, make: Callable[[bytes, bytes], bytes], *, ends_early: bool = False) -> Probe:
    return Probe(name, lambda path, host: (make(path, host),), ends_early=ends_early)


METHODS: Final = (
    *(_method(name) for name in (b"GET", b"HEAD", b"OPTIONS", b"DELETE", b"TRACE", b"PROPFIND")),
    *(_method(name) for name in (b"BREW", b"get", b"PRI", b"POST", b"PUT")),
    *(_method(name, noise(1280)) for name in (b"GET", b"PUT", b"PATCH", b"DELETE", b"BREW")),
    _fields(
        "a preflight",
        b"Origin: https://example.org",
        b"Access-Control-Request-Method: POST",
        method=b"OPTIONS",
    ),
    _fields("a method override", b"X-HTTP-Method-Override: POST"),
    _raw("CONNECT", lambda path, host: request(b"CONNECT", b"example.org:443", host) + path),
)

BODIES: Final = (
    _post("empty", b""),
    _post("one byte", b"\x01"),
    _post("15 random bytes", noise(15)),
    _post("16 random bytes", noise(16)),
    _post("1280 random bytes", noise(1280)),
    _post("a form", b"name=value&other=1", b"Content-Type: application/x-www-form-urlencoded"),
    _post("JSON", b'{"a": 1}', b"Content-Type: application/json"),
    _post("a gzip stream", b"\x1f\x8b\x08" + noise(200), b"Content-Encoding: gzip"),
    _post("a phone's header cut short", PHONE_HEADER[:15]),
    _post("a phone's header and nothing", PHONE_HEADER),
    _post("a phone's header and noise", PHONE_HEADER + b"\x01\xff\xff\xff" + noise(1260)),
    _post("a phone's header and an unknown frame", PHONE_HEADER + b"\x0f\x00\x00\x01x"),
    _post("a phone's header and half a frame", PHONE_HEADER + b"\x01\x00\x04\x00" + noise(100)),
    _post("a header of another version", b"\x02" + PHONE_HEADER[1:] + noise(1264)),
    _post("a header with a flag of later", b"\x01\x80" + PHONE_HEADER[2:] + noise(1264)),
    _post("a desk's header and noise", DESK_HEADER + noise(1264)),
    _post("more than a phone may send", noise(1_100_000)),
)

ARRIVAL: Final = (
    _raw(
        "POST cut inside the header",
        lambda path, host: request(b"POST", path, host, b"Content-Length: 1280") + noise(8),
        ends_early=True,
    ),
    _raw(
        "POST cut behind a phone's header",
        lambda path, host: request(b"POST", path, host, b"Content-Length: 1280") + PHONE_HEADER,
        ends_early=True,
    ),
    _raw(
        "POST cut in the middle of noise",
        lambda path, host: request(b"POST", path, host, b"Content-Length: 1280") + noise(640),
        ends_early=True,
    ),
    _raw(
        "POST that stops inside the header",
        lambda path, host: request(b"POST", path, host, b"Content-Length: 1280") + noise(15),
    ),
    _raw(
        "POST that stops behind its 16th byte",
        lambda path, host: request(b"POST", path, host, b"Content-Length: 1280") + noise(16),
    ),
    _raw(
        "POST that stops behind a phone's header",
        lambda path, host: request(b"POST", path, host, b"Content-Length: 1280") + PHONE_HEADER,
    ),
    Probe(
        "POST in two parts",
        lambda path, host: (
            request(b"POST", path, host, b"Content-Length: 1280") + noise(640),
            noise(640),
        ),
    ),
    Probe(
        "POST that waits to be asked for its body",
        lambda path, host: (
            request(b"POST", path, host, b"Content-Length: 64", b"Expect: 100-continue"),
            noise(64),
        ),
    ),
    _post("with Expect and its body", noise(64), b"Expect: 100-continue"),
    _post("with an Expect nobody knows", noise(64), b"Expect: tea"),
    _raw(
        "POST that announces 20 MB",
        lambda path, host: request(b"POST", path, host, b"Content-Length: 20000000"),
    ),
    _raw("half a request line", lambda path, _host: b"GET " + path, ends_early=True),
    _raw("half a header", lambda path, host: request(b"GET", path, host)[:-2], ends_early=True),
)


def _chunked(*chunks: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + end


def _in_chunks(name: str, body: bytes, *fields: bytes) -> Probe:
    return _raw(
        f"POST, {name}",
        lambda path, host: (
            request(b"POST", path, host, b"Transfer-Encoding: chunked", *fields) + body
        ),
    )


FRAMING: Final = (
    _in_chunks("chunked noise", _chunked(noise(700), noise(580))),
    _in_chunks("chunked, a phone's header and noise", _chunked(PHONE_HEADER, b"\xff" * 100)),
    _in_chunks("chunked, empty", _chunked()),
    _in_chunks("chunked with a broken length", b"zz\r\nhello\r\n0\r\n\r\n"),
    _in_chunks("chunked with a trailer", _chunked(noise(64), end=b"0\r\nX-A: b\r\n\r\n")),
    _in_chunks("chunked and a length", _chunked(noise(64)), b"Content-Length: 5"),
    _fields("an encoding nobody knows", b"Transfer-Encoding: tea", method=b"POST"),
    _fields("two lengths", b"Content-Length: 5", b"Content-Length: 6", method=b"POST"),
    _fields("a negative length", b"Content-Length: -1", method=b"POST"),
    _fields("a length that is a word", b"Content-Length: five", method=b"POST"),
)

FORMS: Final = (
    _path("with a slash behind", lambda path: path + b"/"),
    _path("with two slashes before", lambda path: b"/" + path),
    _path("%-encoded", lambda path: b"/%%%02X" % path[1] + path[2:]),
    _path("with an encoded slash", lambda path: b"/%2F" + path[1:]),
    _path("in the other case", bytes.swapcase),
    _path("with a query", lambda path: path + b"?a=1"),
    _path("with an empty query", lambda path: path + b"?"),
    _path("with a fragment", lambda path: path + b"#a"),
    _path("behind dot segments", lambda path: b"/a/.." + path),
    _path("behind a dot", lambda path: b"/." + path),
    _path("as a folder", lambda path: path + b"/index.html"),
    _path("as a script", lambda path: path + b".php"),
    _path("by half", lambda path: path[:12]),
    _path("with a parameter", lambda path: path + b";a=1"),
    _path("with a backslash", lambda path: b"\\" + path[1:]),
    _path("with a null byte", lambda path: path + b"%00"),
    _path("and 3000 letters", lambda path: path + b"a" * 3000),
    _path("and 12000 letters", lambda path: path + b"a" * 12_000),
    *(
        _path(name, change, b"POST")
        for name, change in (
            ("with a slash behind", lambda path: path + b"/"),
            ("%-encoded", lambda path: b"/%%%02X" % path[1] + path[2:]),
            ("with a query", lambda path: path + b"?a=1"),
            ("behind dot segments", lambda path: b"/a/.." + path),
            ("in the other case", bytes.swapcase),
        )
    ),
    _raw("absolute form", lambda path, host: request(b"GET", b"https://" + host + path, host)),
    _raw(
        "POST, absolute form",
        lambda path, host: request(b"POST", b"https://" + host + path, host, body=noise(1280)),
    ),
    _raw(
        "absolute form of another host",
        lambda path, host: request(b"GET", b"https://example.org" + path, host),
    ),
)

FIELDS: Final = (
    _fields("a range", b"Range: bytes=0-9"),
    _fields("a range nobody has", b"Range: bytes=999999-"),
    _fields("a condition on any tag", b"If-None-Match: *"),
    _fields("a condition that fails", b'If-Match: "nothing"'),
    _fields("a date of today", b"If-Modified-Since: Fri, 01 Jan 2038 00:00:00 GMT"),
    _fields("gzip", b"Accept-Encoding: gzip, br"),
    _fields("a wish for JSON", b"Accept: application/json"),
    _fields("a cookie", b"Cookie: a=b"),
    _fields("a password", b"Authorization: Basic YTpi"),
    _fields("a websocket", b"Upgrade: websocket", b"Connection: Upgrade"),
    _fields("HTTP/2 in clear", b"Upgrade: h2c", b"Connection: Upgrade", b"HTTP2-Settings: AA"),
    _fields("an end", b"Connection: close"),
    _fields("a forwarded address", b"X-Forwarded-For: 192.0.2.1"),
    _fields("a long field", b"X-Long: " + b"a" * 7000),
    _fields("too long a field", b"X-Long: " + b"a" * 40_000),
    _fields("90 fields", *(b"X-%d: a" % n for n in range(90))),
    _fields("400 fields", *(b"X-%d: a" % n for n in range(400))),
    _fields("a field without a colon", b"nonsense"),
    _fields("a folded field", b"X-A: b", b" c"),
    _fields("a space in a field's name", b"X A: b"),
    _fields("an empty field's name", b": b"),
    _fields("a null byte in a field", b"X-A: b\x00c"),
    _fields("two hosts", b"Host: example.org"),
    _raw("another host", lambda path, _host: request(b"GET", path, b"example.org")),
    _raw("an address as host", lambda path, _host: request(b"GET", path, b"192.0.2.1")),
    _raw(
        "POST to another host",
        lambda path, _host: request(b"POST", path, b"example.org", body=noise(1280)),
    ),
    _raw("no host", lambda path, _host: b"GET " + path + b" HTTP/1.1\r\n\r\n"),
    _raw("an empty host", lambda path, _host: request(b"GET", path, b"")),
    _raw("HTTP/1.0", lambda path, host: request(b"GET", path, host, version=b"HTTP/1.0")),
    _raw(
        "POST in HTTP/1.0",
        lambda path, host: request(b"POST", path, host, body=noise(64), version=b"HTTP/1.0"),
    ),
    _raw("HTTP/0.9", lambda path, _host: b"GET " + path + CRLF),
    _raw("HTTP/1.2", lambda path, host: request(b"GET", path, host, version=b"HTTP/1.2")),
    _raw("HTTP/3.0", lambda path, host: request(b"GET", path, host, version=b"HTTP/3.0")),
    _raw("bare line feeds", lambda path, host: request(b"GET", path, host).replace(CRLF, b"\n")),
    _raw("a space too many", lambda path, host: request(b"GET", b" " + path, host)),
)

ROWS: Final = (
    _raw(
        "GET, then the first page",
        lambda path, host: request(b"GET", path, host) + request(b"GET", b"/", host),
    ),
    _raw(
        "POST of noise, then the first page",
        lambda path, host: (
            request(b"POST", path, host, body=noise(1280)) + request(b"GET", b"/", host)
        ),
    ),
    _raw(
        "POST of a phone's header and noise, then the first page",
        lambda path, host: (
            request(b"POST", path, host, body=PHONE_HEADER + b"\xff" * 64)
            + request(b"GET", b"/", host)
        ),
    ),
    _raw("three times GET", lambda path, host: request(b"GET", path, host) * 3),
    _raw(
        "POST chunked and broken, then the first page",
        lambda path, host: (
            request(b"POST", path, host, b"Transfer-Encoding: chunked")
            + b"zz\r\n\r\n"
            + request(b"GET", b"/", host)
        ),
    ),
    Probe(
        "POST of noise, its answer, then the first page",
        lambda path, host: (
            request(b"POST", path, host, body=noise(1280)),
            request(b"GET", b"/", host),
        ),
    ),
)

HANDSHAKES: Final = tuple(
    Probe(f"{method.decode()}, {tls}", make, tls=tls)
    for tls in Tls
    if tls is not Tls.USUAL
    for method, make in (
        (b"GET", lambda path, host: (request(b"GET", path, host),)),
        (b"POST", lambda path, host: (request(b"POST", path, host, body=noise(1280)),)),
    )
)

PROBES: Final = (*METHODS, *BODIES, *ARRIVAL, *FRAMING, *FORMS, *FIELDS, *ROWS, *HANDSHAKES)
