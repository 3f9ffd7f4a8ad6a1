"""Peer `odk`: filled forms sent one at a time, in the way of ODK Collect's automatic sending.

Usage: python -m tests.lab.peers.openrosa JOB

Theory of operation: a run goes through everything that is not sent. Before each form there is a
HEAD, which tells a server from a sign-in page and may name another address; only a 204 with a
Location is remembered, for the rest of the run. Each form is one multipart POST, and is sent when
201 or 202 comes back; whatever else happens leaves it for the next run. Runs follow each other
after a pause.
"""

import sys
from email.utils import formatdate
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from tests.lab.peers.forms import OPENROSA_VERSION, multipart, submission_of
from tests.lab.peers.job import Job, Score
from tests.lab.peers.links import Broken, Link

CONNECT_SECONDS: Final = 30.0  # Collect's own three time-outs: 30, 60 and 60 s
ANSWER_SECONDS: Final = 60.0
PAUSE_SECONDS: Final = (
    10.0  # Collect waits 60 s and doubles that; somebody pressing 'send' does not
)
DEVICE: Final = "deviceID=collect%3AaB3dE5fG7hJ9kL1m"
AGENT: Final = "org.odk.collect.android/v2025.2.3 Dalvik/2.1.0 (Linux; U; Android 13; SM-A125F)"
SENT: Final = frozenset({HTTPStatus.CREATED, HTTPStatus.ACCEPTED})


class Collect:
    """Sends the job's forms."""

    def __init__(self, score: Score) -> None:
        """Finalize every form of the job."""
        self._score = score
        self._waiting = list(range(score.job.count))
        self._link = Link(score, connect_seconds=CONNECT_SECONDS, answer_seconds=ANSWER_SECONDS)
        self._target: str | None = None

    def run(self) -> None:
        """Run after run until nothing waits."""
        while self._waiting and not self._score.is_over:
            self._target = None
            self._waiting = [number for number in self._waiting if not self._is_sent(number)]
            if self._waiting:
                self._score.pause(PAUSE_SECONDS)
        self._link.close()

    def _is_sent(self, number: int) -> bool:
        if self._score.is_over:
            return False
        try:
            target = self._target or self._head()
            is_sent = target is not None and self._post(target, number) in SENT
        except Broken:
            is_sent = False
        if is_sent:
            self._score.acknowledge(number)
        else:
            self._score.note(failures=1)
        return is_sent

    def _head(self) -> str | None:
        """Ask where forms go; None when what answers is not a server of forms."""
        asked = f"{self._link.path}?{DEVICE}"
        status, told, _ = self._link.ask("HEAD", asked, None, self._headers())
        if status != HTTPStatus.NO_CONTENT:
            return None
        if "location" not in told:
            return asked
        self._target = f"{urlsplit(told['location']).path}?{DEVICE}"
        return self._target

    def _post(self, target: str, number: int) -> int:
        xml = submission_of(self._score.job, number)
        boundary = self._score.job.report(number)[-16:].hex()
        headers = {
            **self._headers(),
            "Content-Type": f"multipart/form-data; boundary={boundary}",
        }
        status, _, _ = self._link.ask("POST", target, multipart(xml, boundary), headers)
        return status

    def _headers(self) -> dict[str, str]:
        return {
            "X-OpenRosa-Version": OPENROSA_VERSION,
            "Date": formatdate(usegmt=True),
            "User-Agent": AGENT,
        }


def main(job_path: str) -> int:
    """Do the job and tell."""
    score = Score(Job.read(job_path))
    Collect(score).run()
    score.tell()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
