"""The desk's requests to its relay: verified whole, then applied in one transaction.

Theory of operation: a request that is not the admitted desk's, of another day, or repeated is
answered like a page that does not exist, so that a prober learns nothing. Everything else acts in
one transaction together with the nonce: either all of it happened and the nonce is used up, or
nothing and the desk may send the same bytes again.

Spec: sync.md section 6.
"""

from contextlib import ExitStack
from typing import Final

from sqlalchemy import Connection

from schemas.constants import FRAME_HEADER_BYTES
from schemas.domain.ids import RelayKey
from schemas.domain.sync import DeskProof
from schemas.envelope.signing import unpack_directory, verify_desk_request
from schemas.errors import ContractError, FrameError
from schemas.wire import desk_exchange
from schemas.wire import exchange as wire
from schemas.wire.board import decode_page
from schemas.wire.directory import decode_directory
from schemas.wire.frames import Frame, FrameDecoder, FrameType, OversizeFrameError, encode_frame
from server.plumbing import logs
from server.plumbing.clock import day_number
from server.plumbing.problems import TABLE
from server.relay import answer, outgoing, store
from server.relay.body import Body, BodyTooLongError
from server.relay.errors import HomeError, NotForUsError, StorageError
from server.relay.expiry import NONCE_DAYS
from server.relay.home import AdmittedDesk
from server.relay.services import Relay
from server.relay.tokens import add_tokens

MAX_PULL_BYTES: Final = 4 * 1024**2
"""Most bytes of blobs in one answer, whatever the desk asks: what a slow line carries in time."""

MAX_ROW: Final = 2**63 - 1
"""Highest row number either database can hold."""

_PROOF_FRAME_BYTES: Final = FRAME_HEADER_BYTES + 100


class DeskRequest:
    """The state of one request of the desk."""

    def __init__(self, relay: Relay) -> None:
        """Begin.

        Args:
            relay: The relay's parts.
        """
        self._relay = relay
        self._day = day_number(relay.clock.now())
        self._out: list[bytes] = []
        self._done = 0
        self._problem = ""
        self._purged = 0

    def answer(self, body: Body) -> bytes:
        """Verify a request, apply it and answer it.

        Args:
            body: What follows the header.

        Returns:
            The response's body.

        Raises:
            NotForUsError: It is not an authentic request of this relay's desk.
        """
        try:
            desk, proof, rest = self._verified(body)
        except BodyTooLongError:
            raise NotForUsError from None
        frames = self._frames(rest)
        try:
            with self._relay.storage.writing() as connection:
                if not outgoing.use_nonce(connection, proof.nonce, proof.day):
                    raise NotForUsError
                self._apply(connection, desk, frames)
        except StorageError:
            self._out, self._done, self._problem = [], 0, "storage"
        if self._purged:
            self._forget()
        self._relay.shared.change_mark()
        return self._respond()

    def _forget(self) -> None:
        """Take what was purged off the disk; it is purged all the same when that fails now."""
        try:
            self._relay.storage.empty_log()
        except StorageError as error:
            logs.failure("relay.log_not_emptied", error)

    def _verified(self, body: Body) -> tuple[AdmittedDesk, DeskProof, bytes]:
        desk = self._admitted()
        head = body.exactly(_PROOF_FRAME_BYTES)
        if desk is None or len(head) < _PROOF_FRAME_BYTES or head[0] != FrameType.DESK:
            raise NotForUsError
        try:
            (first,) = FrameDecoder().feed(head)
            proof = desk_exchange.decode_proof(first.payload)
            if proof.desk_id != desk.desk_id or abs(proof.day - self._day) > NONCE_DAYS:
                raise NotForUsError
            rest = self._rest(body)
            verify_desk_request(
                desk.pull_key,
                RelayKey(self._relay.home.key.public),
                (proof.desk_id, proof.day, proof.nonce, proof.sig),
                rest,
            )
        except (ContractError, ValueError):
            raise NotForUsError from None
        return desk, proof, rest

    def _admitted(self) -> AdmittedDesk | None:
        try:
            return self._relay.home.desk()
        except HomeError as error:
            logs.failure("relay.desk_line_damaged", error)
            return None

    def _rest(self, body: Body) -> bytes:
        """Read what the proof speaks for; a large one only where there is room for it.

        Nothing is known of the sender yet: without the slots, a hundred strangers could fill the
        memory with eight mebibytes each.
        """
        usual_bytes = self._relay.config.max_request_bytes
        pieces: list[bytes] = []
        with ExitStack() as stack:
            for piece in body.pieces():
                usual_bytes -= len(piece)
                pieces.append(piece)
                if usual_bytes < 0 <= usual_bytes + len(piece):
                    if not self._relay.large_bodies.acquire(blocking=False):
                        raise NotForUsError
                    stack.callback(self._relay.large_bodies.release)
            return b"".join(pieces)

    def _frames(self, rest: bytes) -> list[Frame]:
        """Split the request; a broken end leaves what came before it."""
        decoder = FrameDecoder()
        try:
            frames = decoder.feed(rest)
            try:
                decoder.close()
            except FrameError as error:
                self._problem = error.slug
        except OversizeFrameError as error:
            self._problem = error.slug
            frames = error.frames
        return frames

    def _apply(self, connection: Connection, desk: AdmittedDesk, frames: list[Frame]) -> None:
        for frame in frames:
            try:
                self._act(connection, desk, frame)
            except ContractError as error:
                self._problem = error.slug if error.slug in TABLE else "malformed-frame"
                return

    def _act(self, connection: Connection, desk: AdmittedDesk, frame: Frame) -> None:
        payload = frame.payload
        match frame.type:
            case FrameType.PAD:
                return
            case FrameType.PULL:
                self._pull(connection, *desk_exchange.decode_pull(payload))
            case FrameType.PURGE:
                self._purged += store.purge(connection, wire.decode_ids(payload))
                self._relay.load.stored(0, store.held_bytes(connection))
            case FrameType.PUT_BOARD:
                outgoing.add_page(connection, decode_page(payload))
            case FrameType.PUT_REPLY:
                entry = wire.decode_mailbox_entry(payload)
                outgoing.add_reply(connection, entry, self._day)
            case FrameType.PUT_DIRECTORY:
                version = _directory_version(payload, desk)
                outgoing.set_directory(connection, version, payload)
            case FrameType.PUT_TOKENS:
                hashes = desk_exchange.decode_token_hashes(payload)
                add_tokens(connection, hashes, self._day)
            case _:
                raise FrameError("unknown-frame")
        self._done += 1

    def _pull(self, connection: Connection, cursor: int, max_bytes: int) -> None:
        room_bytes = min(max_bytes, MAX_PULL_BYTES)
        envelopes, pulled = store.pull(connection, min(cursor, MAX_ROW), room_bytes)
        for envelope in envelopes:
            payload = desk_exchange.encode_envelope(envelope)
            self._out.append(encode_frame(FrameType.ENVELOPE, payload))
        self._out.append(encode_frame(FrameType.PULLED, desk_exchange.encode_pulled(pulled)))

    def _respond(self) -> bytes:
        try:
            board_head = self._relay.noticeboard.notice().board_head
        except StorageError:
            board_head, self._problem = 0, "storage"
        frames = [*self._out, encode_frame(FrameType.DONE, desk_exchange.encode_done(self._done))]
        if self._problem:
            frames.append(answer.problem_frame(self._problem))
        return answer.whole(self._day, board_head, frames)


def _directory_version(signed: bytes, desk: AdmittedDesk) -> int:
    """Read a directory's version; the relay cannot check its signature and need not."""
    _, plain_json = unpack_directory(signed)
    directory = decode_directory(plain_json)
    if directory.desk_id != desk.desk_id:
        raise FrameError("malformed-frame", "another desk's directory")
    return directory.version
