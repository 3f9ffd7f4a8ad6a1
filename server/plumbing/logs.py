"""Log lines that can be seized without harm.

Theory of operation: a line is a UTC day and hour, a level, the name of an event written in our
source, and whole numbers. `event` takes nothing else, so that an address, a path, an id or a
word of a report has no way in. Lines of foreign libraries are reduced to the name of the logger
and, for an error, the kind of exception and the line of code it rose from: their message text
may quote a request. The minute is left out because it would date a sender's visit.
"""

import logging
import sys
import traceback
from types import TracebackType
from typing import Final, TextIO

_OURS: Final = "tocsin"
_NUMBERS: Final = "tocsin_numbers"

ExceptionInfo = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)


class GuardedFormatter(logging.Formatter):
    """Writes what is known to be harmless and drops the rest."""

    def __init__(self) -> None:
        super().__init__(datefmt="%Y-%m-%dT%HZ")

    def format(self, record: logging.LogRecord) -> str:
        """Write one line.

        Args:
            record: What was logged, by us or by a library.

        Returns:
            The line, without text that a request could have chosen.
        """
        ours = record.name == _OURS or record.name.startswith(f"{_OURS}.")
        words = [self.formatTime(record, self.datefmt), record.levelname, record.name]
        if ours:
            words.append(str(record.msg))
            words.extend(_written(getattr(record, _NUMBERS, {})))
        if record.exc_info and record.exc_info[0] is not None:
            words.extend(_origin(record.exc_info))
        return " ".join(words)


def event(name: str, level: int = logging.INFO, **numbers: int) -> None:
    """Log that something happened.

    Args:
        name: What happened: a constant of our source, for example `relay.expired`.
        level: A level of `logging`.
        numbers: Counts; whole numbers only.
    """
    checked = {key: int(value) for key, value in numbers.items()}
    logging.getLogger(_OURS).log(level, name, extra={_NUMBERS: checked})


def failure(name: str, error: BaseException) -> None:
    """Log that something failed: the kind of error and where it rose, never its text.

    Args:
        name: What failed: a constant of our source.
        error: The error.
    """
    logging.getLogger(_OURS).error(name, exc_info=(type(error), error, error.__traceback__))


def configure(stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Send every log line of this process through the guarded formatter.

    Args:
        stream: Where lines go; standard error if None.
        level: Lowest level written.
    """
    handler = logging.StreamHandler(stream if stream is not None else sys.stderr)
    handler.setFormatter(GuardedFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(_OURS).setLevel(level)


def _written(numbers: dict[str, int]) -> list[str]:
    return [f"{key}={value}" for key, value in numbers.items()]


def _origin(exc_info: ExceptionInfo) -> list[str]:
    """Name the kind of an exception and the innermost line of code; never its text."""
    kind, _error, trace = exc_info
    if kind is None:
        return []
    frames = traceback.extract_tb(trace)
    where = f"at={frames[-1].name}:{frames[-1].lineno}" if frames else "at=unknown"
    return [f"error={kind.__name__}", where]
