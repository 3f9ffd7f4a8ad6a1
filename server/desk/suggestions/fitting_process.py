"""The process that learns: texts come by one pipe, a model goes by another, nothing else remains.

It is polite, so that the console comes first on a small computer; it leaves no memory behind in a
file when it breaks; and it says how it ended in one word, never in a sentence that could quote.
"""

import os
import resource
import sys

from server.desk.suggestions import exchange_with_fitting as exchange
from server.desk.suggestions.fitting import TooFewCodingsError, train
from server.desk.suggestions.learned_model import encode

NICENESS = 15
"""Of 19: whoever waits for a page goes first, yet learning gets on beside other chores."""


def main() -> None:
    """Learn once."""
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    up = sys.stdout.buffer

    def tell(done: int, of: int) -> None:
        up.write(f"{exchange.STEP} {done} {of}\n".encode())
        up.flush()

    try:
        guide, reports = exchange.read_request(sys.stdin.buffer)
        trained = train(reports, guide, tell)
        up.write(exchange.answer(exchange.Learned(encode(trained.model()), trained.accuracy)))
    except TooFewCodingsError:
        up.write(f"{exchange.TOO_FEW}\n".encode())
    except BrokenPipeError:
        # The desk has gone or does not want it any more.
        os._exit(0)
    except Exception:  # noqa: BLE001 - its text may quote a report
        up.write(f"{exchange.FAILED}\n".encode())
    up.flush()


if __name__ == "__main__":
    main()
