"""Log lines that can be seized without harm."""

import io
import logging
import re
from collections.abc import Iterator

import pytest
from gunicorn.config import Config

from server.plumbing import logs
from server.plumbing.gunicorn_log import GuardedLogger

CANARY = "the red house by the river"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is logged, with the loggers put back afterwards."""
    root, ours = logging.getLogger(), logging.getLogger("tocsin")
    before = (root.handlers[:], root.level, ours.level)
    stream = io.StringIO()
    logs.configure(stream)
    yield stream
    root.handlers[:], root.level, ours.level = before


def fail() -> None:
    """Fail with words a request could have chosen."""
    raise ValueError(CANARY)


def test_event_is_a_name_and_numbers(lines: io.StringIO) -> None:
    logs.event("relay.expired", blobs=3, replies=0)
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\dZ INFO tocsin relay\.expired blobs=3 replies=0\n", lines.getvalue()
    )


def test_event_takes_nothing_but_whole_numbers(lines: io.StringIO) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        logs.event("relay.expired", blobs=CANARY)  # type: ignore[arg-type]
    assert lines.getvalue() == ""


def test_failure_names_kind_and_line_but_not_the_words(lines: io.StringIO) -> None:
    try:
        fail()
    except ValueError as error:
        logs.failure("relay.commit_failed", error)
    assert "error=ValueError at=fail:" in lines.getvalue()
    assert CANARY not in lines.getvalue()


def test_failure_that_was_never_raised_is_logged_too(lines: io.StringIO) -> None:
    logs.failure("relay.commit_failed", ValueError(CANARY))
    assert "error=ValueError at=unknown" in lines.getvalue()


def test_words_of_a_library_are_dropped(lines: io.StringIO) -> None:
    logging.getLogger("sqlalchemy.engine").error("stored %s", CANARY)
    logging.getLogger("werkzeug").warning(CANARY, exc_info=ValueError(CANARY))
    assert lines.getvalue().count("\n") == 2
    assert CANARY not in lines.getvalue()


def test_minute_is_not_written(lines: io.StringIO) -> None:
    logs.event("relay.started")
    assert not re.search(r"T\d\d:", lines.getvalue())


def test_gunicorn_writes_neither_addresses_nor_requests(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logger = GuardedLogger(Config())
    logger.warning("Invalid request from ip=192.0.2.7: %s", CANARY)
    logger.access(CANARY, object(), {}, 0)
    written = capsys.readouterr().err
    assert "WARNING gunicorn.error" in written
    assert "192.0.2.7" not in written
    assert CANARY not in written
    logger.error_log.handlers.clear()
