"""Having pictures opened apart: in a process of its own, one at a time.

Spec: `exchange_with_pictures` says what goes through the pipes.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from threading import Lock
from typing import Final

from server.desk.evidence import exchange_with_pictures as exchange
from server.desk.evidence.areas import Area
from server.desk.evidence.errors import PictureRefusedError
from server.desk.evidence.finding import Finding, State, decode
from server.plumbing.config import REPOSITORY
from server.plumbing.environment import without_ours

COMMAND: Final = (sys.executable, "-m", "server.desk.evidence.picture_process")
MOST_WAIT_SECONDS: Final = 30
"""Twice the process' own time, for a computer that is busy."""
_ONE_AT_A_TIME: Final = Lock()
"""Each may take 1.5 GB: two at once could stop a small computer."""


def look(content: bytes) -> Finding:
    """Look into a file; whatever happens there is a finding."""
    answer = _ask(exchange.LOOK, content)
    try:
        if answer.startswith(exchange.FINDING):
            return decode(answer.removeprefix(exchange.FINDING))
    except ValueError:
        pass
    return Finding(State.FAILED)


def working_copy(content: bytes) -> bytes:
    """Make a copy to look at, a JPEG.

    Raises:
        PictureRefusedError: None can be made.
    """
    return _copy(_ask(exchange.COPY_OF, content))


def redacted(content: bytes, areas: Sequence[Area]) -> bytes:
    """Make a copy with areas painted over, a JPEG.

    Raises:
        PictureRefusedError: None can be made.
    """
    lines = ",".join(area.line() for area in areas)
    return _copy(_ask(f"{exchange.REDACT} {lines}", content))


def _copy(answer: bytes) -> bytes:
    if answer.startswith(exchange.COPY):
        return answer.removeprefix(exchange.COPY)
    if answer.startswith(exchange.REFUSED):
        why = answer.removeprefix(exchange.REFUSED).strip().decode(errors="replace")
        raise PictureRefusedError(next((one for one in State if one.value == why), State.FAILED))
    raise PictureRefusedError(State.FAILED)


def _ask(line: str, content: bytes) -> bytes:
    """Give a process a file; an empty answer stands for one that ended badly."""
    with _ONE_AT_A_TIME:
        try:
            ended = subprocess.run(  # noqa: S603 - a constant command of our own
                COMMAND,
                input=line.encode("ascii") + b"\n" + content,
                stdout=subprocess.PIPE,
                # An error's text could quote the picture.
                stderr=subprocess.DEVNULL,
                cwd=REPOSITORY,
                env=without_ours(os.environ),
                timeout=MOST_WAIT_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return b""
    return ended.stdout if ended.returncode == 0 else b""
