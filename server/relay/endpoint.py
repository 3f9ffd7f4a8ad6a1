"""The one endpoint, in front of the web site.

Theory of operation: a relay looks like a small web site. A POST to one of the secret paths whose
body begins as an exchange does is one; everything else, be it another path, method, query or
body, gets the site's own answer for an unknown page. The endpoint stands before Flask rather than
in it, so that no framework answer (a 405, a redirect) can tell the path apart, and because it is
the hot path.

Nor may time or the number of bytes read tell it apart: whoever is no sender is answered when the
body is there to its end, whatever the path, as an ordinary application behind a buffering web
server answers. A relay that refused after its sixteen bytes of header, or that read only on its
own path, would be known by that. Those who make us wait for their bodies get a part of the
threads only; above it they are answered at once.

Who asks for a secret path and is no sender is counted (`server.relay.tallies`). A body that was
cut is not: that is a phone on a bad line.

Spec: sync.md section 1.
"""

from collections.abc import Iterable
from threading import Semaphore
from typing import TYPE_CHECKING, Final

from schemas.constants import MAX_DESK_REQUEST_BYTES, REQUEST_HEADER_BYTES
from schemas.errors import FrameError
from schemas.wire.exchange import decode_request_header
from server.plumbing.clock import day_number
from server.relay.body import Body
from server.relay.channels import Channel, ChannelBook
from server.relay.desk_requests import DeskRequest
from server.relay.errors import NotForUsError
from server.relay.exchange import Exchange
from server.relay.services import Relay
from server.relay.sources import source_prefix
from server.relay.tallies import Tallies

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_HEADERS: Final = (
    ("Content-Type", "application/octet-stream"),
    ("Access-Control-Allow-Origin", "*"),
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
)

LONGEST_BODY_BYTES: Final = MAX_DESK_REQUEST_BYTES + REQUEST_HEADER_BYTES

STRANGERS_PART: Final = 4
"""One in this many threads may wait for the bodies of strangers."""


class Endpoint:
    """A WSGI application that answers exchanges and leaves the rest to a web site."""

    def __init__(self, relay: Relay, site: "WSGIApplication") -> None:
        """Stand in front of a site.

        Args:
            relay: The relay's parts.
            site: Answers everything that is no exchange.
        """
        self._relay = relay
        self._site = site
        self._channels = ChannelBook(relay.home.folder)
        self._tallies = Tallies(relay.home.folder)
        self._strangers = Semaphore(max(1, relay.config.threads // STRANGERS_PART))

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer one request."""
        body = self._body(environ)
        channel = self._channels.find(environ.get("PATH_INFO", ""))
        if channel is not None and channel.is_open and _may_be_ours(environ):
            try:
                content = self._exchange(environ, body, channel)
            except NotForUsError:
                pass
            else:
                start_response("200 OK", [*_HEADERS, ("Content-Length", str(len(content)))])
                return [content]
        self._hear_out(body)
        if channel is not None and body.taken_bytes >= _promised_bytes(environ):
            self._tallies.asked_by_stranger(channel.place, self._today())
        return self._site(environ, start_response)

    def _body(self, environ: "WSGIEnvironment") -> Body:
        return Body(
            environ["wsgi.input"],
            declared_bytes=_declared_bytes(environ),
            limit_bytes=LONGEST_BODY_BYTES,
            clock=self._relay.clock,
            limit_seconds=self._relay.config.body_seconds,
        )

    def _exchange(self, environ: "WSGIEnvironment", body: Body, channel: Channel) -> bytes:
        try:
            header = decode_request_header(body.exactly(REQUEST_HEADER_BYTES))
        except FrameError:
            raise NotForUsError from None
        if header.is_desk:
            return DeskRequest(self._relay).answer(body)
        body.limit(self._relay.config.max_request_bytes - REQUEST_HEADER_BYTES)
        source = source_prefix(environ.get("REMOTE_ADDR", ""))
        content = Exchange(self._relay, header, source).answer(body)
        self._tallies.exchanged(channel.place, self._today())
        return content

    def _hear_out(self, body: Body) -> None:
        """Read what a stranger still has to say, where a thread can be spared for it."""
        if self._strangers.acquire(blocking=False):
            try:
                body.drain(LONGEST_BODY_BYTES)
            finally:
                self._strangers.release()

    def _today(self) -> int:
        return day_number(self._relay.clock.now())


def _may_be_ours(environ: "WSGIEnvironment") -> bool:
    return environ["REQUEST_METHOD"] == "POST" and not environ.get("QUERY_STRING")


def _declared_bytes(environ: "WSGIEnvironment") -> int | None:
    """Tell how many bytes the body has; None where the stream knows its own end."""
    if environ.get("wsgi.input_terminated"):
        return None
    return _promised_bytes(environ)


def _promised_bytes(environ: "WSGIEnvironment") -> int:
    """Tell the length the sender named; 0 if none."""
    try:
        return max(0, int(environ.get("CONTENT_LENGTH") or 0))
    except ValueError:
        return 0
