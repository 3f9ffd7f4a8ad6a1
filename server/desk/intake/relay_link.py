"""The wire to a relay: post bytes, get bytes. Only its own error leaves this module."""

import http.client
from typing import Final, Protocol
from urllib.parse import urlsplit

from server.desk.intake.errors import RelayUnreachableError

TIMEOUT_SECONDS: Final = 60
"""Between two bytes of a relay: a distant one on a bad line still answers within it."""

MAX_ANSWER_BYTES: Final = 16 * 1024 * 1024
"""Four times what a relay gives at once: beyond it, this is not a relay."""

OK: Final = 200
NOT_FOUND: Final = 404


class RelayLink(Protocol):
    """A way to a relay."""

    def exchange(self, url: str, body: bytes) -> bytes:
        """Post a body and give the answer's body.

        Args:
            url: The relay's secret address.
            body: A desk request.

        Returns:
            Untrusted bytes.

        Raises:
            RelayUnreachableError: There was no answer, or not that of a relay.
        """
        ...


class HttpLink:
    """Plain HTTP or HTTPS, one connection for each request; redirects are not followed."""

    def exchange(self, url: str, body: bytes) -> bytes:
        """Post a body and give the answer's body: see `RelayLink`."""
        parts = urlsplit(url)
        secure = parts.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
        try:
            connection.request("POST", parts.path or "/", body=body)
            return _body(connection.getresponse())
        except (OSError, http.client.HTTPException) as error:
            raise RelayUnreachableError("no-answer") from error
        finally:
            connection.close()


def _body(response: http.client.HTTPResponse) -> bytes:
    if response.status != OK:
        # A relay answers a desk it does not know like an unknown page.
        unknown = response.status == NOT_FOUND
        raise RelayUnreachableError("not-admitted" if unknown else "refused")
    body = response.read(MAX_ANSWER_BYTES + 1)
    if len(body) > MAX_ANSWER_BYTES:
        raise RelayUnreachableError("too-large")
    return body
