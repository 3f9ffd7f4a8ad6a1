"""The command line's front door: finds the command, runs it, says what went wrong in one line."""

import sys
from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Sequence
from importlib import import_module
from typing import Final

from schemas.errors import ContractError
from server.cli.parser import OneLineParser
from server.plumbing.errors import ToldError

FAILED: Final = 1
INTERRUPTED: Final = 130

RELAY_COMMAND: Final = "relay"
RELAY_GROUP: Final = "server.cli.relay_group"
GROUPS: Final = ("server.cli.up", RELAY_GROUP, "server.cli.desk_group")
"""Modules that know the commands; a relay's process loads its own and no desk's code."""

EXAMPLE: Final = "example: python -m server up"


def main(arguments: Sequence[str]) -> int:
    """Run one command.

    Args:
        arguments: Without the program's name.

    Returns:
        The exit code: 0 done, 1 failed, 2 wrong use.
    """
    parsed = build_parser(arguments).parse_args(arguments)
    try:
        return int(parsed.run(parsed))
    except (ToldError, ContractError) as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(f"{error.strerror or 'input or output failed'}")
    except KeyboardInterrupt:
        return INTERRUPTED


def build_parser(arguments: Sequence[str]) -> OneLineParser:
    """Make the parser of every command, or of the relay's alone when one of those is asked for.

    Args:
        arguments: Without the program's name.
    """
    parser = OneLineParser(
        prog="python -m server",
        description="Run a relay, a desk, or both on one machine.",
        epilog=EXAMPLE,
    )
    commands: _SubParsersAction[ArgumentParser] = parser.add_subparsers(
        metavar="COMMAND", required=True, parser_class=OneLineParser
    )
    is_relay = arguments[:1] == [RELAY_COMMAND]
    for module in (RELAY_GROUP,) if is_relay else GROUPS:
        import_module(module).register(commands)
    return parser


def _fail(line: str) -> int:
    print(" ".join(line.split()), file=sys.stderr)
    return FAILED
