"""`up --demo`: a home in which a fictional country's year has happened, by the real path."""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module

from server.cli.errors import CommandError
from server.plumbing.clock import SystemClock


def seed_demo(env: Mapping[str, str], is_stopped: Callable[[], bool]) -> bool:
    """Make the demonstration's home before relay and desk start, unless it is there already.

    Args:
        env: Environment variables; `TOCSIN_HOME` names the home.
        is_stopped: Asked after every day of the year.

    Returns:
        Whether the home is there; False when it was stopped before the year was over.

    Raises:
        CommandError: This copy comes without the demonstration, or the home holds a real desk.
    """
    try:
        story = import_module("tools.demo.seed")
    except ModuleNotFoundError as error:
        raise CommandError("this installation has no demonstration: clone the project") from error
    if story.is_seeded(env):
        return True

    def go_on(done: int, of: int) -> None:
        story.show_progress(done, of)
        if is_stopped():
            raise story.SeedStoppedError

    print("an invented country's year is happening; this takes a minute", file=sys.stderr)
    try:
        story.seed(env, SystemClock().now(), go_on)
    except story.SeedStoppedError:
        return False
    except story.SeedError as error:
        raise CommandError(str(error)) from error
    return True
