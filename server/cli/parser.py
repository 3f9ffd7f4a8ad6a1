"""An argument parser whose complaints are one line."""

import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from typing import Any, NoReturn

USAGE_EXIT = 2


class OneLineParser(ArgumentParser):
    """Prints one line on wrong use, and leaves the example in `--help` as it is written."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - argparse's own list
        kwargs.setdefault("formatter_class", RawDescriptionHelpFormatter)
        super().__init__(*args, **kwargs)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and end with exit code 2."""
        print(f"{self.prog}: {message} (see --help)", file=sys.stderr)
        sys.exit(USAGE_EXIT)
