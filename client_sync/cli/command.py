"""What every command is made of."""

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from client_sync.cli.console import Console

_WRONG_USE = 2
Run = Callable[[argparse.Namespace, Console], None]


class OneLineParser(argparse.ArgumentParser):
    """A parser that answers wrong use with one line."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and where to read more."""
        self.exit(_WRONG_USE, f"{self.prog}: {' '.join(message.split())}; see --help\n")


@dataclass(frozen=True, slots=True)
class Command:
    """One command of the command line.

    Attributes:
        name: What is typed.
        summary: One line for the list of commands.
        example: Shown at the end of its help.
        arguments: Adds its own arguments.
        run: Does it; raises `ClientError` or `ContractError` when it cannot.
    """

    name: str
    summary: str
    example: str
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Run

    def add_to(self, commands: "argparse._SubParsersAction[OneLineParser]") -> None:
        """Put the command into the parser."""
        parser = commands.add_parser(
            self.name,
            help=self.summary,
            description=self.summary[0].upper() + self.summary[1:] + ".",
            epilog=f"example:\n  {self.example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        self.arguments(parser)
        parser.set_defaults(command=self)


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add `--json`."""
    parser.add_argument("--json", action="store_true", help="write machine-readable JSON")


def no_arguments(_parser: argparse.ArgumentParser) -> None:
    """Add nothing."""


def to_json(value: object) -> str:
    """Write one line of JSON."""
    return json.dumps(value, ensure_ascii=False)
