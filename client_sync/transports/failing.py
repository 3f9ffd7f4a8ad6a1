"""What went wrong on the link, in one sentence and as a kind.

Theory of operation: whoever waits decides by the kind alone (docs/spec/engine.md section 2). None
of the kinds ever leads to another way of speaking: a relay that cannot be reached as its line
says is not reached.
"""

import http.client
import ssl

from client_sync.errors import FailureKind, TransportError
from client_sync.transports.tls import WrongCertificateError

_UNREACHED = "the relay cannot be reached; it will be tried again"
_NO_RELAY = "what answered is not a relay; is there a sign-in page?"
_SOMEBODY_ELSE = "somebody else answered for the relay; is there a sign-in page or a filter?"


def failure_of(error: OSError | http.client.HTTPException) -> TransportError:
    """Name a failure.

    Args:
        error: What the system or the answer's parser raised.

    Returns:
        The error to raise in its place.
    """
    if isinstance(error, WrongCertificateError):
        return TransportError(_SOMEBODY_ELSE, FailureKind.NOT_A_RELAY)
    if isinstance(error, TimeoutError):
        return TransportError(_UNREACHED, FailureKind.TIMEOUT)
    if isinstance(error, ConnectionRefusedError):
        return TransportError(_UNREACHED, FailureKind.REFUSED)
    if isinstance(error, ssl.SSLError | ConnectionError):  # hung up before the answer included
        return TransportError(_UNREACHED, FailureKind.RESET)
    if isinstance(error, http.client.HTTPException):
        return TransportError(_NO_RELAY, FailureKind.NOT_A_RELAY)
    return TransportError(_UNREACHED, FailureKind.REFUSED)  # no route, no such name
