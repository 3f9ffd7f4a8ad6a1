"""The process that opens pictures: bytes come by one pipe, an answer goes by another, then it ends.

Theory of operation: a picture may be made to break the program that opens it. So that program is a
short one, of its own, with little memory and little time, without the desk's settings, and from
the moment it has read the picture it can open no file and no connection any more: the kernel
refuses a number for one. What it answers is believed for its shape only (`finding`).

Spec: `exchange_with_pictures` says what goes through the pipes.
"""

import resource
import sys
from typing import Final

from server.desk.evidence import pictures
from server.desk.evidence.areas import read_areas
from server.desk.evidence.exchange_with_pictures import (
    COPY,
    COPY_OF,
    FAILED,
    FINDING,
    LOOK,
    REFUSED,
)
from server.desk.evidence.finding import encode

MOST_MEMORY_BYTES: Final = 1_500_000_000
"""The largest picture three times, as RGBA, and the libraries."""
MOST_SECONDS: Final = 15
"""The largest picture takes 4 s on a slow computer."""


def main() -> None:
    """Do one thing with one file."""
    _bound()
    pictures.prepare()
    line = sys.stdin.buffer.readline().decode("ascii")
    content = sys.stdin.buffer.read()
    _shut()
    try:
        answer = _answer(line, content)
    except pictures.PictureError as refused:
        answer = REFUSED + refused.state.value.encode() + b"\n"
    except Exception:  # noqa: BLE001 - its text may quote a stranger's picture
        answer = FAILED
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()


def _answer(line: str, content: bytes) -> bytes:
    word, _, rest = line.strip().partition(" ")
    if word == LOOK:
        return FINDING + encode(pictures.look(content))
    if word == COPY_OF:
        return COPY + pictures.working_copy(content)
    return COPY + pictures.redacted(content, read_areas(rest.replace(",", "\n")))


def _bound() -> None:
    """Take little of the machine, and leave no memory behind in a file."""
    for kind, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CPU, MOST_SECONDS),
        (resource.RLIMIT_AS, MOST_MEMORY_BYTES),
    ):
        resource.setrlimit(kind, (most, most))


def _shut() -> None:
    """Open nothing from here on: every number of a file is one too many."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


if __name__ == "__main__":
    main()
