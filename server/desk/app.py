"""Making the desk: one Flask app from one configuration."""

from pathlib import Path
from typing import Final

from flask import Flask, Response
from sqlalchemy import Engine

from schemas.envelope.entropy import random_bytes
from server.desk import context, csrf, pages, translations
from server.desk.accounts import visits
from server.desk.accounts.slots import SLOTS_KEY
from server.desk.db import db, desk_session
from server.desk.keys import reading
from server.desk.keys.credentials import unlock_from_config
from server.desk.keys.errors import KeysError
from server.desk.keys.keyring import KEYRING_KEY, Keyring
from server.desk.keys.slots import PersonSlots
from server.desk.migrate import migrate
from server.desk.rooms import BLUEPRINTS, STEPS
from server.plumbing.clock import Clock, SystemClock
from server.plumbing.config import REPOSITORY, DeskConfig
from server.plumbing.db import engine_options, prepare_engine, prepare_storage
from server.plumbing.headers import DESK_POLICY, secure

MAX_POST_BYTES: Final = 72 * 1024 * 1024
"""A bundle file of the largest size, and the form around it."""

SECRET_BYTES: Final = 32


def create_desk_app(config: DeskConfig, clock: Clock | None = None) -> Flask:
    """Make the desk's app: tables up to date, pages in place, unlocked if it may be.

    Args:
        config: The settings.
        clock: The time; the machine's own if None.

    Returns:
        The app. It pulls nothing by itself; `server.desk.intake.schedule` does, where it serves.
    """
    app = Flask("server.desk", root_path=str(Path(__file__).parent))
    app.config.update(
        SQLALCHEMY_DATABASE_URI=config.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(config.database_url),
        MAX_CONTENT_LENGTH=MAX_POST_BYTES,
        # Signs nothing but the notes shown once after a form; it need not outlive the process.
        SECRET_KEY=random_bytes(SECRET_BYTES),
        SESSION_COOKIE_NAME="tocsin_note",
        SESSION_COOKIE_SAMESITE="Strict",
    )
    app.extensions[context.CONFIG_KEY] = config
    app.extensions[context.CLOCK_KEY] = clock or SystemClock()
    ring = Keyring()
    app.extensions[KEYRING_KEY] = ring
    app.extensions[SLOTS_KEY] = PersonSlots(ring, config)
    app.extensions[translations.CATALOGUE_KEY] = translations.load_catalogue(
        REPOSITORY / "translations"
    )
    _open_database(app, config)
    _furnish(app)
    with app.app_context():
        try:
            unlock_from_config(desk_session(), ring, config)
        except KeysError:
            desk_session().close()
            db.engine.dispose()
            raise
    return app


def _open_database(app: Flask, config: DeskConfig) -> None:
    prepare_storage(config.database_url)
    db.init_app(app)
    with app.app_context():
        engine: Engine = db.engine
        prepare_engine(engine)
        migrate(engine, STEPS)


def _furnish(app: Flask) -> None:
    """Put in place what every page has: the visitor, the forms' token, the words, the headers."""
    visits.attend(app)
    csrf.protect(app)
    reading.attend(app)
    pages.furnish(app)
    app.after_request(_secure)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)


def _secure(response: Response) -> Response:
    """Set the headers of a desk page; a page that set a stricter policy keeps it."""
    stricter = response.headers.get("Content-Security-Policy")
    response.headers.setdefault("Cache-Control", "no-store")
    return secure(response, stricter or DESK_POLICY)
