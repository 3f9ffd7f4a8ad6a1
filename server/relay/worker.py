"""The web server's worker: one that neither a cut nor a slow connection can hurt.

Theory of operation: gunicorn's threaded worker lends a thread to a connection as soon as it is
there, and has none left when a hundred senders say nothing. Here the main loop reads: it gathers
each request (`server.relay.arrival`) and hands it to a thread when it is whole. The few that are
not whole and still need a thread, and whoever has to go when threads, connections or memory run
out, are named by the crowd (`server.relay.crowd`); this module only does what it says. Bookkeeping
is done by the main loop alone, so it needs no lock.

To cut a sender is to shut the reading side of its socket: a sleeping read ends like an end of
stream. A connection that is reset reads as an end of stream too: what had arrived before is still
handed on, so that at most the frame in flight is lost.
"""

import contextlib
import math
import selectors
import socket
from typing import Any, Final

from gunicorn.http.errors import ParseException
from gunicorn.http.message import Request
from gunicorn.workers.gthread import TConn, ThreadWorker

from server.plumbing.clock import SystemClock
from server.relay.arrival import Arrival, State
from server.relay.connection import ArrivingBody, GatheredConnection
from server.relay.crowd import Crowd, Limits
from server.relay.sources import source_prefix

PIECE_BYTES: Final = 65_536
"""Asked of the kernel at once by the main loop."""

LOOK_SECONDS: Final = 0.25
"""How often the crowd is looked at."""


class RelayWorker(ThreadWorker):
    """A threaded worker whose threads belong to whole requests."""

    limits = Limits(threads=1, connections=64, per_source=64, body_seconds=300, idle_seconds=30)
    """What it can hold; `server.relay.serving` sets a relay's own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - gunicorn's own list
        super().__init__(*args, **kwargs)
        self._clock = SystemClock()
        self._crowd: Crowd[GatheredConnection] = Crowd(self.limits)
        self._looked_seconds = 0.0
        self._stop_seconds = math.inf
        self._has_partial = False

    # --- coming and going -----------------------------------------------------------
    def run(self) -> None:
        """Serve until told to stop."""
        self._crowd = Crowd(self.limits)
        # Room is made for whoever comes; gunicorn must not stop accepting before that.
        self.worker_connections = self.limits.connections + 1
        super().run()

    def accept(self, listener: socket.socket) -> None:
        """Accept one connection and wait for its request.

        Args:
            listener: The listening socket.
        """
        try:
            client, address = listener.accept()
        except OSError:
            # Gone before we came, or another process was faster.
            return
        now = self._clock.monotonic_seconds()
        source = source_prefix(address[0]) if isinstance(address, tuple) else None
        may_come, victim = self._crowd.victim_for(source, now)
        if victim is not None:
            self._drop(victim)
        if not may_come:
            client.close()
            return
        self.nr_conns += 1
        conn = GatheredConnection(self.cfg, client, address, listener.getsockname())
        arrival = self._crowd.come(conn, source, now)
        self._register(conn, arrival)
        # The request has usually come with the connection.
        self._read(conn, arrival)

    def finish_request(self, conn: TConn, fs: Any) -> None:  # noqa: ANN401 - a Future
        """Take a connection back from its thread."""
        if not isinstance(conn, GatheredConnection):
            return
        if conn.sock.fileno() < 0:
            self._forget(conn)
            return
        now = self._clock.monotonic_seconds()
        conn.sock.settimeout(0)
        if fs.cancelled() or fs.exception() is not None or not fs.result():
            # Gunicorn would wait here for the peer to hang up, and everybody with it.
            _shut(conn, socket.SHUT_WR)
            self._register(conn, self._crowd.leave(conn, now))
            return
        arrival = self._crowd.wait(conn, now)
        if left_over := conn.left_over():
            arrival.take(left_over, now)
        self._register(conn, arrival)
        if arrival.state is State.WHOLE:
            self._serve(conn)

    def murder_keepalived(self, force: bool = False) -> None:
        """Look at the crowd; when the worker ends, close whoever waits."""
        if force:
            for conn in self._crowd.waiting:
                self._drop(conn)
            return
        now = self._clock.monotonic_seconds()
        if now - self._looked_seconds >= LOOK_SECONDS:
            self._looked_seconds = now
            self._look(now)

    def wait_for_and_dispatch_events(self, timeout: float | None) -> None:
        """Wait for events, not past the next look at requests that are not whole."""
        if not self._crowd.has_room:
            # Every connection is being answered. Whoever comes is not turned away: the kernel
            # keeps them until one has gone, when gunicorn's loop asks for them again.
            self.set_accept_enabled(False)
        super().wait_for_and_dispatch_events(LOOK_SECONDS if self._has_partial else timeout)

    def _cap_keepalive(self, deadline: float) -> None:
        """Note when who has begun nothing is closed: the worker ends."""
        self._stop_seconds = deadline

    # --- reading --------------------------------------------------------------------
    def _register(self, conn: GatheredConnection, arrival: Arrival) -> None:
        self.poller.register(conn.sock, selectors.EVENT_READ, lambda _: self._read(conn, arrival))

    def _read(self, conn: GatheredConnection, arrival: Arrival) -> None:
        """Take what is there, as the poller says."""
        if arrival.is_full:
            # Left in the socket, so that its sender waits; the crowd will find it a thread.
            self.poller.unregister(conn.sock)
            return
        try:
            piece = conn.sock.recv(PIECE_BYTES)
        except BlockingIOError:
            return
        except OSError:
            piece = b""
        if arrival.state is State.LEAVING:
            if not piece or not arrival.drain(piece):
                self._drop(conn)
        else:
            self._take(conn, arrival, piece)

    def _take(self, conn: GatheredConnection, arrival: Arrival, piece: bytes) -> None:
        """Take the next bytes of a request, or its end."""
        if piece:
            arrival.take(piece, self._clock.monotonic_seconds())
            self._has_partial = self._has_partial or arrival.state is State.BODY
            if arrival.state is State.WHOLE:
                self._serve(conn)
        elif arrival.state is State.BODY:
            self._serve(conn, is_last=True)
        else:
            self._drop(conn)

    def _look(self, now: float) -> None:
        verdicts = self._crowd.look(now)
        for conn in verdicts.serve:
            self._serve(conn)
        for conn in verdicts.cut:
            _shut(conn, socket.SHUT_RD)
            self._serve(conn, is_last=True)
        for conn in verdicts.drop:
            self._drop(conn)
        for conn in verdicts.cut_held:
            _shut(conn, socket.SHUT_RD)
        for conn in verdicts.drop_held:
            _shut(conn, socket.SHUT_RDWR)
        self._has_partial = self._crowd.has_partial

    def _serve(self, conn: GatheredConnection, *, is_last: bool = False) -> None:
        """Give a connection a thread."""
        self._unregister(conn)
        arrival = self._crowd.hold(conn, self._clock.monotonic_seconds(), is_last=is_last)
        try:
            conn.begin(arrival.gathered())
        except OSError:
            self._forget(conn)
            conn.close()
            return
        self.enqueue_req(conn)

    def _drop(self, conn: GatheredConnection) -> None:
        self._unregister(conn)
        self._forget(conn)
        conn.close()

    def _forget(self, conn: GatheredConnection) -> None:
        self._crowd.go(conn)
        self.nr_conns -= 1

    def _unregister(self, conn: GatheredConnection) -> None:
        # A connection that has gathered all it may is not registered.
        with contextlib.suppress(KeyError, ValueError):
            self.poller.unregister(conn.sock)

    # --- answering, in a thread -----------------------------------------------------
    def handle_request(self, req: Request, conn: TConn) -> bool:
        """Answer a request whose header is complete."""
        if req.body is not None:
            req.body = ArrivingBody(req.body.reader)
        return bool(super().handle_request(req, conn))

    def _keepalive_after(self, conn: TConn, keepalive: bool) -> bool:
        """Tell whether the connection can be used again.

        Gunicorn drops what was not read of a body first and, where that breaks a rule of HTTP,
        writes a second answer behind the first. A body that was read would show none, so that a
        prober could tell the two apart.
        """
        try:
            return bool(super()._keepalive_after(conn, keepalive))  # type: ignore[misc]
        except (OSError, ParseException):
            return False


def _shut(conn: GatheredConnection, how: int) -> None:
    with contextlib.suppress(OSError):
        conn.sock.shutdown(how)
