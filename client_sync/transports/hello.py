"""Cut a TLS ClientHello so that no single packet or record names the host.

Theory of operation: a censor that matches server names looks, for speed, at the first packet or
the first record only. The hello is cut in the middle of the name. As *segments*, the same bytes
leave in two writes on a connection without Nagle's delay, so in two packets. As *records*, the
handshake message is spread over two TLS records, which RFC 8446 section 5.1 allows and every
server puts together again; that holds even where the network joins packets. A censor that puts
streams and records together sees the name as before: this is a nuisance to it, no secrecy.

Source: RFC 8446 section 5.1; Niere et al., "Circumventing the GFW with TLS Record
Fragmentation" (2023)
"""

from typing import Final

from schemas.domain.directory import HelloSplit

_HANDSHAKE: Final = 0x16
_RECORD_HEADER_BYTES: Final = 5
_LEAST_BYTES: Final = 2


def cut_hello(flight: bytes, name: str | None, split: HelloSplit) -> tuple[bytes, ...]:
    """Cut the first flight of a connection.

    Args:
        flight: What TLS wants to send first: one record with a ClientHello.
        name: The server name in it, if any.
        split: How to cut.

    Returns:
        What to write, one write after the other; the flight itself when it is not to be cut or
        is no single handshake record.
    """
    body = flight[_RECORD_HEADER_BYTES:]
    is_one_record = flight[:1] == bytes([_HANDSHAKE]) and len(body) == _length_of(flight)
    if split is HelloSplit.WHOLE or not is_one_record or len(body) < _LEAST_BYTES:
        return (flight,)
    at = _middle(body, name)
    if split is HelloSplit.SEGMENTS:
        return (flight[: _RECORD_HEADER_BYTES + at], flight[_RECORD_HEADER_BYTES + at :])
    head = flight[: _RECORD_HEADER_BYTES - 2]
    return (_record(head, body[:at]) + _record(head, body[at:]),)


def _length_of(flight: bytes) -> int:
    return int.from_bytes(flight[_RECORD_HEADER_BYTES - 2 : _RECORD_HEADER_BYTES], "big")


def _middle(body: bytes, name: str | None) -> int:
    """Give a place inside of the name, or the middle of the hello when there is none."""
    written = (name or "").encode("ascii")
    begins = body.find(written) if written else -1
    return begins + len(written) // 2 if begins > 0 else len(body) // 2


def _record(head: bytes, fragment: bytes) -> bytes:
    return head + len(fragment).to_bytes(2, "big") + fragment
