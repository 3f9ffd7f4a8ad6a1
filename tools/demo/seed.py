"""Make the home of a demonstration desk: a year of reports from an invented country.

``python -m server up --demo`` calls this when its home is empty. The year happens in a folder
beside the home, which takes the home's place when it is whole: seeding that was cut off leaves
nothing behind but a folder that the next one clears away.

Example:
    TOCSIN_HOME=./var-demo python -m tools.demo.seed
"""

import logging
import os
import shutil
import sys
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from schemas.constants import KEY_BYTES
from schemas.envelope.entropy import random_bytes
from server.plumbing.clock import SystemClock
from server.plumbing.config import DeskConfig
from tools.demo.seeding.rooms import Rooms
from tools.demo.seeding.story import tell
from tools.demo.seeding.year import DAYS_BEFORE, Year

MARK = "demonstration"
LOGGER = "tocsin"


class SeedError(Exception):
    """The demonstration cannot be made here; the text says what to do."""


class SeedStoppedError(Exception):
    """Whoever watches the progress has asked to stop; the next seeding begins anew."""


def seed(env: Mapping[str, str], base: datetime, progress: Callable[[int, int], None]) -> None:
    """Make the demonstration in the home that the environment names.

    Args:
        env: As ``os.environ``.
        base: The demonstration's "now".
        progress: Told how many reports of how many are done.

    Raises:
        SeedError: The home holds a desk already.
    """
    home = DeskConfig.from_env(env).home.parent
    if is_seeded(env):
        return
    if home.exists() and any(home.iterdir()):
        raise SeedError(
            f"{home.name} holds a desk already, and invented reports must not mix with real ones: "
            "name another folder, for example TOCSIN_HOME=var-demo make run DEMO=1"
        )
    partial = home.with_name(f"{home.name}.unfinished")
    if partial.exists():
        shutil.rmtree(partial)
    _fill(dict(env) | {"TOCSIN_HOME": str(partial)}, base, progress)
    (partial / MARK).write_text(f"{base:%Y-%m-%d}\n", encoding="utf-8")
    if home.exists():
        home.rmdir()
    partial.rename(home)


def _fill(env: Mapping[str, str], base: datetime, progress: Callable[[int, int], None]) -> None:
    logging.getLogger(LOGGER).setLevel(logging.WARNING)  # a year's housekeeping is no news
    rooms = Rooms(env, base - timedelta(days=DAYS_BEFORE))
    try:
        Year(rooms, random_bytes(KEY_BYTES), base, tell(base)).happen(progress)
    finally:
        rooms.close()
        logging.getLogger(LOGGER).setLevel(logging.NOTSET)


def is_seeded(env: Mapping[str, str]) -> bool:
    """Tell whether the home that the environment names holds a demonstration."""
    return (DeskConfig.from_env(env).home.parent / MARK).exists()


def show_progress(done: int, of: int) -> None:
    """Show how far the year has come, where a person looks on."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done} of {of} reports")
        sys.stderr.write("\n" if done == of else "")
        sys.stderr.flush()


def main() -> int:
    """Seed from the command line, with progress on stderr."""
    try:
        seed(os.environ, SystemClock().now(), show_progress)
    except SeedError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{Path(DeskConfig.from_env(os.environ).home.parent)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
