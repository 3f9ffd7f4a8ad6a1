"""HTTP connections that count their bytes."""

import http.client
import io
import ssl
from typing import Any, cast

from client_sync.transports.base import Tally


class _CountedReader(io.RawIOBase):
    """A raw stream that adds up what is read from it."""

    def __init__(self, raw: io.RawIOBase, tally: Tally) -> None:
        super().__init__()
        self._raw = raw
        self._tally = tally

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:  # noqa: ANN401  # the type of RawIOBase
        count = cast("int | None", self._raw.readinto(buffer))
        self._tally.bytes_down += count or 0
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Counted:
    """What both kinds of connection add: every byte sent and received is counted."""

    tally: Tally

    def response(self, *args: Any, **kwargs: Any) -> http.client.HTTPResponse:  # noqa: ANN401
        """Make a response whose stream counts."""
        response = http.client.HTTPResponse(*args, **kwargs)
        raw = response.fp.detach()
        response.fp = io.BufferedReader(_CountedReader(raw, self.tally))
        return response


class CountedHttp(_Counted, http.client.HTTPConnection):
    """HTTP without TLS: to this machine and to onion hosts only."""

    def __init__(self, host: str, port: int | None, tally: Tally) -> None:
        """Count into a tally."""
        super().__init__(host, port)
        self.tally = tally
        self.response_class = self.response  # type: ignore[assignment]  # a maker, not a class

    def send(self, data: Any) -> None:  # noqa: ANN401  # the type of HTTPConnection
        """Send and count."""
        super().send(data)
        self.tally.bytes_up += len(data)


class CountedHttps(_Counted, http.client.HTTPSConnection):
    """HTTPS; what is counted is the HTTP inside."""

    def __init__(self, host: str, port: int | None, tally: Tally, tls: ssl.SSLContext) -> None:
        """Count into a tally."""
        super().__init__(host, port, context=tls)
        self.tally = tally
        self.response_class = self.response  # type: ignore[assignment]  # a maker, not a class

    def send(self, data: Any) -> None:  # noqa: ANN401  # the type of HTTPConnection
        """Send and count."""
        super().send(data)
        self.tally.bytes_up += len(data)
