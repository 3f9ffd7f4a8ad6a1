"""Reading new reports into the index by itself, in the process that serves the desk.

Theory of operation: one thread looks for new reports every second while the desk is unlocked and
takes them in a few at a time, resting in between, so that after a start and during the intake of a
backlog the pages keep answering; each page says how many reports are not in its lists yet. A
failure is logged by its kind and tried again; nothing but `stop` ends the thread.
"""

from threading import Event, Thread
from typing import Final

from flask import Flask

from server.desk.db import desk_session
from server.desk.keys.keyring import keyring
from server.desk.triage.index.reading import READ_AT_ONCE, reading_of_desk
from server.plumbing import logs

LOOK_SECONDS: Final = 1.0
"""A new report is found within a second even where nobody opens a page."""
REST_SECONDS: Final = 0.005
"""Between two batches, so that a request that waits for the interpreter gets it."""
JOIN_SECONDS: Final = 5


class Attending:
    """The thread that keeps the index up."""

    def __init__(self, app: Flask) -> None:
        """Prepare; start nothing."""
        self._app = app
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="index", daemon=True)

    def start(self) -> None:
        """Begin to read; from now on no page waits for a backlog."""
        with self._app.app_context():
            reading_of_desk().attended = True
        self._thread.start()

    def stop(self) -> None:
        """End after the batch that is at work."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(JOIN_SECONDS)

    def _run(self) -> None:
        while not self._stopping.is_set():
            more = self.turn()
            self._stopping.wait(REST_SECONDS if more else LOOK_SECONDS)

    def turn(self) -> bool:
        """Take in one batch; tell whether more is waiting."""
        try:
            with self._app.app_context():
                ring = keyring()
                if ring.locked:
                    reading_of_desk().index.forget()
                    return False
                reading = reading_of_desk()
                reading.keep_up(desk_session(), ring, most=READ_AT_ONCE)
                return reading.missing(desk_session()) > 0
        except Exception as error:  # noqa: BLE001 - the thread outlives every failure
            logs.failure("desk.index", error)
            return False
