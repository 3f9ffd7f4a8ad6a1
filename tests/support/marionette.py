"""Marionette: the way in which Firefox itself lets a program on the same machine drive it.

Theory of operation: Firefox listens on loopback and speaks first. A message is its length in
decimal, a colon, and JSON: `[0, id, command, parameters]` asks, `[1, id, error, value]` answers,
one after the other. The commands are those of WebDriver under the names that Firefox gives them. It
is part of every Firefox, so that no driver of a fitting version has to be brought along.

Source: remote/marionette/transport.sys.mjs and driver.sys.mjs of Firefox.
"""

import json
import socket
from typing import Final

ANSWER_SECONDS: Final = 120
"""Longer than any wait that a command itself holds to."""


class MarionetteError(Exception):
    """Firefox refused a command, or is gone."""

    def __init__(self, kind: str, message: str) -> None:
        """Take WebDriver's word for what happened, and Firefox's sentence."""
        super().__init__(f"{kind}: {message}")
        self.kind = kind


class Marionette:
    """One conversation with one Firefox."""

    def __init__(self, port: int) -> None:
        """Connect, and hear what it says first.

        Args:
            port: on loopback, where a Firefox listens.
        """
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=ANSWER_SECONDS)
        self._stream = self._socket.makefile("rb")
        self._last_id = 0
        self._read()

    def ask(self, command: str, **parameters: object) -> object:
        """Send a command and wait for its answer.

        Args:
            command: such as `WebDriver:Navigate`.
            parameters: its parameters, by name.

        Returns:
            What it gave; where that is only a value, the value.

        Raises:
            MarionetteError: Firefox refused it, or is gone.
        """
        self._last_id += 1
        message = json.dumps([0, self._last_id, command, parameters]).encode()
        try:
            self._socket.sendall(b"%d:%b" % (len(message), message))
            answered = self._read()
        except OSError as lost:
            raise MarionetteError("no connection", str(lost)) from None
        assert isinstance(answered, list), answered
        _, _, error, answer = answered
        if error is not None:
            raise MarionetteError(error["error"], error["message"])
        return answer["value"] if isinstance(answer, dict) and set(answer) == {"value"} else answer

    def close(self) -> None:
        """Hang up."""
        self._stream.close()
        self._socket.close()

    def _read(self) -> object:
        digits = b""
        while (byte := self._stream.read(1)) != b":":
            if byte == b"":
                raise MarionetteError("no connection", "it hung up")
            digits += byte
        return json.loads(self._stream.read(int(digits)))
