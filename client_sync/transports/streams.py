"""Bytes to and from another machine, with deadlines, and a way to end it from another thread.

Theory of operation: each wait has the time its deadline leaves. Another thread ends a wait by
shutting the socket down, never by closing it: a closed number may belong to another socket a
moment later.
"""

import contextlib
import ipaddress
import queue
import socket
import threading
from collections.abc import Callable
from typing import Final, Protocol

from client_sync.transports.base import Attempt
from client_sync.transports.deadline import Deadline
from schemas.domain.directory import Endpoint

LEAST_CONNECT_SECONDS: Final = 5.0  # two lost SYNs are repeated after one and three seconds


class Stream(Protocol):
    """An open way to another machine."""

    def send(self, data: bytes, deadline: Deadline) -> None:
        """Send all of it; raises OSError."""
        ...

    def receive(self, most_bytes: int, deadline: Deadline) -> bytes:
        """Wait for the next bytes; nothing at the end; raises OSError."""
        ...

    def break_off(self) -> None:
        """End every wait, from any thread."""
        ...

    def close(self) -> None:
        """Let go of it, from the thread that uses it."""
        ...


class SocketStream:
    """A TCP connection."""

    def __init__(self, sock: socket.socket) -> None:
        """Send what is given at once: a request is one write, and a split hello must stay split."""
        self._socket = sock
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, data: bytes, deadline: Deadline) -> None:
        """Send all of it."""
        self._socket.settimeout(deadline.left_seconds())
        self._socket.sendall(data)

    def receive(self, most_bytes: int, deadline: Deadline) -> bytes:
        """Wait for the next bytes."""
        self._socket.settimeout(deadline.left_seconds())
        return self._socket.recv(most_bytes)

    def break_off(self) -> None:
        """Shut it down."""
        _shut_down(self._socket)

    def close(self) -> None:
        """Close it."""
        self._socket.close()


def open_stream(
    endpoint: Endpoint, deadline: Deadline, attempt: Attempt, *, loopback_only: bool = False
) -> SocketStream:
    """Open a connection, trying each address of a name in turn.

    Args:
        endpoint: A name or an address.
        deadline: For looking up and connecting together.
        attempt: May end it.
        loopback_only: Refuse addresses of other machines, whatever the name says.

    Returns:
        The connection.

    Raises:
        OSError: When no address answers.
    """
    addresses = _look_up(endpoint, deadline, attempt)
    if loopback_only:
        addresses = [one for one in addresses if ipaddress.ip_address(one[1][0]).is_loopback]
    last: OSError = ConnectionRefusedError("the name has no address that may be used")
    for number, (family, address) in enumerate(addresses):
        share_seconds = deadline.left_seconds() / (len(addresses) - number)
        try:
            share = deadline.within(max(share_seconds, LEAST_CONNECT_SECONDS))
            return _connect(family, address, share, attempt)
        except OSError as error:
            last = error
        if attempt.is_given_up:
            break
    raise last


_Address = tuple[str, int]
_Found = tuple[socket.AddressFamily, _Address]


def _look_up(endpoint: Endpoint, deadline: Deadline, attempt: Attempt) -> list[_Found]:
    """Look a name up in a thread that may be left behind: the resolver cannot be interrupted."""
    answers: queue.SimpleQueue[list[_Found] | OSError] = queue.SimpleQueue()
    asking = threading.Thread(target=_ask, args=(endpoint, answers.put), daemon=True)
    attempt.can_be_broken_off_by(lambda: answers.put(ConnectionAbortedError("given up")))
    asking.start()
    try:
        found = answers.get(timeout=deadline.left_seconds())
    except queue.Empty:
        raise TimeoutError("the name is not found in time") from None
    finally:
        attempt.can_be_broken_off_by(None)
    if isinstance(found, OSError):
        raise found
    return found


def _ask(endpoint: Endpoint, tell: Callable[[list[_Found] | OSError], None]) -> None:
    try:
        found = socket.getaddrinfo(endpoint.host, endpoint.port, type=socket.SOCK_STREAM)
        tell([(one[0], (str(one[4][0]), int(one[4][1]))) for one in found])
    except OSError as error:
        tell(error)
    except UnicodeError:
        tell(ConnectionRefusedError("the name cannot be looked up"))


def _connect(
    family: socket.AddressFamily, address: _Address, deadline: Deadline, attempt: Attempt
) -> SocketStream:
    sock = socket.socket(family, socket.SOCK_STREAM)
    attempt.can_be_broken_off_by(lambda: _shut_down(sock))
    try:
        sock.settimeout(deadline.left_seconds())
        sock.connect(address)
    except BaseException:
        attempt.can_be_broken_off_by(None)
        sock.close()
        raise
    return SocketStream(sock)  # one that was given up meanwhile fails at its first write


def _shut_down(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
