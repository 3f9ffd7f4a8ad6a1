"""The command line: `python -m client_sync --home DIR COMMAND ...`."""

import argparse
import contextlib
import resource
import sys
from collections.abc import Sequence

from client_sync.cli.carry import EXPORT, IMPORT
from client_sync.cli.command import Command, OneLineParser
from client_sync.cli.completion import make_completion
from client_sync.cli.console import Console
from client_sync.cli.courier import COURIER
from client_sync.cli.join import JOIN
from client_sync.cli.proof import PROOF
from client_sync.cli.replies import REPLIES
from client_sync.cli.report import REPORT
from client_sync.cli.status import STATUS
from client_sync.cli.sync import SYNC
from client_sync.cli.watch import WATCH
from client_sync.errors import ClientError
from schemas.errors import ContractError

_FAILURE = 1
_INTERRUPTED = 130
_COMMANDS = (JOIN, REPORT, SYNC, WATCH, STATUS, REPLIES, EXPORT, IMPORT, COURIER, PROOF)
_ALL = (*_COMMANDS, make_completion(_COMMANDS))


def _parser() -> OneLineParser:
    parser = OneLineParser(
        prog="python -m client_sync",
        description="Seal reports, keep them safe, and carry them to a desk.",
        epilog="exit codes: 0 done, 1 it could not be done, 2 wrong use\n"
        "The passphrase comes from TOCSIN_PASSPHRASE or is asked for.\n"
        "example:\n  python -m client_sync --home ~/tocsin status",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--home", metavar="DIR", help="folder of this sender (or TOCSIN_CLIENT_HOME)"
    )
    parser.add_argument(
        "--via",
        metavar="socks5://HOST:PORT",
        help="reach every relay through this proxy, for instance Tor's (or TOCSIN_CLIENT_VIA)",
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in _ALL:
        command.add_to(commands)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: Without the program's name; the process's own if None.

    Returns:
        Exit code: 0 done, 1 it could not be done. Wrong use exits with 2.
    """
    _leave_no_core()
    options = _parser().parse_args(arguments)
    command: Command = options.command
    console = Console(options.home, via=options.via)
    try:
        command.run(options, console)
    except (ClientError, ContractError) as error:
        console.warn(f"{command.name}: {' '.join(str(error).split())}")
        return _FAILURE
    except KeyboardInterrupt:
        console.warn(f"{command.name}: stopped; nothing is lost")
        return _INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        return _FAILURE
    return 0


def _leave_no_core() -> None:
    """Forbid memory dumps: a report's text would be in them."""
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
