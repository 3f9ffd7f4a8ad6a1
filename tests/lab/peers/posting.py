"""Peers `post`, `keep-alive-1` and `keep-alive-4`: each report is the body of one POST.

Usage: python -m tests.lab.peers.posting [--new-connection] JOB

Theory of operation: a report goes out, and counts when a 201 comes back. What got no answer is in
doubt, and goes to the end of the line to be sent again: a server of this kind cannot be asked. Each
lane waits longer after each failure in a row, from 1 s, doubled, up to 30 s.
"""

import sys
import threading
from collections import deque
from http import HTTPStatus
from typing import Final

from tests.lab.peers.job import Job, Score
from tests.lab.peers.links import Broken, Link

CONNECT_SECONDS: Final = 30.0  # SYN at 0, 1, 3, 7, 15 s: five chances at 20 % loss
ANSWER_SECONDS: Final = 30.0  # fifty round trips of 600 ms: nothing more comes after that
FIRST_WAIT_SECONDS: Final = 1.0
LONGEST_WAIT_SECONDS: Final = 30.0
HEADERS: Final = {"Content-Type": "application/octet-stream"}


class Poster:
    """Lanes that share one line of reports."""

    def __init__(self, score: Score, *, is_kept: bool) -> None:
        """Queue every report of the job."""
        self._score = score
        self._is_kept = is_kept
        self._line = deque(range(score.job.count))
        self._left = score.job.count
        self._changed = threading.Condition()

    def run(self) -> None:
        """Send everything, or stop at the deadline."""
        lanes = [threading.Thread(target=self._lane) for _ in range(self._score.job.lanes)]
        for lane in lanes:
            lane.start()
        for lane in lanes:
            lane.join()

    def _lane(self) -> None:
        link = Link(self._score, connect_seconds=CONNECT_SECONDS, answer_seconds=ANSWER_SECONDS)
        wait_seconds = FIRST_WAIT_SECONDS
        while (number := self._next()) is not None:
            if self._is_taken(link, number):
                self._settle()
                wait_seconds = FIRST_WAIT_SECONDS
                continue
            self._score.note(failures=1)
            self._again(number)
            self._score.pause(wait_seconds)
            wait_seconds = min(wait_seconds * 2, LONGEST_WAIT_SECONDS)
        link.close()

    def _is_taken(self, link: Link, number: int) -> bool:
        try:
            status, _, _ = link.ask("POST", link.path, self._score.job.report(number), HEADERS)
        except Broken:
            return False
        if not self._is_kept:
            link.close()
        if status == HTTPStatus.CREATED:
            self._score.acknowledge(number)
        return status == HTTPStatus.CREATED

    def _next(self) -> int | None:
        """Take a report, wait for one that may come back, or see that it is over."""
        with self._changed:
            while not self._line and self._left and not self._score.is_over:
                self._changed.wait(1.0)
            if self._score.is_over or not self._line:
                return None
            return self._line.popleft()

    def _again(self, number: int) -> None:
        with self._changed:
            self._line.append(number)
            self._changed.notify()

    def _settle(self) -> None:
        with self._changed:
            self._left -= 1
            self._changed.notify_all()


def main(*arguments: str) -> int:
    """Do the job and tell."""
    score = Score(Job.read(arguments[-1]))
    Poster(score, is_kept="--new-connection" not in arguments).run()
    score.tell()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
