"""The servers of the Python peers: plain POST at `/plain`, OpenRosa at two paths.

Served as the relay is, by gunicorn: `gunicorn tests.lab.peers.stores:app`; TOCSIN_PEER_STORE names
the database.

Theory of operation: both answer only after the report is on stable storage, as our relay does, so
that what is compared is the way there. The plain server keeps what comes: a report that was sent
again after a lost answer is there twice, and `tally` counts it. The OpenRosa server knows a form by
its instanceID, as ODK Central does: the same once more is taken for granted, another one under the
same name is refused, and a deprecatedID names the version that an edited form takes the place of.
It answers HEAD with 204: at one path without a Location, as ODK Central and KoboToolbox do, at the
other with one, as Ona does.
"""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import blake2b
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from tests.lab.peers.forms import OPENROSA_VERSION, instance_of, read_submission

STORE_VARIABLE: Final = "TOCSIN_PEER_STORE"
PLAIN_PATH: Final = "/plain"
CENTRAL_PATH: Final = "/v1/projects/1/submission"
LOCATED_PATH: Final = "/submission"
MOST_BYTES: Final = 10_000_000  # what such servers tell their clients they accept
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS arrivals (
  number INTEGER PRIMARY KEY, name TEXT NOT NULL, hash BLOB NOT NULL, body BLOB NOT NULL
)
"""
Start = Callable[[str, list[tuple[str, str]]], object]


@dataclass(frozen=True)
class Tally:
    """What a store holds at the end."""

    stored: int
    distinct: int

    @property
    def twice(self) -> int:
        """How many were stored although they had been before."""
        return self.stored - self.distinct


class Store:
    """Every report that arrived, in order."""

    def __init__(self, path: Path) -> None:
        """Open or make the database."""
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")  # as the relay: nothing is lost at power loss
        self._db.execute(_TABLE)

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def keep(self, name: str, body: bytes) -> None:
        """Keep a report, whatever is there already."""
        with self._lock:
            self._insert(name, body)

    def keep_form(self, own: str, old: str | None, body: bytes) -> HTTPStatus:
        """Keep a form under its own name, unless it is there.

        Returns:
            201 when it is there now, 409 when another one has the name, 404 when it is to take the
            place of one that is not there.
        """
        with self._lock:
            held = self._hash_of(own)
            if held is not None:
                return HTTPStatus.CREATED if held == _hash(body) else HTTPStatus.CONFLICT
            if old is not None and self._hash_of(old) is None:
                return HTTPStatus.NOT_FOUND
            self._insert(own, body)
            return HTTPStatus.CREATED

    def tally(self) -> Tally:
        """Count what is stored, and how much of it differs."""
        query = "SELECT count(*), count(DISTINCT hash) FROM arrivals"
        with self._lock:
            return Tally(*self._db.execute(query).fetchone())

    def _hash_of(self, name: str) -> bytes | None:
        found = self._db.execute("SELECT hash FROM arrivals WHERE name = ?", (name,)).fetchone()
        return bytes(found[0]) if found else None

    def _insert(self, name: str, body: bytes) -> None:
        row = (name, _hash(body), body)
        self._db.execute("INSERT INTO arrivals (name, hash, body) VALUES (?, ?, ?)", row)


class Application:
    """The WSGI side."""

    def __init__(self, store: Store) -> None:
        """Serve one store."""
        self._store = store

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        """Answer one request."""
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        if (method, path) == ("POST", PLAIN_PATH):
            self._store.keep("", _body(environ))
            return _answer(start, HTTPStatus.CREATED, [], b"")
        if method == "HEAD" and path in (CENTRAL_PATH, LOCATED_PATH):
            return _answer(start, HTTPStatus.NO_CONTENT, _openrosa_headers(environ), b"")
        if method == "POST" and path in (CENTRAL_PATH, LOCATED_PATH):
            return self._form(environ, start)
        return _answer(start, HTTPStatus.NOT_FOUND, [], b"")

    def _form(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        headers = _openrosa_headers(environ)
        xml = read_submission(environ.get("CONTENT_TYPE", ""), _body(environ))
        own, old = instance_of(xml) if xml is not None else ("", None)
        if xml is None or not own or environ.get("HTTP_X_OPENROSA_VERSION") != OPENROSA_VERSION:
            return _answer(start, HTTPStatus.BAD_REQUEST, headers, _message("not a submission"))
        status = self._store.keep_form(own, old, xml)
        said = "submitted in full" if status is HTTPStatus.CREATED else "submission refused"
        return _answer(start, status, headers, _message(said))


def _hash(body: bytes) -> bytes:
    return blake2b(body, digest_size=16).digest()


def _body(environ: dict[str, Any]) -> bytes:
    size = int(environ.get("CONTENT_LENGTH") or 0)
    body: bytes = environ["wsgi.input"].read(min(size, MOST_BYTES))
    if len(body) < size:
        raise OSError("the report ended early")  # gunicorn closes; a part is no report
    return body


def _openrosa_headers(environ: dict[str, Any]) -> list[tuple[str, str]]:
    path = environ["PATH_INFO"]
    place = f"{environ['wsgi.url_scheme']}://{environ.get('HTTP_HOST', '')}{path}"
    return [
        ("X-OpenRosa-Version", OPENROSA_VERSION),
        ("X-OpenRosa-Accept-Content-Length", str(MOST_BYTES)),
        *([("Location", place)] if path == LOCATED_PATH else []),
        ("Content-Type", "text/xml"),
        ("Content-Language", "en"),
    ]


def _message(text: str) -> bytes:
    space = "http://openrosa.org/http/response"
    return (
        f'<OpenRosaResponse xmlns="{space}"><message>{text}</message></OpenRosaResponse>'.encode()
    )


def _answer(
    start: Start, status: HTTPStatus, headers: list[tuple[str, str]], body: bytes
) -> Iterable[bytes]:
    sizes = [] if status is HTTPStatus.NO_CONTENT else [("Content-Length", str(len(body)))]
    start(f"{status.value} {status.phrase}", [*headers, *sizes])
    return [body]


_applications: dict[str, Application] = {}


def app(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """Answer for the store named by the environment; opened with the first request."""
    path = os.environ[STORE_VARIABLE]
    if path not in _applications:
        _applications[path] = Application(Store(Path(path)))
    return _applications[path](environ, start)
