"""The real relay and the real desk in one process, with a clock that is moved through a year.

Theory of operation: both are the applications that will be served afterwards, on the databases
that will be served afterwards. Only two things differ from a real year: the clock is moved by
hand, and what would go over the network is handed to the relay's application as the same bytes.
"""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy.orm import Session
from werkzeug.test import Client

from schemas.constants import (
    MAX_REQUEST_PAYLOAD_BYTES,
    MAX_RESPONSE_PAYLOAD_BYTES,
    RESPONSE_HEADER_BYTES,
)
from schemas.domain.directory import BridgeLine, Directory
from schemas.domain.ids import RelayKey
from schemas.domain.sync import RequestHeader
from schemas.envelope.signing import unpack_directory
from schemas.framework import bundled
from schemas.wire.directory import decode_directory
from schemas.wire.exchange import encode_request_header
from schemas.wire.frames import FrameType, decode_frames, encode_frame
from server.desk.app import create_desk_app
from server.desk.db import db, desk_session, start_writing
from server.desk.intake.errors import RelayUnreachableError
from server.desk.intake.pull import Tally, pull_once
from server.desk.keys.directories import issue, newest
from server.desk.keys.founding import found
from server.desk.keys.keyring import Keyring, keyring
from server.desk.keys.profile import profile
from server.desk.keys.pull_key import read_pull_key
from server.desk.keys.relays import add_relay
from server.desk.triage.whereabouts import BOUNDARIES_FOLDER
from server.plumbing.clock import FixedClock
from server.plumbing.config import DeskConfig, RelayConfig
from server.relay.app import create_relay_app, relay_of
from server.relay.home import AdmittedDesk, admit_desk, init_home
from tools.demo.seeding.story import HERE

BOUNDARIES: Final = "boundaries.topojson"
DESK_NAME: Final = "Demonstration desk"
_BLOBS_PER_REQUEST: Final = MAX_REQUEST_PAYLOAD_BYTES // 16384
_OK: Final = 200


class Rooms:
    """A relay and a desk that were just founded, at the clock's time."""

    def __init__(self, env: Mapping[str, str], start: datetime) -> None:
        """Found both in the home that the environment names.

        Args:
            env: As ``os.environ``; its home must not hold a desk yet.
            start: The first moment of the demonstration.
        """
        self.clock = FixedClock(start)
        relay_config, self.config = RelayConfig.from_env(env), DeskConfig.from_env(env)
        self._relay_home = init_home(relay_config.home)
        self._relay = create_relay_app(relay_config, self.clock)
        self.desk = create_desk_app(self.config, self.clock)
        self._url = f"http://{relay_config.bind}:{relay_config.port}{self._relay_home.paths[0]}"
        self._lay_boundaries()
        with self.work() as session:
            found(session, keyring(), self.config, DESK_NAME)
            self._join(session)

    def _lay_boundaries(self) -> None:
        """Give the desk the invented country's areas, as a desk lays down its own."""
        folder = self.config.home / BOUNDARIES_FOLDER
        folder.mkdir(mode=0o700, parents=True)
        shutil.copy(HERE / BOUNDARIES, folder / BOUNDARIES)

    def _join(self, session: Session) -> None:
        """Let relay and desk know each other, as the first start does."""
        pull_key = read_pull_key(self.config)
        desk = AdmittedDesk(profile(session).desk_id, pull_key.public)
        admit_desk(self._relay_home.folder, desk)
        start_writing(session)
        bridge = BridgeLine(self._url, RelayKey(self._relay_home.key.public))
        add_relay(session, name="This machine", bridge=bridge, actor="desk")
        issue(session, keyring(), bundled().version)
        session.commit()

    @contextmanager
    def work(self) -> Iterator[Session]:
        """Work in the desk."""
        with self.desk.app_context():
            session = desk_session()
            yield session
            session.rollback()

    def ring(self) -> Keyring:
        """Give the desk's keyring; call inside of ``work``."""
        return keyring()

    def exchange(self, url: str, body: bytes) -> bytes:
        """Be the desk's link to its relay."""
        response = Client(self._relay).post(urlsplit(url).path, data=body)
        if response.status_code != _OK:
            raise RelayUnreachableError("not-admitted")
        return response.get_data()

    def hand_over(self, blobs: Sequence[bytes]) -> None:
        """Put blobs into the relay as phones do, a few in each request."""
        for at in range(0, len(blobs), _BLOBS_PER_REQUEST):
            part = blobs[at : at + _BLOBS_PER_REQUEST]
            frames = b"".join(encode_frame(FrameType.PUT, blob) for blob in part)
            answer = self.exchange(self._url, encode_request_header(RequestHeader()) + frames)
            _require_receipt(answer)

    def pull(self) -> Tally:
        """Let the desk pull, open and answer."""
        with self.work() as session:
            return pull_once(session, keyring(), link=self)

    def directory(self) -> Directory:
        """Read the newest directory, as a phone does."""
        with self.work() as session:
            row = newest(session)
            if row is None:
                raise LookupError("a founded desk has a directory")
            _, plain_json = unpack_directory(row.signed)
            return decode_directory(plain_json)

    def move_to(self, moment: datetime) -> None:
        """Move the clock on; a moment that has passed already leaves it where it is."""
        if moment > self.clock.now():
            self.clock.advance(moment - self.clock.now())

    def close(self) -> None:
        """Let go of databases and threads."""
        with self.desk.app_context():
            db.engine.dispose()
        relay_of(self._relay).close()


def _require_receipt(answer: bytes) -> None:
    """Fail loudly when the relay signed for nothing: the year would go on without its reports."""
    frames = decode_frames(answer[RESPONSE_HEADER_BYTES:], MAX_RESPONSE_PAYLOAD_BYTES)
    if not any(frame.type == FrameType.RECEIPT for frame in frames):
        raise RelayUnreachableError("no-receipt")
