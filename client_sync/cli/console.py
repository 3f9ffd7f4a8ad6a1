"""The person at the terminal: words out, passphrase in, progress while it takes long."""

import getpass
import os
import sys
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from client_sync.client import Client
from client_sync.config import PASSPHRASE_VARIABLE, ClientConfig
from client_sync.errors import ClientError
from client_sync.joining import check_free


class Console:
    """Streams and environment of one command."""

    def __init__(
        self,
        home: str | None,
        env: Mapping[str, str] = os.environ,
        out: TextIO | None = None,
        err: TextIO | None = None,
        via: str | None = None,
    ) -> None:
        """Use the process's own streams unless told otherwise."""
        self._home = home
        self._via = via
        self._env = env
        self._out = out or sys.stdout
        self._err = err or sys.stderr
        self._is_drawing = False

    @property
    def home(self) -> Path:
        """The folder of vault and outbox."""
        return self._config().home

    def say(self, line: str) -> None:
        """Write a result."""
        self._clear()
        print(line, file=self._out)

    def warn(self, line: str) -> None:
        """Write what is no result."""
        self._clear()
        print(line, file=self._err)

    def client(self) -> Client:
        """Give a client for the home, asking for its passphrase if it is not set."""
        config = self._config()
        passphrase = config.passphrase or self._ask("Passphrase: ")
        return Client(config.home, passphrase, watch=self.progress, via=config.via)

    def new_client(self) -> Client:
        """Give a client for a new home, asking for a new passphrase twice."""
        config = self._config()
        check_free(config.home)
        passphrase = config.passphrase or self._ask_new()
        return Client(config.home, passphrase, watch=self.progress, via=config.via)

    def _config(self) -> ClientConfig:
        return ClientConfig.from_env(self._env, self._home, self._via)

    def progress(self, what: str, done: int, total: int) -> None:
        """Draw how far it is, on a terminal only."""
        if self._err.isatty() and total > 0:
            self._is_drawing = True
            self._err.write(f"\r\x1b[K{what} {done} of {total}")
            self._err.flush()

    def _clear(self) -> None:
        if self._is_drawing:
            self._is_drawing = False
            self._err.write("\r\x1b[K")
            self._err.flush()

    def _ask_new(self) -> str:
        first = self._ask("New passphrase: ")
        if self._ask("The same once more: ") != first:
            raise ClientError("the two passphrases differ; nothing was made")
        return first

    def _ask(self, prompt: str) -> str:
        """Ask on the terminal; where there is none nothing is read, since it would be seen."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", getpass.GetPassWarning)
                passphrase = getpass.getpass(prompt)
        except (EOFError, getpass.GetPassWarning):
            passphrase = ""
        if not passphrase:
            raise ClientError(f"no passphrase; type one, or set {PASSPHRASE_VARIABLE}")
        return passphrase
