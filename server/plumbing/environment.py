"""Reading settings from a mapping of words, strictly.

Theory of operation: a value that is outside of its range is refused with the name of its variable
and what would be right. An empty variable is one that was left out, because that is how shells
and unit files unset things.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, TypeVar

from server.plumbing.errors import ConfigError

OURS: Final = "TOCSIN_"
"""How our settings begin, passphrases among them."""
HOME: Final = f"{OURS}HOME"
DEFAULT_HOME: Final = "./var"
_PATH_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{22,128}")
"""22 characters of six bits are the 128 bits that a relay's own path has."""

Value = TypeVar("Value")


def without_ours(env: Mapping[str, str]) -> dict[str, str]:
    """Give what a process inherits that works on strangers' bytes: the machine's settings alone.

    Args:
        env: For example `os.environ`.
    """
    return {name: held for name, held in env.items() if not name.startswith(OURS)}


class Environment:
    """The environment variables of one program."""

    def __init__(self, env: Mapping[str, str]) -> None:
        """Wrap them.

        Args:
            env: For example `os.environ`.
        """
        self._env = env

    def home(self) -> Path:
        """Give the folder under which every program keeps its own."""
        return Path(self._env.get(HOME) or DEFAULT_HOME).absolute()

    def text(self, name: str, default: str) -> str:
        """Read words; the default where the variable is empty."""
        return self._env.get(name) or default

    def secret(self, name: str) -> str | None:
        """Read words that may be missing."""
        return self._env.get(name) or None

    def path_secret(self, name: str) -> str | None:
        """Read a secret that stands in a URL.

        Raises:
            ConfigError: It is too short to be one, or no single plain step of a path.
        """
        value = self.secret(name)
        if value is not None and not _PATH_SECRET.fullmatch(value):
            raise ConfigError(f"{name} must be 22 to 128 letters, digits, - or _")
        return value

    def path(self, name: str, default: Path) -> Path:
        """Read a path, made absolute."""
        return Path(self._env[name]).absolute() if self._env.get(name) else default

    def number(self, name: str, default: int, low: int, high: int) -> int:
        """Read a whole number.

        Args:
            name: The variable.
            default: Given where it is empty.
            low: Least value allowed.
            high: Greatest value allowed.

        Returns:
            The number.

        Raises:
            ConfigError: It is no whole number in that range.
        """

        def parse(text: str) -> int:
            if not low <= int(text) <= high:
                raise ValueError
            return int(text)

        return self._parsed(name, default, parse, f"a whole number in {low}-{high}")

    def database_url(self, name: str, default: Path) -> str:
        """Read a database's address.

        Args:
            name: The variable.
            default: File of the SQLite database that is used where it is empty.

        Returns:
            SQLAlchemy address.

        Raises:
            ConfigError: It is of another kind of database.
        """
        url = self._env.get(name) or f"sqlite:///{default}"
        if not url.startswith(("sqlite:///", "postgresql+psycopg://", "postgresql://")):
            raise ConfigError(f"set {name} to a sqlite:/// or postgresql:// address")
        # psycopg 3 is the driver that is installed; a plain address must not ask for another.
        return url.replace("postgresql://", "postgresql+psycopg://", 1)

    def _parsed(
        self, name: str, default: Value, parse: Callable[[str], Value], wanted: str
    ) -> Value:
        text = self._env.get(name)
        if not text:
            return default
        try:
            return parse(text)
        except ValueError:
            raise ConfigError(f"set {name} to {wanted}, or leave it out") from None
