"""The command line's front door: finds the command, runs it, says what went wrong in one line."""

import sys
from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Sequence
from typing import Final

from schemas.errors import ContractError
from server.cli import desk_group, relay_group, up
from server.cli.errors import CommandError
from server.cli.parser import OneLineParser
from server.desk.accounts.errors import AccountsError
from server.desk.areas.errors import AreasError
from server.desk.intake.errors import IntakeError
from server.desk.keys.errors import KeysError
from server.desk.publishing.errors import PublishingError
from server.desk.signals.errors import SignalsError
from server.desk.triage.errors import TriageError
from server.plumbing.errors import PlumbingError
from server.relay.errors import RelayError

FAILED: Final = 1
INTERRUPTED: Final = 130

EXPECTED: Final = (
    AccountsError,
    AreasError,
    CommandError,
    ContractError,
    IntakeError,
    KeysError,
    PlumbingError,
    PublishingError,
    RelayError,
    SignalsError,
    TriageError,
)
"""What a command may end with; each says in its text what to do."""

EXAMPLE: Final = "example: python -m server up"


def main(arguments: Sequence[str]) -> int:
    """Run one command.

    Args:
        arguments: Without the program's name.

    Returns:
        The exit code: 0 done, 1 failed, 2 wrong use.
    """
    parsed = build_parser().parse_args(arguments)
    try:
        return int(parsed.run(parsed))
    except EXPECTED as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(f"{error.strerror or 'input or output failed'}")
    except KeyboardInterrupt:
        return INTERRUPTED


def build_parser() -> OneLineParser:
    """Make the parser of every command."""
    parser = OneLineParser(
        prog="python -m server",
        description="Run a relay, a desk, or both on one machine.",
        epilog=EXAMPLE,
    )
    commands: _SubParsersAction[ArgumentParser] = parser.add_subparsers(
        metavar="COMMAND", required=True, parser_class=OneLineParser
    )
    up.register(commands)
    relay_group.register(commands)
    desk_group.register(commands)
    return parser


def _fail(line: str) -> int:
    print(" ".join(line.split()), file=sys.stderr)
    return FAILED
