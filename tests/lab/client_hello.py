"""Read the server name a TLS client says in the clear. Pure; raises nothing on any bytes.

Source: RFC 8446 section 4.1.2, RFC 6066 section 3
"""

from typing import Final

_HANDSHAKE_RECORD: Final = 22
_CLIENT_HELLO: Final = 1
_SERVER_NAME: Final = 0
_HOST_NAME: Final = 0
_RECORD_HEADER_BYTES: Final = 5
MOST_HELLO_BYTES: Final = 16_384
"""What a watcher keeps of a stream before it gives up: a record's largest size."""


class _ShortError(Exception):
    """The bytes end inside of a field."""


class _Reader:
    """Takes fields from the front of bytes."""

    def __init__(self, octets: bytes) -> None:
        self._left = octets

    def take(self, count: int) -> bytes:
        if len(self._left) < count:
            raise _ShortError
        taken, self._left = self._left[:count], self._left[count:]
        return taken

    def number(self, count: int) -> int:
        return int.from_bytes(self.take(count), "big")

    def vector(self, length_bytes: int) -> bytes:
        return self.take(self.number(length_bytes))

    def __bool__(self) -> bool:
        return bool(self._left)


def handshake_bytes(stream: bytes) -> bytes:
    """Join what the TLS records at the beginning of a stream hold.

    Args:
        stream: The first bytes a client sent.

    Returns:
        Handshake bytes so far, perhaps cut; nothing when this is no TLS handshake.
    """
    joined, at = b"", 0
    while stream[at : at + 1] == bytes([_HANDSHAKE_RECORD]):
        body = at + _RECORD_HEADER_BYTES
        at = body + int.from_bytes(stream[body - 2 : body], "big")
        joined += stream[body:at]
    return joined


def server_name(stream: bytes) -> str | None:
    """Read the server name of a ClientHello.

    Args:
        stream: The first bytes a client sent; more may follow.

    Returns:
        The name in lower case; None when there is none or the bytes do not reach so far.
    """
    hello = handshake_bytes(stream[:MOST_HELLO_BYTES])
    if hello[:1] != bytes([_CLIENT_HELLO]):
        return None
    reader = _Reader(hello[4:])
    try:
        reader.take(2 + 32)
        reader.vector(1)
        reader.vector(2)
        reader.vector(1)
        reader.take(2)
        return _name_among(reader)
    except _ShortError:
        return None


def _name_among(extensions: _Reader) -> str | None:
    while extensions:
        kind, body = extensions.number(2), extensions.vector(2)
        if kind == _SERVER_NAME:
            names = _Reader(_Reader(body).vector(2))
            while names:
                name_kind, name = names.number(1), names.vector(2)
                if name_kind == _HOST_NAME:
                    return name.decode("ascii", "replace").lower()
    return None
