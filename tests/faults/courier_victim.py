"""A courier relay's run that kills itself, hard, at the n-th time of a named step.

Run as ``python -m tests.faults.courier_victim FOLDER STEP N``; it exits 0 only when the step never
came so often.
"""

import os
import signal
import sys
from pathlib import Path

from tests.support.courier_relay import CourierPair


def main(folder: str, step: str, times: str) -> int:
    """Forward once, and die on the way."""
    left = int(times)

    def fault(name: str) -> None:
        nonlocal left
        left -= name == step
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    pair = CourierPair(Path(folder))
    pair.run(fault)
    pair.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
