"""The one endpoint, in front of the web site.

Theory of operation: a relay looks like a small web site. A POST to one of the secret paths whose
body begins with a valid header is an exchange; everything else, be it another path, method, query
or header, is passed to the site untouched and gets the site's own answer for an unknown page. The
endpoint stands before Flask rather than in it, so that no framework answer (a 405, a redirect)
can tell the path apart, and because it is the hot path.

Spec: sync.md section 1.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from schemas.constants import MAX_DESK_REQUEST_BYTES, REQUEST_HEADER_BYTES
from schemas.errors import FrameError
from schemas.wire.exchange import decode_request_header
from server.relay.body import Body
from server.relay.desk_requests import DeskRequest
from server.relay.errors import NotForUsError
from server.relay.exchange import Exchange
from server.relay.services import Relay
from server.relay.sources import source_prefix

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_HEADERS: Final = (
    ("Content-Type", "application/octet-stream"),
    ("Access-Control-Allow-Origin", "*"),
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
)


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
        self._paths = frozenset(relay.home.paths)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer one request."""
        if environ["REQUEST_METHOD"] == "POST" and self._is_ours(environ):
            try:
                content = self._exchange(environ)
            except NotForUsError:
                return self._site(environ, start_response)
            start_response("200 OK", [*_HEADERS, ("Content-Length", str(len(content)))])
            return [content]
        return self._site(environ, start_response)

    def _is_ours(self, environ: "WSGIEnvironment") -> bool:
        return environ.get("PATH_INFO") in self._paths and not environ.get("QUERY_STRING")

    def _exchange(self, environ: "WSGIEnvironment") -> bytes:
        config = self._relay.config
        body = Body(
            environ["wsgi.input"],
            declared_bytes=_declared_bytes(environ),
            limit_bytes=MAX_DESK_REQUEST_BYTES + REQUEST_HEADER_BYTES,
            clock=self._relay.clock,
            limit_seconds=config.body_seconds,
        )
        try:
            header = decode_request_header(body.exactly(REQUEST_HEADER_BYTES))
        except FrameError:
            raise NotForUsError from None
        if header.is_desk:
            return DeskRequest(self._relay).answer(body)
        body.limit(config.max_request_bytes - REQUEST_HEADER_BYTES)
        source = source_prefix(environ.get("REMOTE_ADDR", ""))
        return Exchange(self._relay, header, source).answer(body)


def _declared_bytes(environ: "WSGIEnvironment") -> int | None:
    """Tell how many bytes the body has; None where the stream knows its own end."""
    if environ.get("wsgi.input_terminated"):
        return None
    try:
        return max(0, int(environ.get("CONTENT_LENGTH") or 0))
    except ValueError:
        return 0
