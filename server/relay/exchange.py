"""One exchange with a phone, a courier or another relay: frames in, frames out.

Theory of operation: frames are taken one by one as they arrive. Blobs go to the inbox at once
and are waited for at the end, when everything else of the answer is known. The first frame that
breaks a rule ends the reading with a problem; what came before it stands.

A blob that may not be stored (no work shown, source over its quota) is still offered, barred: if
it is held already its sender hears so. A one-time token travels with the offer, because only the
transaction that stores the blob can say whether the token is still good.

Neither the size of an answer nor its time tells a poll from a report: it is padded to a class, and
without a PUT it waits as long as a recent commit took (`server.relay.pace`).

Spec: sync.md sections 1, 2 and 7.
"""

from typing import Final

from schemas.constants import MAX_FRAMES, MAX_PUTS, SECONDS_PER_WEEK
from schemas.domain.ids import EnvelopeId
from schemas.domain.sync import RelayPolicy, RequestHeader
from schemas.domain.vocabulary import PutStatus
from schemas.envelope.sealing import envelope_id as id_of
from schemas.envelope.stamps import stamp_bits
from schemas.envelope.tokens import token_hash
from schemas.errors import FrameError
from schemas.wire import exchange as wire
from schemas.wire.frames import Frame, FrameDecoder, FrameType, OversizeFrameError
from schemas.wire.parts import announce_tag, decode_announce, decode_rest
from server.plumbing.clock import day_number
from server.relay import answer
from server.relay.beginnings import Resuming
from server.relay.body import Body, BodyTooLongError
from server.relay.errors import NotForUsError, StorageError
from server.relay.inbox import Ticket
from server.relay.quotas import is_bucket
from server.relay.services import Relay
from server.relay.store import Offer, Outcome, held_days

STAMP_WEEKS_BACK: Final = 8
"""A stamp is made while its blob is queued; a phone may be offline for two months."""

STAMP_WEEKS_AHEAD: Final = 1
"""A phone's clock may be ahead."""

BUSY_SECONDS: Final = 60
"""What a sender is asked to wait when the disk is full."""

QUOTA_SECONDS: Final = 3600
"""What a sender is asked to wait when its source is over the day's quota."""

_OF_A_SENDER: Final = frozenset(
    {
        FrameType.PAD,
        FrameType.PUT,
        FrameType.QUERY,
        FrameType.STAMP,
        FrameType.COURIER,
        FrameType.TOKEN,
        FrameType.ANNOUNCE,
        FrameType.REST,
    }
)
"""Who begins with none of these does not speak the protocol and is shown the web site."""


class Exchange:
    """The state of one exchange."""

    def __init__(self, relay: Relay, header: RequestHeader, source: bytes | None) -> None:
        """Begin.

        Args:
            relay: The relay's parts.
            header: The request's header.
            source: Prefix of the sender's address, or None if it is not counted.
        """
        self._relay = relay
        self._header = header
        self._source = source
        self._day = day_number(relay.clock.now())
        self._ids: list[EnvelopeId] = []
        self._tickets: list[Ticket] = []
        self._decided: dict[int, PutStatus] = {}
        self._offers: list[Offer] = []
        self._queries: list[tuple[EnvelopeId, ...]] = []
        self._stamped: set[EnvelopeId] = set()
        self._tokens: dict[EnvelopeId, bytes] = {}
        self._work_bits = relay.load.bits()
        self._resuming = Resuming(relay.storage, self._day)
        self._frames = 0
        self._speaks = False
        self._problem = ""
        self._over_quota = source is not None and self._quota_left(source) <= 0

    def answer(self, body: Body) -> bytes:
        """Read the request to its end and answer it.

        Args:
            body: What follows the header.

        Returns:
            The response's body.

        Raises:
            NotForUsError: What follows the header does not begin with a sender's frame.
        """
        try:
            self._read(body)
        except FrameError as error:
            self._problem = error.slug
        if not self._speaks:
            raise NotForUsError
        return self._respond()

    # --- reading ------------------------------------------------------------------
    def _read(self, body: Body) -> None:
        decoder = FrameDecoder()
        try:
            for piece in body.pieces():
                self._take(decoder.feed(piece))
        except OversizeFrameError as error:
            self._take(error.frames)
            raise
        except BodyTooLongError:
            raise FrameError("too-many-frames") from None
        unfinished = decoder.unfinished()
        if unfinished is not None and not self._over_quota:
            stamped = {announce_tag(one) for one in (*self._stamped, *self._tokens)}
            self._resuming.cut(unfinished, stamped if self._work_bits else None)
        decoder.close()

    def _take(self, frames: list[Frame]) -> None:
        """Act on frames; hand their blobs to the inbox together, whatever follows."""
        try:
            for frame in frames:
                self._take_one(frame)
        finally:
            if self._offers:
                self._tickets.append(self._relay.inbox.put(self._offers))
                self._offers = []

    def _take_one(self, frame: Frame) -> None:
        self._frames += 1
        if self._frames > MAX_FRAMES:
            raise FrameError("too-many-frames")
        self._speaks = self._speaks or frame.type in _OF_A_SENDER
        match frame.type:
            case FrameType.PUT:
                self._resuming.put(len(frame.payload))
                self._put(frame.payload)
            case FrameType.QUERY:
                self._queries.append(wire.decode_ids(frame.payload))
            case FrameType.STAMP | FrameType.TOKEN:
                self._take_proof(frame)
            case FrameType.ANNOUNCE | FrameType.REST:
                self._take_part(frame)
            case _:
                _check_empty(frame)

    def _put(self, blob: bytes) -> None:
        if len(self._ids) == MAX_PUTS:
            raise FrameError("too-many-frames")
        envelope_id = id_of(blob)
        if is_bucket(len(blob)):
            token = self._tokens.get(envelope_id)
            self._offers.append(Offer(envelope_id, blob, self._bar(envelope_id), token))
        else:
            self._decided[len(self._ids)] = PutStatus.REFUSED
        self._ids.append(envelope_id)

    def _take_part(self, frame: Frame) -> None:
        """Hear what may be cut, or take a blob whose beginning came earlier."""
        if frame.type == FrameType.ANNOUNCE:
            self._resuming.announce(decode_announce(frame.payload))
            return
        rest = decode_rest(frame.payload)
        try:
            blob = self._resuming.join(rest)
            if id_of(blob) != rest.envelope_id:
                self._resuming.forget(rest.envelope_id)
                raise FrameError("bad-rest", "not the blob named")
        except StorageError:
            raise FrameError("storage") from None
        self._put(blob)

    def _bar(self, envelope_id: EnvelopeId) -> PutStatus | None:
        if self._over_quota:
            return PutStatus.FULL
        lacks_work = self._work_bits and envelope_id not in self._stamped
        return PutStatus.NEED_WORK if lacks_work else None

    def _take_proof(self, frame: Frame) -> None:
        """Note what speaks for a blob that follows."""
        if frame.type == FrameType.TOKEN:
            token = wire.decode_token(frame.payload)
            self._tokens[token.envelope_id] = token_hash(token.secret)
            return
        stamp = wire.decode_stamp(frame.payload)
        week = int(self._relay.clock.now().timestamp()) // SECONDS_PER_WEEK
        in_time = -STAMP_WEEKS_BACK <= stamp.week - week <= STAMP_WEEKS_AHEAD
        if in_time and stamp_bits(stamp) >= self._work_bits:
            self._stamped.add(stamp.envelope_id)

    def _quota_left(self, source: bytes) -> int:
        taken = self._relay.shared.taken(source, self._day)
        return self._relay.config.source_blobs_per_day - taken

    # --- answering ----------------------------------------------------------------
    def _respond(self) -> bytes:
        frames = self._receipt()
        board_head = 0
        try:
            frames += self._haves()
            notice = self._relay.noticeboard.notice()
            board_head = notice.board_head
            frames += answer.desk_frames(self._relay.storage, notice, self._header)
        except StorageError:
            self._problem = "storage"
            if self._header.wants_mailbox:
                frames.append(answer.empty_mailbox_frame(self._header))
        frames.append(answer.policy_frame(self._policy()))
        if self._problem:
            frames.append(answer.problem_frame(self._problem))
        return answer.whole(self._day, board_head, frames)

    def _receipt(self) -> list[bytes]:
        """Wait for the commits and sign; without a PUT, wait as long as that takes lately."""
        relay = self._relay
        if not self._ids:
            relay.pace.rest(relay.clock)
            return []
        begun_seconds = relay.clock.monotonic_seconds()
        keep_days = relay.config.keep_days
        frame = answer.receipt_frame(
            relay.home.key, self._day, keep_days, self._ids, self._outcomes()
        )
        if self._tickets:
            relay.pace.note(relay.clock.monotonic_seconds() - begun_seconds)
        return [frame]

    def _haves(self) -> list[bytes]:
        """Sign what is held of that which was asked about."""
        frames: list[bytes] = []
        key, keep_days = self._relay.home.key, self._relay.config.keep_days
        for ids in self._queries:
            with self._relay.storage.reading() as connection:
                known = held_days(connection, ids)
            frames.append(answer.have_frame(key, self._day, keep_days, ids, known))
            begun = self._resuming.begun(ids, known) if ids is self._queries[0] else {}
            if begun:
                frames.append(answer.begun_frame(begun))
        return frames

    def _outcomes(self) -> list[Outcome]:
        """Wait for the commits; name an outcome for each PUT, in their order."""
        decided = iter(self._committed())
        outcomes = [
            Outcome(self._decided[place], self._day) if place in self._decided else next(decided)
            for place in range(len(self._ids))
        ]
        stored = sum(outcome.status is PutStatus.STORED for outcome in outcomes)
        if self._source is not None and stored:
            self._relay.shared.add(self._source, self._day, stored)
        refused = any(outcome.status is PutStatus.FULL for outcome in outcomes)
        if self._over_quota and refused and not self._problem:
            self._problem = "slow-down"
        return outcomes

    def _committed(self) -> list[Outcome]:
        outcomes: list[Outcome] = []
        for ticket in self._tickets:
            try:
                outcomes += ticket.outcomes()
            except StorageError:
                self._problem = "storage"
                outcomes += [Outcome(PutStatus.FULL, self._day)] * len(ticket.offers)
        return outcomes

    def _policy(self) -> RelayPolicy:
        config = self._relay.config
        wait_seconds = {"storage": BUSY_SECONDS, "slow-down": QUOTA_SECONDS}.get(self._problem, 0)
        return RelayPolicy(self._work_bits, config.max_batch_bytes, wait_seconds)


def _check_empty(frame: Frame) -> None:
    """Let padding pass, and COURIER, which says nothing to a relay; refuse what is unknown."""
    if frame.type == FrameType.COURIER:
        if frame.payload:
            raise FrameError("malformed-frame")
    elif frame.type != FrameType.PAD:
        raise FrameError("unknown-frame")
