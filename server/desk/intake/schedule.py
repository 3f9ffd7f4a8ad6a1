"""Pulling by itself, in the process that serves the desk.

Theory of operation: one thread waits on an event with a timeout, so that ending the process or
asking for a pull wakes it at once. A pull that fails is logged by its kind and tried again at the
next turn; nothing it does can end the thread but its own `stop`.
"""

from threading import Event, Thread
from typing import Final

from flask import Flask

from server.desk.db import desk_session
from server.desk.intake.canaries import send_canaries
from server.desk.intake.errors import PullRunningError
from server.desk.intake.pull import pull_once
from server.desk.intake.relay_link import HttpLink, RelayLink
from server.desk.keys.keyring import keyring
from server.desk.keys.profile import founded
from server.plumbing import logs

JOIN_SECONDS: Final = 5


class Schedule:
    """The thread that pulls."""

    def __init__(self, app: Flask, pull_seconds: int, link: RelayLink | None = None) -> None:
        """Prepare; start nothing.

        Args:
            app: The desk.
            pull_seconds: Between the end of a pull and the next; 0 never pulls.
            link: The way to relays; HTTP if None.
        """
        self._app = app
        self._pull_seconds = pull_seconds
        self._link = link
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="pull", daemon=True)

    def start(self) -> None:
        """Begin pulling, at once and then every `pull_seconds`."""
        if self._pull_seconds:
            self._thread.start()

    def stop(self) -> None:
        """End after the pull that is at work; what it did is kept either way."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(JOIN_SECONDS)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self.turn()
            self._stopping.wait(self._pull_seconds)

    def turn(self) -> None:
        """Pull once; whatever fails is for the next turn."""
        try:
            with self._app.app_context():
                if founded(desk_session()):
                    self._send_canaries()
                    pull_once(desk_session(), keyring(), link=self._link)
        except PullRunningError:
            return
        except Exception as error:  # noqa: BLE001 - the thread outlives every failure
            logs.failure("desk.pull", error)

    def _send_canaries(self) -> None:
        """Send what is due; no trouble with it keeps a pull from running."""
        try:
            send_canaries(desk_session(), self._link or HttpLink())
        except Exception as error:  # noqa: BLE001 - reports matter more than their watch
            desk_session().rollback()
            logs.failure("desk.canary", error)
