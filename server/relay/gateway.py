"""The door for an SMS gateway: text messages in, an ordinary blob in the store.

Theory of operation: off unless a secret is set. The gateway posts each message to a path made of
that secret; any other path, method or body that is too long gets the web site's own answer for an
unknown page. Each message is put on the shelf before the gateway is answered; when enough of a
report are there, they are put together, checked, and stored as any blob is: the same message once
more, or all of them, changes nothing. A message that is none of ours is answered the same way, so
that nobody learns from the gateway which are. Work is not asked of messages: they cost the sender
money, and the room and share of the smallest bucket hold for them as for all.

The answer has no body: some gateways send what they get back to the phone it came from.

Spec: docs/spec/symbols.md section 6
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from schemas.bundle.sms_text import finished_sms, read_sms
from schemas.bundle.symbols import Symbol, SymbolReader
from schemas.domain.vocabulary import PutStatus
from schemas.envelope import primitives
from schemas.envelope.sealing import envelope_id
from schemas.errors import SymbolError
from server.plumbing import logs
from server.plumbing.clock import day_number
from server.relay.body import Body
from server.relay.errors import NotForUsError, StorageError
from server.relay.gateway_fields import message_texts
from server.relay.gateway_shelf import Shelf
from server.relay.services import Relay
from server.relay.store import Offer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MOST_BODY_BYTES: Final = 16_384
_HEADERS: Final = [
    ("Content-Type", "text/plain"),
    ("Content-Length", "0"),
    ("Cache-Control", "no-store"),
]
_HELD: Final = (PutStatus.STORED, PutStatus.DUPLICATE)


class Gateway:
    """A WSGI application that takes a gateway's messages and leaves the rest to a web site."""

    def __init__(self, relay: Relay, secret: str, site: "WSGIApplication") -> None:
        """Stand in front of a site.

        Args:
            relay: The relay's parts.
            secret: The path the gateway posts to, without its slash.
            site: Answers everything else.
        """
        self._relay = relay
        self._path = f"/{secret}".encode()
        self._shelf = Shelf(relay.config.home)
        self._site = site
        self._tidied_day = -1

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer one request."""
        self._tidy_daily()
        path = str(environ.get("PATH_INFO", "")).encode("latin-1", "replace")
        if environ["REQUEST_METHOD"] != "POST" or not primitives.equal(path, self._path):
            return self._site(environ, start_response)
        try:
            self._take(self._content(environ), str(environ.get("CONTENT_TYPE", "")))
        except NotForUsError:
            return self._site(environ, start_response)
        except StorageError as error:
            logs.failure("relay.sms_failed", error)
            start_response("503 Service Unavailable", _HEADERS)
            return [b""]
        start_response("200 OK", _HEADERS)
        return [b""]

    def _tidy_daily(self) -> None:
        """Forget what waited too long on the first request of a day, whatever it asks for."""
        day = day_number(self._relay.clock.now())
        if day != self._tidied_day:
            self._tidied_day = day
            self._shelf.tidy(day)

    def _content(self, environ: "WSGIEnvironment") -> bytes:
        try:
            length = int(environ.get("CONTENT_LENGTH") or 0)
        except ValueError:
            raise NotForUsError from None
        if not 0 < length <= MOST_BODY_BYTES:
            raise NotForUsError
        body = Body(
            environ["wsgi.input"],
            declared_bytes=length,
            limit_bytes=MOST_BODY_BYTES,
            clock=self._relay.clock,
            limit_seconds=self._relay.config.body_seconds,
        )
        return body.exactly(length)

    def _take(self, content: bytes, media_type: str) -> None:
        for text in message_texts(content, media_type):
            try:
                symbol = read_sms(text)
            except SymbolError:
                continue
            self._keep(symbol)
            return

    def _keep(self, symbol: Symbol) -> None:
        """Keep a message, and store the report when it is whole."""
        day = day_number(self._relay.clock.now())
        held = self._shelf.keep(symbol, day)
        if len(held) < symbol.pieces:
            return
        try:
            blob = _put_together(held)
        except SymbolError as error:
            if error.slug != "not-yet":
                self._shelf.drop(symbol)
            return
        offer = Offer(envelope_id(blob), blob)
        (outcome,) = self._relay.inbox.put([offer]).outcomes()
        if outcome.status not in _HELD:
            raise StorageError("there is no room for a message's report")
        self._shelf.drop(symbol)


def _put_together(held: list[Symbol]) -> bytes:
    reader = SymbolReader(held[0])
    for symbol in held:
        reader.add(symbol)
    return finished_sms(reader)
