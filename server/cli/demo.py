"""`up --demo`: filling a new desk with a fictional country's year, by the real path."""

import sys
from importlib import import_module

from server.cli.errors import CommandError
from server.plumbing.config import DeskConfig


def seed_demo(config: DeskConfig) -> None:
    """Let the demonstration send its reports through the relay and work on them.

    Args:
        config: Of the desk that is running, with the port it listens on.

    Raises:
        CommandError: This copy of the project comes without the demonstration.
    """
    try:
        seed = import_module("server.demo.seed")
    except ModuleNotFoundError as error:
        raise CommandError("this installation has no demonstration: clone the project") from error
    print("filling the desk with the demonstration; this takes a minute", file=sys.stderr)
    seed.run(config)
