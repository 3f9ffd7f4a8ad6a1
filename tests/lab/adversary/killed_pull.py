"""A desk that pulls once over the real link and kills itself, hard, at a named step.

Usage: python -m tests.lab.adversary.killed_pull STEP      (TOCSIN_HOME names the desk)

It exits 0 only when the step never came. `tests/faults/test_desk_killed.py` lists the steps.
"""

import os
import signal
import sys

from server.cli.desk_session import ACTOR, open_desk
from server.desk.intake.pull import pull_once


def main(step: str) -> int:
    """Pull, and die on the way."""

    def fault(name: str) -> None:
        if name == step:
            os.kill(os.getpid(), signal.SIGKILL)

    with open_desk(unlocked=False) as desk:
        pull_once(desk.session, desk.ring, actor=ACTOR, fault=fault)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
