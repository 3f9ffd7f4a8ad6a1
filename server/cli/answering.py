"""Waiting until a program answers."""

import http.client
from threading import Event
from typing import Final
from urllib.parse import urlsplit

from server.cli.errors import CommandError
from server.plumbing.clock import SystemClock

ANSWER_SECONDS: Final = 60
TRY_SECONDS: Final = 0.1
OK: Final = 200


def wait_until_answers(url: str) -> None:
    """Ask for a page until it comes.

    Args:
        url: An http address on this machine.

    Raises:
        CommandError: It does not come within a minute.
    """
    clock, pause = SystemClock(), Event()
    deadline = clock.monotonic_seconds() + ANSWER_SECONDS
    while clock.monotonic_seconds() < deadline:
        if _answers(url):
            return
        pause.wait(TRY_SECONDS)
    raise CommandError("the desk does not answer: see the lines above")


def _answers(url: str) -> bool:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status == OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
