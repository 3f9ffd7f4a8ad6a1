"""A real desk with reports in it, for tests of the rooms behind the intake.

The reports are sealed into the tables as the intake seals them; only the way there is left out.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from schemas.domain.ids import ReportId
from schemas.domain.report import Observed, Place, Report
from schemas.domain.vocabulary import Category, PlacePrecision, Purpose, Source, TimePrecision
from schemas.envelope import primitives
from schemas.envelope.entropy import random_bytes
from schemas.envelope.keys import DerivedKeys
from schemas.wire.report import encode_report
from server.desk.accounts.models import PersonRow
from server.desk.accounts.roles import Person, Role
from server.desk.accounts.session_store import open_session
from server.desk.app import create_desk_app
from server.desk.csrf import SESSION_COOKIE
from server.desk.db import desk_session, start_writing
from server.desk.intake import columns
from server.desk.intake.contact import place_stop
from server.desk.intake.keys_of_report import ReportKeys
from server.desk.intake.models import PulledBlobRow, ReportRow
from server.desk.keys.founding import found
from server.desk.keys.hand import Hand
from server.desk.keys.keyring import keyring
from server.plumbing.clock import FixedClock
from server.plumbing.config import DeskConfig

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
OPENED = "opened"


@dataclass
class DeskRoom:
    """A founded, unlocked desk with a clock that stands still."""

    app: Flask
    clock: FixedClock
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Work in the app, as a command does."""
        with self.app.app_context():
            yield

    def hand(self, person: Person) -> Hand:
        """Give the hand of a person in a writing transaction."""
        start_writing(desk_session())
        return Hand(desk_session(), keyring(), person.actor, self.clock.now())

    def person(
        self, role: Role = Role.MONITOR, name: str = "", *, administers: bool = False
    ) -> Person:
        """Add a person; they have no password and come in by `client`."""
        number = next(self._numbers)
        called = name or f"{role.value} {number}"
        row = PersonRow(
            id=f"{number:016x}",
            name=called,
            name_key=called.casefold(),
            role=role.value,
            administers=administers,
            salt=bytes(16),
            secret_box=b"",
            created_at=self.clock.now(),
        )
        with self.inside():
            start_writing(desk_session())
            desk_session().add(row)
            desk_session().commit()
            return Person(f"{number:016x}", called, role, administers=administers)

    def token(self, person: Person) -> str:
        """Log a person in; give the value of their session cookie."""
        with self.inside():
            start_writing(desk_session())
            token = open_session(desk_session(), person.id)
            desk_session().commit()
            return token

    def client(self, person: Person) -> FlaskClient:
        """Give a browser in which a person is logged in."""
        client = self.app.test_client()
        client.set_cookie(SESSION_COOKIE, self.token(person))
        return client

    def report(  # noqa: PLR0913 - each is one fact of a report
        self,
        text: str = "Doors in our street were painted with a red mark.",
        *,
        category: Category = Category.MARKING,
        area: str = "KE-700",
        place: Place | None = None,
        lang: str = "en",
        days_ago: float = 1,
        precision: TimePrecision = TimePrecision.DAY,
        about: ReportId | None = None,
        author: bytes | None = None,
        purpose: Purpose | None = None,
    ) -> ReportId:
        """Put one opened report into the desk."""
        at = (self.clock.now() - timedelta(days=days_ago)).replace(microsecond=0)
        report = Report(
            category=category,
            text=text,
            written_at=at,
            observed=Observed(at, precision),
            lang=lang,
            source=Source.SAW,
            place=place or Place(text="by the bridge", precision=PlacePrecision.ADMIN1, area=area),
            about=about,
            purpose=purpose,
        )
        with self.inside():
            return self._store(report, author)

    def _store(self, report: Report, author: bytes | None = None) -> ReportId:
        session, ring = desk_session(), keyring()
        start_writing(session)
        report_id = ReportId(random_bytes(32).hex())
        blob = PulledBlobRow(
            envelope_id=bytes.fromhex(report_id),
            pulled_at=self.clock.now(),
            size_bytes=1024,
            stage=OPENED,
            blob=b"",
        )
        session.add(blob)
        session.flush()
        derived = DerivedKeys(random_bytes(32), random_bytes(32), random_bytes(32))
        keys = ReportKeys(derived, author).stored()
        session.add(
            ReportRow(
                report_id=report_id,
                blob_id=blob.id,
                category=report.category.value,
                observed_at=report.observed.at,
                observed_precision=report.observed.precision.value,
                received_at=report.written_at,
                opened_at=self.clock.now(),
                sealed_report=columns.REPORT.seal(ring, report_id, encode_report(report)),
                sealed_keys=columns.KEYS.seal(ring, report_id, keys),
            )
        )
        place_stop(session, ring, report_id, report, author)
        session.commit()
        return report_id


def token_for(client: FlaskClient) -> str:
    """Give the token that a form of this browser must hold."""
    cookie = client.get_cookie(SESSION_COOKIE)
    assert cookie is not None
    return primitives.blake2b(cookie.value.encode(), size=32, person="t1.csrf").hex()


def open_desk_room(home: Path, *, database_url: str = "", start: datetime = NOW) -> DeskRoom:
    """Found a desk in a folder of its own.

    Args:
        home: An empty folder.
        database_url: SQLAlchemy address; a SQLite file in `home` if empty.
        start: What its clock shows.
    """
    clock = FixedClock(start)
    config = DeskConfig(
        home=home,
        database_url=database_url or f"sqlite:///{home / 'desk.db'}",
        passphrase="a passphrase for tests only",
        pull_seconds=0,
    )
    app = create_desk_app(config, clock)
    with app.app_context():
        found(desk_session(), keyring(), config, "Test desk")
    return DeskRoom(app, clock)
