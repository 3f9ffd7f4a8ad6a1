"""Requests that are under way, by a number that no two runs over the same lanes share.

Theory of operation: the engine numbers the requests of a run from 1, and lanes tell of requests
by number, perhaps after the run that made them. So a lane's number holds the run's as well. A
request that was stopped is kept until its last word came: what a relay signed counts, late or not.
"""

from typing import Final

from client_sync.sync.asking import Asked

_NUMBERS_A_RUN: Final = 10_000  # over the engine's most requests


class UnderWay:
    """Knows what was asked under each number."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._run = 0
        self._awaited: dict[int, Asked] = {}
        self._stopped: dict[int, Asked] = {}

    def __bool__(self) -> bool:
        """Tell whether an answer is awaited."""
        return bool(self._awaited)

    def begin_run(self) -> None:
        """Number from here on as another run."""
        self._run += 1

    def add(self, request: int, asked: Asked) -> int:
        """Note a request; give its number for lanes."""
        number = self._run * _NUMBERS_A_RUN + request
        self._awaited[number] = asked
        return number

    def stop(self, request: int) -> tuple[int, Asked] | None:
        """Await a request of this run no more; give its number, and what was asked."""
        number = self._run * _NUMBERS_A_RUN + request
        asked = self._awaited.pop(number, None)
        if asked is None:
            return None
        self._stopped[number] = asked
        return number, asked

    def requests(self) -> list[int]:
        """List the engine's numbers of what is awaited."""
        return [number % _NUMBERS_A_RUN for number in self._awaited]

    def is_awaited(self, number: int) -> bool:
        """Tell whether anybody waits for a request."""
        return number in self._awaited

    def asked(self, number: int) -> Asked | None:
        """Tell what was asked, stopped or not."""
        return self._awaited.get(number) or self._stopped.get(number)

    def end(self, number: int) -> Asked | None:
        """Forget a request; tell what was asked if it was awaited."""
        self._stopped.pop(number, None)
        return self._awaited.pop(number, None)

    def request_of(self, number: int) -> int:
        """Give the engine's number; for an earlier run's 0, which it does not know."""
        run, request = divmod(number, _NUMBERS_A_RUN)
        return request if run == self._run else 0
