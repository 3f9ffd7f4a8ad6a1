"""What stands between a client and a relay on loopback: it writes down what passes.

As a SOCKS5 proxy it is told where to go; otherwise it leads to one port.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

_PIECE_BYTES = 65_536


@dataclass
class Middleman:
    """A listener on loopback.

    Attributes:
        port: Where it listens.
        leads_to: Port of loopback that everything goes to; a proxy maps every name to it.
        is_proxy: Speak SOCKS5 first.
        wants_login: Choose the method with a name and password.
        reply: What a proxy answers to a request; 0 is success.
        is_deaf: Take connections and reset them at their first bytes.
        first_pieces: For each connection, what came in the first reads from the client.
        asked: Names or addresses, and ports, that a proxy was asked for.
        logins: What clients logged in with.
    """

    port: int
    leads_to: int
    is_proxy: bool = False
    wants_login: bool = False
    reply: int = 0
    is_deaf: bool = False
    first_pieces: list[list[bytes]] = field(default_factory=list)
    asked: list[tuple[str, int]] = field(default_factory=list)
    logins: list[bytes] = field(default_factory=list)

    def serve(self, listener: socket.socket) -> None:
        """Take connections until the listener is closed."""
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            if self.is_proxy and not self._greet(client):
                return
            pieces: list[bytes] = []
            self.first_pieces.append(pieces)
            with socket.create_connection(("127.0.0.1", self.leads_to), timeout=20) as server:
                back = threading.Thread(target=_pump, args=(server, client, []), daemon=True)
                if not self.is_deaf:
                    back.start()
                    _pump(client, server, pieces)
                    return
                pieces.append(client.recv(_PIECE_BYTES))

    def _greet(self, client: socket.socket) -> bool:
        _exactly(client, _exactly(client, 2)[1])
        client.sendall(bytes([5, 2 if self.wants_login else 0]))
        if self.wants_login:
            name = _exactly(client, _exactly(client, 2)[1])
            _exactly(client, _exactly(client, 1)[0])
            self.logins.append(name)
            client.sendall(b"\x01\x00")
        kind = _exactly(client, 4)[3]
        if kind == 3:
            host = _exactly(client, _exactly(client, 1)[0]).decode("ascii")
        else:
            family = socket.AF_INET if kind == 1 else socket.AF_INET6
            host = socket.inet_ntop(family, _exactly(client, 4 if kind == 1 else 16))
        self.asked.append((host, int.from_bytes(_exactly(client, 2), "big")))
        client.sendall(bytes([5, self.reply, 0, 1, 127, 0, 0, 1, 0, 0]))
        return self.reply == 0


def _exactly(sock: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        piece = sock.recv(count - len(data))
        if not piece:
            raise ConnectionResetError
        data += piece
    return data


def _pump(source: socket.socket, sink: socket.socket, pieces: list[bytes]) -> None:
    with suppress(OSError):
        while piece := source.recv(_PIECE_BYTES):
            pieces.append(piece)
            sink.sendall(piece)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


@contextmanager
def middleman(leads_to: int, *, is_proxy: bool = False) -> Iterator[Middleman]:
    """Stand in between until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    standing = Middleman(listener.getsockname()[1], leads_to, is_proxy)
    thread = threading.Thread(target=standing.serve, args=(listener,))
    thread.start()
    try:
        yield standing
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()
