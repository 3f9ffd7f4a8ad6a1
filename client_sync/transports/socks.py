"""SOCKS5: ask a proxy on this side for a connection on the far side.

Theory of operation: the proxy gets the name, never an address looked up here, so that no
resolver on the way learns it and an onion address works. A user name and password that mean
nothing are offered: Tor builds a circuit of its own for each pair, so that two relays are not
reached from the same exit.

Source: RFC 1928, RFC 1929; Tor's socks-extensions.txt (IsolateSOCKSAuth)
"""

import ipaddress
from typing import Final

from client_sync.transports.deadline import Deadline
from client_sync.transports.streams import Stream
from schemas.domain.directory import Endpoint

_VERSION: Final = 5
_NO_LOGIN: Final = 0
_LOGIN: Final = 2
_CONNECT: Final = 1
_IPV4: Final = 1
_NAME: Final = 3
_IPV6: Final = 4
_ADDRESS_BYTES: Final = {_IPV4: 4, _IPV6: 16}
_PORT_BYTES: Final = 2


def ask_proxy(stream: Stream, target: Endpoint, circuit: bytes, deadline: Deadline) -> None:
    """Have a proxy connect to a target; afterwards the stream leads there.

    Args:
        stream: An open connection to the proxy.
        target: Where to; a name is looked up by the proxy.
        circuit: 1 to 255 bytes; exchanges under other bytes take other ways through Tor.
        deadline: For all of it.

    Raises:
        OSError: When the proxy refuses, or is none.
    """
    stream.send(bytes([_VERSION, 2, _NO_LOGIN, _LOGIN]), deadline)
    version, method = _exactly(stream, 2, deadline)
    if version != _VERSION or method not in (_NO_LOGIN, _LOGIN):
        raise ConnectionRefusedError("the proxy does not speak SOCKS5 without a password")
    if method == _LOGIN:
        _log_in(stream, circuit, deadline)
    port = target.port.to_bytes(_PORT_BYTES, "big")
    stream.send(bytes([_VERSION, _CONNECT, 0]) + _address(target.host) + port, deadline)
    version, reply, _, kind = _exactly(stream, 4, deadline)
    if version != _VERSION or reply != 0:
        raise ConnectionRefusedError("the proxy cannot reach the relay")
    if kind == _NAME:
        (length,) = _exactly(stream, 1, deadline)
    else:
        length = _ADDRESS_BYTES.get(kind, 0)
    _exactly(stream, length + _PORT_BYTES, deadline)


def _log_in(stream: Stream, circuit: bytes, deadline: Deadline) -> None:
    word = bytes([len(circuit)]) + circuit
    stream.send(b"\x01" + word + word, deadline)
    if _exactly(stream, 2, deadline)[1] != 0:
        raise ConnectionRefusedError("the proxy wants a password")


def _address(host: str) -> bytes:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        name = host.encode("ascii")
        return bytes([_NAME, len(name)]) + name
    return bytes([_IPV4 if address.version == 4 else _IPV6]) + address.packed  # noqa: PLR2004


def _exactly(stream: Stream, count: int, deadline: Deadline) -> bytes:
    """Read so many bytes and not one more: what follows belongs to the relay."""
    data = b""
    while len(data) < count:
        piece = stream.receive(count - len(data), deadline)
        if not piece:
            raise ConnectionResetError("the proxy hung up")
        data += piece
    return data
