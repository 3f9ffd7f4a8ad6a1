"""A real relay without a web server: requests go straight into its WSGI application.

What it answers is read as a phone or the desk would, signatures included, so that a test speaks of
statuses and pages, not of bytes.
"""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Final

from flask import Flask

from schemas.constants import (
    BUCKETS_BYTES,
)
from schemas.domain.directory import Directory, RecipientRecord
from schemas.domain.ids import BoardKey, DeskId, RelayKey
from schemas.domain.sync import (
    DeskProof,
    RequestHeader,
)
from schemas.envelope.keys import SigningKey, desk_id_of
from schemas.envelope.primitives import blake2b
from schemas.envelope.sealing import envelope_id
from schemas.envelope.signing import (
    FIRST_PREV,
    sign_desk_request,
    sign_directory,
    sign_page,
)
from schemas.wire import desk_exchange, exchange
from schemas.wire.board import encode_page_body
from schemas.wire.directory import encode_directory
from schemas.wire.frames import FrameType, encode_frame
from server.plumbing.clock import FixedClock, day_number
from server.plumbing.config import RelayConfig
from server.relay.app import create_relay_app, relay_of
from server.relay.home import AdmittedDesk, admit_desk, init_home
from server.relay.services import Relay
from tests.support.relay_answers import Answer, put, query, read_answer

NOON: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)
ROOT: Final = SigningKey(bytes([1]) * 32)
PULL: Final = SigningKey(bytes([2]) * 32)
BOARD: Final = SigningKey(bytes([3]) * 32)
DESK_ID: Final = desk_id_of(ROOT.public)
LOOPBACK: Final = "127.0.0.1"
SITE: Final = Path(__file__).resolve().parents[2] / "server" / "relay" / "site"

_nonces = count(1)


def blob_of(number: int, size: int = BUCKETS_BYTES[0]) -> bytes:
    """Make a blob that looks sealed and is the same for the same number."""
    return blake2b(number.to_bytes(8, "big"), size=64, person="test") * (size // 64)


@dataclass(frozen=True)
class Reply:
    """What the application answered over HTTP."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def header(self) -> dict[str, str]:
        """Headers by name."""
        return dict(self.headers)


class RelayUnderTest:
    """One relay in a folder, with a clock that stands still."""

    def __init__(
        self,
        folder: Path,
        *,
        url: str | None = None,
        clock: FixedClock | None = None,
        **settings: int | str | Path,
    ) -> None:
        """Build it; a second one on the same folder and address is the first one restarted."""
        home = init_home(folder / "relay")
        self.clock = FixedClock(NOON) if clock is None else clock
        defaults: dict[str, int | str | Path] = {
            "phone_dist_path": folder / "no-app",
            "site_path": SITE,
        }
        self.config = RelayConfig(
            home=home.folder,
            database_url=url or f"sqlite:///{home.folder / 'relay.db'}",
            **(defaults | settings),  # type: ignore[arg-type]
        )
        self.path = home.paths[0]
        self.key = RelayKey(home.key.public)
        admit_desk(home.folder, AdmittedDesk(DESK_ID, PULL.public))
        self.app: Flask = create_relay_app(self.config, self.clock)
        self.relay: Relay = relay_of(self.app)

    def close(self) -> None:
        """Commit what was handed in and close the database."""
        self.relay.close()

    @property
    def day(self) -> int:
        """Today's day number at the relay."""
        return day_number(self.clock.now())

    def http(
        self,
        method: str,
        path: str,
        body: bytes | io.BufferedIOBase = b"",
        source: str = LOOPBACK,
        **environ: str,
    ) -> Reply:
        """Send any request."""
        started: list[tuple[str, list[tuple[str, str]]]] = []
        stream = io.BytesIO(body) if isinstance(body, bytes) else body
        whole = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "SERVER_NAME": "relay",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": source,
            "CONTENT_LENGTH": str(len(body)) if isinstance(body, bytes) else "",
            "wsgi.url_scheme": "http",
            "wsgi.input": stream,
            "wsgi.input_terminated": not isinstance(body, bytes),
            "wsgi.errors": io.StringIO(),
            "wsgi.version": (1, 0),
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        } | environ

        def start(status: str, headers: list[tuple[str, str]], _info: object = None) -> None:
            started.append((status, headers))

        chunks = self.app(whole, start)  # type: ignore[arg-type]
        content = b"".join(chunks)
        close = getattr(chunks, "close", None)
        if close is not None:
            close()
        return Reply(*started[0], content)

    def exchange(
        self,
        frames: bytes,
        header: RequestHeader | None = None,
        source: str = LOOPBACK,
    ) -> Answer:
        """Exchange as a phone does; verify every signature of the answer."""
        head = exchange.encode_request_header(header or RequestHeader())
        # A request without a single frame is no phone's; a poll is padding.
        body = head + (frames or encode_frame(FrameType.PAD))
        reply = self.http("POST", self.path, body, source)
        assert reply.status == "200 OK"
        return self.read(reply.body, frames)

    def read(self, body: bytes, frames: bytes) -> Answer:
        """Parse an answer to some frames and verify its receipt and HAVEs."""
        return read_answer(self.key, body, frames)

    def put(self, *blobs: bytes) -> list[int]:
        """Put blobs; give the statuses."""
        return self.exchange(put(*blobs)).statuses

    def held(self, *blobs: bytes) -> list[bool]:
        """Ask which blobs are held."""
        (have,) = self.exchange(query(*map(envelope_id, blobs))).have
        return list(have.held)

    def desk_bytes(
        self,
        frames: bytes,
        *,
        day: int | None = None,
        nonce: bytes | None = None,
        key: SigningKey = PULL,
        desk_id: DeskId = DESK_ID,
    ) -> bytes:
        """Write a whole desk request."""
        day = self.day if day is None else day
        nonce = next(_nonces).to_bytes(16, "big") if nonce is None else nonce
        signature = sign_desk_request(key, self.key, desk_id, day, nonce, frames)
        proof = desk_exchange.encode_proof(DeskProof(desk_id, day, nonce, signature))
        header = exchange.encode_request_header(RequestHeader(is_desk=True))
        return header + encode_frame(FrameType.DESK, proof) + frames

    def desk(self, frames: bytes) -> Answer:
        """Exchange as the desk does."""
        reply = self.http("POST", self.path, self.desk_bytes(frames))
        assert reply.status == "200 OK"
        return self.read(reply.body, b"")

    def pull(self, cursor: int = 0, max_bytes: int = 1 << 20) -> Answer:
        """Pull as the desk does."""
        return self.desk(encode_frame(FrameType.PULL, desk_exchange.encode_pull(cursor, max_bytes)))

    def purge(self, *blobs: bytes) -> Answer:
        """Purge as the desk does."""
        ids = b"".join(map(envelope_id, blobs))
        return self.desk(encode_frame(FrameType.PURGE, ids))


def page_of(seq: int, prev: bytes = FIRST_PREV, tags: Iterable[bytes] = ()) -> bytes:
    """Make a signed board page."""
    return sign_page(BOARD, DESK_ID, encode_page_body(seq, 20_000, prev, tags))


def directory_of(version: int, desk_id: DeskId = DESK_ID) -> bytes:
    """Make a signed directory."""
    directory = Directory(
        version=version,
        issued=date(2026, 1, 1),
        expires=date(2026, 12, 31),
        desk_id=desk_id,
        name="A desk",
        recipients=(RecipientRecord(2900, bytes([9]) * 32),),
        board_key=BoardKey(BOARD.public),
        relays=(),
        taxonomy_version="1",
    )
    return sign_directory(ROOT, encode_directory(directory))
