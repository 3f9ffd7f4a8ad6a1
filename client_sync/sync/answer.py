"""Read an answer's bytes. No I/O; nothing here is believed yet but its form.

Theory of operation: an answer that does not begin as a relay's does is a portal's page or an
error page, and nothing in it counts. One that begins well and is cut gives every frame before
the cut: each is judged on its own signature.

Spec: docs/spec/sync.md section 1
"""

from dataclasses import dataclass

from client_sync.errors import FailureKind, TransportError
from schemas.constants import MAX_RESPONSE_PAYLOAD_BYTES, RESPONSE_HEADER_BYTES
from schemas.domain.sync import ExchangeProblem, MailboxPage, RelayPolicy, ResponseHeader
from schemas.errors import FrameError
from schemas.wire.exchange import (
    decode_mailbox,
    decode_policy,
    decode_problem,
    decode_response_header,
)
from schemas.wire.frames import Frame, FrameDecoder, FrameType, OversizeFrameError


@dataclass(frozen=True, slots=True)
class ParsedAnswer:
    """An answer's header and whole frames.

    Attributes:
        is_whole: Nothing was cut and no length was over the limit.
    """

    header: ResponseHeader
    frames: tuple[Frame, ...]
    is_whole: bool

    def payloads(self, kind: FrameType) -> tuple[bytes, ...]:
        """List the payloads of one type, in order."""
        return tuple(frame.payload for frame in self.frames if frame.type == kind)

    def policy(self) -> RelayPolicy | None:
        """Read what the relay asks of senders now."""
        try:
            return next(map(decode_policy, self.payloads(FrameType.POLICY)), None)
        except FrameError:
            return None

    def problem(self) -> ExchangeProblem | None:
        """Read what of the request was refused."""
        try:
            return next(map(decode_problem, self.payloads(FrameType.PROBLEM)), None)
        except FrameError:
            return None

    def mailbox(self) -> MailboxPage | None:
        """Read the mailbox page."""
        try:
            return next(map(decode_mailbox, self.payloads(FrameType.MAILBOX)), None)
        except FrameError:
            return None


def parse_answer(body: bytes, *, is_whole: bool) -> ParsedAnswer:
    """Take an answer apart.

    Args:
        body: Untrusted bytes, perhaps cut.
        is_whole: What the transport saw.

    Returns:
        Header and frames.

    Raises:
        TransportError: When it does not begin like a relay's answer, or was cut before it began.
    """
    if not is_whole and len(body) < RESPONSE_HEADER_BYTES:  # says nothing about who sent it
        raise TransportError("the relay cannot be reached; it will be tried again", FailureKind.CUT)
    try:
        header = decode_response_header(body[:RESPONSE_HEADER_BYTES])
    except FrameError as error:
        raise TransportError(
            "what answered is not a relay; is there a sign-in page?", FailureKind.NOT_A_RELAY
        ) from error
    decoder = FrameDecoder(MAX_RESPONSE_PAYLOAD_BYTES)
    try:
        frames = decoder.feed(body[RESPONSE_HEADER_BYTES:])
    except OversizeFrameError as error:
        return ParsedAnswer(header, tuple(error.frames), is_whole=False)
    try:
        decoder.close()
    except FrameError:
        is_whole = False
    return ParsedAnswer(header, tuple(frames), is_whole)
