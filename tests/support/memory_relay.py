"""A relay in memory that speaks the real frames: what the client's tests hand over to."""

from dataclasses import dataclass, field

from schemas.constants import (
    MAX_BOARD_FRAMES,
    MAX_MAILBOX_ENTRIES,
    MIN_MAILBOXES,
    RELAY_KEEP_DAYS,
    REQUEST_HEADER_BYTES,
)
from schemas.domain.directory import BridgeLine
from schemas.domain.ids import EnvelopeId, RelayKey
from schemas.domain.sync import (
    ExchangeProblem,
    Have,
    MailboxEntry,
    MailboxPage,
    Receipt,
    RelayPolicy,
    RequestHeader,
    ResponseHeader,
    Token,
)
from schemas.domain.vocabulary import PutStatus
from schemas.envelope.keys import SigningKey
from schemas.envelope.sealing import envelope_id
from schemas.envelope.signing import sign_have, sign_receipt
from schemas.envelope.stamps import stamp_bits
from schemas.envelope.tokens import token_hash
from schemas.wire import exchange as wire
from schemas.wire.frames import Frame, FrameDecoder, FrameType, encode_frame

_PREFIX_BITS = 16


@dataclass
class MemoryRelay:
    """One relay. Its fields are its whole state, and a test may reach in.

    Attributes:
        blobs: What it holds, in order of arrival.
        seen: Every id it ever stored: what the desk has purged is still a duplicate.
        stored_twice: Ids that were stored although they had been before; must stay empty.
        is_full: Answers FULL to what is new.
        work_bits: Work asked for a blob.
        token_hashes: Of senders the desk vouches for; each stands in for work once.
        offered: Tokens that came, with the blob each came for.
        is_slow: Answers with the problem `slow-down`.
        loses: Forgets blobs right after signing for them.
    """

    key: SigningKey
    url: str
    day: int
    blobs: dict[EnvelopeId, bytes] = field(default_factory=dict)
    seen: set[EnvelopeId] = field(default_factory=set)
    stored_twice: set[EnvelopeId] = field(default_factory=set)
    pages: list[bytes] = field(default_factory=list)
    mail: list[MailboxEntry] = field(default_factory=list)
    directory: bytes | None = None
    directory_version: int = 0
    is_full: bool = False
    is_slow: bool = False
    loses: bool = False
    gives_no_verdicts: bool = False
    work_bits: int = 0
    token_hashes: set[bytes] = field(default_factory=set)
    offered: list[Token] = field(default_factory=list)
    headers: list[RequestHeader] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    frame_types: list[list[int]] = field(default_factory=list)

    @property
    def bridge(self) -> BridgeLine:
        """Where it is."""
        return BridgeLine(self.url, RelayKey(self.key.public))

    def take(self, request: bytes, *, is_cut: bool = False) -> bytes:
        """Answer a request, or take in what came of one that was cut.

        Args:
            request: The body, or its beginning.
            is_cut: The connection ended inside of it.

        Returns:
            The answer; of no use when the request was cut.
        """
        if len(request) < REQUEST_HEADER_BYTES:
            return b"<html>nothing here</html>"
        header = wire.decode_request_header(request[:REQUEST_HEADER_BYTES])
        decoder = FrameDecoder()
        frames = decoder.feed(request[REQUEST_HEADER_BYTES:])
        if not is_cut:
            decoder.close()
            self.headers.append(header)
            self.sizes.append(len(request))
            self.frame_types.append([frame.type for frame in frames])
        return self._respond(header, frames)

    def purge(self, ids: set[EnvelopeId]) -> None:
        """Let go of what the desk has."""
        for one in ids:
            self.blobs.pop(one, None)

    def _respond(self, header: RequestHeader, frames: list[Frame]) -> bytes:
        parts = [wire.encode_response_header(ResponseHeader(self.day, len(self.pages)))]
        stamps = [wire.decode_stamp(f.payload) for f in frames if f.type == FrameType.STAMP]
        stamped = {s.envelope_id for s in stamps if stamp_bits(s) >= self.work_bits}
        tokens = [wire.decode_token(f.payload) for f in frames if f.type == FrameType.TOKEN]
        self.offered += tokens
        vouched = {token.envelope_id: token_hash(token.secret) for token in tokens}
        puts = [frame.payload for frame in frames if frame.type == FrameType.PUT]
        if not self.gives_no_verdicts:
            parts += self._receipt(puts, stamped, vouched)
            parts += [self._have(f.payload) for f in frames if f.type == FrameType.QUERY]
        if self.directory is not None and self.directory_version > header.directory_version:
            parts.append(encode_frame(FrameType.DIRECTORY, self.directory))
        new_pages = self.pages[header.board_cursor :][:MAX_BOARD_FRAMES]
        parts += [encode_frame(FrameType.BOARD, page) for page in new_pages]
        if header.wants_mailbox:
            page = wire.encode_mailbox(self._mailbox(header))
            parts.append(encode_frame(FrameType.MAILBOX, page))
        policy = RelayPolicy(self.work_bits, 65536, 3600 if self.is_slow else 0)
        parts.append(encode_frame(FrameType.POLICY, wire.encode_policy(policy)))
        if self.is_slow:
            problem = wire.encode_problem(ExchangeProblem("slow-down", 429, retry=True))
            parts.append(encode_frame(FrameType.PROBLEM, problem))
        return b"".join(parts)

    def _receipt(
        self, puts: list[bytes], stamped: set[EnvelopeId], vouched: dict[EnvelopeId, bytes]
    ) -> list[bytes]:
        if not puts:
            return []
        ids = [envelope_id(blob) for blob in puts]
        statuses = tuple(
            self._put(one, blob, stamped, vouched) for one, blob in zip(ids, puts, strict=True)
        )
        days = (self.day, self.day + RELAY_KEEP_DAYS)
        receipt = Receipt(*days, statuses, sign_receipt(self.key, days, ids, statuses))
        return [encode_frame(FrameType.RECEIPT, wire.encode_receipt(receipt))]

    def _put(
        self,
        one: EnvelopeId,
        blob: bytes,
        stamped: set[EnvelopeId],
        vouched: dict[EnvelopeId, bytes],
    ) -> PutStatus:
        if one in self.seen:
            return PutStatus.DUPLICATE
        is_vouched = vouched.get(one) in self.token_hashes
        if self.work_bits and one not in stamped and not is_vouched:
            return PutStatus.NEED_WORK
        if self.is_full or self.is_slow:
            return PutStatus.FULL
        self.token_hashes.discard(vouched.get(one, b""))
        if one in self.blobs:
            self.stored_twice.add(one)
        if not self.loses:
            self.blobs[one] = blob
            self.seen.add(one)
        return PutStatus.STORED

    def _have(self, payload: bytes) -> bytes:
        ids = wire.decode_ids(payload)
        held = tuple(one in self.seen for one in ids)
        days = (self.day, self.day + RELAY_KEEP_DAYS)
        sig = sign_have(self.key, days, ids, wire.pack_bitmap(held))
        return encode_frame(FrameType.HAVE, wire.encode_have(Have(*days, held, sig)))

    def _mailbox(self, header: RequestHeader) -> MailboxPage:
        """Cover at least fifty addresses, as the specification asks."""
        bits = next(
            bits
            for bits in range(_PREFIX_BITS, -1, -1)
            if bits == 0 or self._addresses_under(header.mailbox_prefix, bits) >= MIN_MAILBOXES
        )
        rows = [
            (row, entry)
            for row, entry in enumerate(self.mail, start=1)
            if row > header.mailbox_cursor and _is_under(entry, header.mailbox_prefix, bits)
        ][:MAX_MAILBOX_ENTRIES]
        cursor = rows[-1][0] if rows else header.mailbox_cursor
        prefix = header.mailbox_prefix >> (_PREFIX_BITS - bits) << (_PREFIX_BITS - bits)
        return MailboxPage(bits, prefix, cursor, tuple(entry for _, entry in rows))

    def _addresses_under(self, prefix: int, bits: int) -> int:
        return len({entry.address for entry in self.mail if _is_under(entry, prefix, bits)})


def _is_under(entry: MailboxEntry, prefix: int, bits: int) -> bool:
    shift = _PREFIX_BITS - bits
    return int.from_bytes(entry.address[:2], "big") >> shift == prefix >> shift
