"""A whole desk and a whole relay in one process, joined without a network.

Theory of operation: both are the real applications on real databases; only the wire between them
is replaced, by calling the relay's WSGI application with the bytes that would be posted. Time
stands still until a test moves it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import Client as WsgiClient

from schemas.constants import CHUNK_CLASSES_BYTES
from schemas.domain.directory import BridgeLine, Directory
from schemas.domain.ids import DeskId, RelayKey
from schemas.domain.report import Manifest, Observed, Place, Report
from schemas.domain.sync import RequestHeader
from schemas.domain.vocabulary import Category, PlacePrecision, Source, TimePrecision
from schemas.envelope.chunks import plan, seal_chunks
from schemas.envelope.entropy import random_bytes
from schemas.envelope.keys import SigningKey, week_of
from schemas.envelope.primitives import sha256
from schemas.envelope.sealing import SealedEnvelope, seal
from schemas.envelope.signing import unpack_directory
from schemas.wire.directory import decode_directory
from schemas.wire.exchange import encode_request_header
from schemas.wire.frames import FrameType, encode_frame
from schemas.wire.report import encode_report
from server.desk.app import create_desk_app
from server.desk.db import db, desk_session, start_writing
from server.desk.intake.errors import RelayUnreachableError
from server.desk.intake.faults import FaultPoint, no_fault
from server.desk.intake.pull import Tally, pull_once
from server.desk.keys.directories import issue, newest
from server.desk.keys.founding import found
from server.desk.keys.keyring import Keyring, keyring
from server.desk.keys.profile import profile
from server.desk.keys.pull_key import read_pull_key
from server.desk.keys.relays import add_relay
from server.plumbing.clock import FixedClock
from server.plumbing.config import DeskConfig, RelayConfig
from server.relay.app import create_relay_app, relay_of
from server.relay.home import AdmittedDesk, admit_desk, init_home

START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PASSPHRASE = "a passphrase for tests only"
TAXONOMY = "test-1"


class RelayRoom:
    """A real relay, its committing thread running, reached without a network."""

    def __init__(self, home: Path, clock: FixedClock, port: int = 8470) -> None:
        config = RelayConfig.from_env({"TOCSIN_HOME": str(home)})
        self.home = init_home(config.home)
        self.app = create_relay_app(config, clock)
        self.url = f"http://127.0.0.1:{port}{self.home.paths[0]}"
        self.exchanges: list[bytes] = []
        self.up = True
        relay_of(self.app).inbox.start()

    def close(self) -> None:
        """Stop the committing thread."""
        relay_of(self.app).close()

    @property
    def bridge(self) -> BridgeLine:
        """The relay's address and key."""
        return BridgeLine(self.url, RelayKey(self.home.key.public))

    def exchange(self, url: str, body: bytes) -> bytes:
        """Be a `RelayLink`: post a body to the relay."""
        if not self.up:
            raise RelayUnreachableError("no-answer")
        self.exchanges.append(body)
        client = WsgiClient(self.app)
        response = client.post(urlsplit(url).path, data=body)
        if response.status_code != 200:
            raise RelayUnreachableError("not-admitted")
        return response.get_data()

    def put(self, blobs: Sequence[bytes]) -> None:
        """Hand blobs to the relay as a phone would."""
        frames = b"".join(encode_frame(FrameType.PUT, blob) for blob in blobs)
        self.exchange(self.url, encode_request_header(RequestHeader()) + frames)


@dataclass
class DeskRoom:
    """A real desk, founded and unlocked, with one relay."""

    app: Flask
    clock: FixedClock
    config: DeskConfig
    relay: RelayRoom
    links: dict[str, RelayRoom] = field(default_factory=dict)

    @contextmanager
    def work(self) -> Iterator[Session]:
        """Work in the desk, with a session of its own."""
        with self.app.app_context():
            yield desk_session()
            desk_session().rollback()

    @property
    def ring(self) -> Keyring:
        """The desk's keyring."""
        with self.app.app_context():
            return keyring()

    def exchange(self, url: str, body: bytes) -> bytes:
        """Be a `RelayLink` that knows every relay of the test by its port."""
        relay = self.links.get(urlsplit(url).netloc, self.relay)
        return relay.exchange(url, body)

    def pull(self, fault: FaultPoint = no_fault) -> Tally:
        """Pull once."""
        with self.work() as session:
            return pull_once(session, keyring(), link=self, fault=fault)

    def directory(self) -> Directory:
        """The newest directory, as a phone reads it."""
        with self.work() as session:
            row = newest(session)
            assert row is not None
            _, plain_json = unpack_directory(row.signed)
            return decode_directory(plain_json)

    def desk_id(self) -> DeskId:
        """The desk's id."""
        with self.work() as session:
            return profile(session).desk_id

    def seal(self, report: Report, author: SigningKey | None = None) -> SealedEnvelope:
        """Seal a report as a phone would, today."""
        directory = self.directory()
        return seal(
            encode_report(report),
            recipient=directory.recipient_for(week_of(self.clock.now())),
            desk_id=directory.desk_id,
            author=author,
        )

    def close(self) -> None:
        """Close databases and threads."""
        with self.app.app_context():
            db.engine.dispose()
        for relay in {id(one): one for one in (self.relay, *self.links.values())}.values():
            relay.close()


def desk_config(home: Path, database_url: str | None = None) -> DeskConfig:
    """Make a desk's settings in a test's folder."""
    env = {"TOCSIN_HOME": str(home), "TOCSIN_DESK_PASSPHRASE": PASSPHRASE}
    if database_url is not None:
        env["TOCSIN_DESK_DATABASE_URL"] = database_url
    return DeskConfig.from_env(env)


def reopen_desk(home: Path) -> DeskRoom:
    """Open a desk and its relay again, as after a crash, at the same moment."""
    clock = FixedClock(START)
    config = desk_config(home)
    relay = RelayRoom(home, clock)
    return DeskRoom(create_desk_app(config, clock), clock, config, relay)


def make_desk(home: Path, database_url: str | None = None, *, start: datetime = START) -> DeskRoom:
    """Found a desk with one relay that has admitted it."""
    clock = FixedClock(start)
    config = desk_config(home, database_url)
    app = create_desk_app(config, clock)
    relay = RelayRoom(home, clock)
    room = DeskRoom(app, clock, config, relay)
    with room.work() as session:
        found(session, keyring(), config, "Test desk")
    join_relay(room, relay)
    return room


def join_relay(room: DeskRoom, relay: RelayRoom) -> int:
    """Let a relay admit the desk, and the desk use the relay."""
    room.links[urlsplit(relay.url).netloc] = relay
    with room.work() as session:
        key = read_pull_key(room.config)
        admit_desk(relay.home.folder, AdmittedDesk(profile(session).desk_id, key.public))
        start_writing(session)
        relay_id = add_relay(session, name="first", bridge=relay.bridge, actor="desk")
        issue(session, keyring(), TAXONOMY)
        session.commit()
    return relay_id


def a_report(text: str = "They marked the doors.", **changes: object) -> Report:
    """Write a report; name what shall differ."""
    plain = Report(
        category=Category.MARKING,
        text=text,
        lang="en",
        source=Source.SAW,
        written_at=START - timedelta(hours=1),
        observed=Observed(START - timedelta(hours=3), TimePrecision.HOUR),
        place=Place(
            text="by the mill", lat_e5=123_456, lon_e5=-65_432, precision=PlacePrecision.POINT
        ),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def an_attachment(
    content: bytes,
    name: str = "gate.jpg",
    mime: str = "image/jpeg",
    sha256_of: bytes | None = None,
    class_bytes: int = CHUNK_CLASSES_BYTES[0],
) -> tuple[Manifest, list[bytes]]:
    """Cut a file into sealed chunks as a phone would.

    Returns:
        Its manifest, and the blobs in order.
    """
    key = random_bytes(32)
    cut = plan(len(content), class_bytes)
    step = cut.room_bytes
    parts = iter([content[at : at + step] for at in range(0, len(content), step)])
    manifest = Manifest(
        key=key,
        sha256=sha256(content if sha256_of is None else sha256_of),
        size_bytes=len(content),
        chunk_count=cut.chunk_count,
        class_bytes=cut.class_bytes,
        mime=mime,
        name=name,
    )
    return manifest, list(seal_chunks(key, cut, parts))
