"""A desk process that pulls once and kills itself, hard, after the n-th time of a named step.

Run as ``python -m tests.faults.desk_pull_victim HOME STEP N``; it exits 0 only when the step never
came so often.
"""

import os
import signal
import sys
from pathlib import Path

from tests.support.desk import reopen_desk


def main(home: str, step: str, times: str) -> int:
    """Pull, and die on the way."""
    left = int(times)

    def fault(name: str) -> None:
        nonlocal left
        left -= name == step
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    room = reopen_desk(Path(home))
    room.pull(fault)
    room.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
