"""`relay probe-check`: ask a relay's web server what a prober would ask, and compare."""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from urllib.parse import urlsplit

from server.relay.probing import Comparison, Timing, Verdict
from server.relay.probing_requests import PROBES
from server.relay.probing_wire import Patience, ProbingError, Target

EXAMPLE = "example: python -m server relay probe-check https://www.example.org/SECRET --json"

FIRST_SECONDS = 5.0
QUIET_SECONDS = 0.6
SAMPLES = 25


def configure(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("url", metavar="URL", help="the relay's address, with or without its path")
    parser.add_argument("--path", metavar="SECRET", help="the secret path, if URL has none")
    parser.add_argument("--ca", type=Path, metavar="FILE", help="believe these certificates only")
    parser.add_argument(
        "--first",
        type=float,
        default=FIRST_SECONDS,
        metavar="SECONDS",
        help=f"wait so long for an answer's first byte ({FIRST_SECONDS:g})",
    )
    parser.add_argument(
        "--quiet",
        type=float,
        default=QUIET_SECONDS,
        metavar="SECONDS",
        help=f"an answer has ended after so long a silence ({QUIET_SECONDS:g})",
    )
    parser.add_argument(
        "--samples",
        type=int,
        default=SAMPLES,
        metavar="N",
        help=f"times measured for each path ({SAMPLES}); 0 measures none",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.epilog = EXAMPLE
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Compare; 1 if any byte tells the secret path apart."""
    split = urlsplit(arguments.url)
    path = "/" + (arguments.path or split.path).strip("/")
    if len(path) < 2 or not path.isascii():  # noqa: PLR2004 - a slash and a name
        raise ProbingError("give the secret path, in the address or with --path")
    patience = Patience(arguments.first, arguments.quiet)
    target = Target(f"{split.scheme}://{split.netloc}", patience, arguments.ca)
    comparison = Comparison(target, path)
    verdicts = comparison.run(PROBES)
    timings = comparison.time(arguments.samples) if arguments.samples else []
    if arguments.json:
        print(json.dumps(_as_json(verdicts, timings, comparison.varying)))
    else:
        _show(verdicts, timings, comparison.varying)
    return 0 if all(verdict.is_same for verdict in verdicts) else 1


def _as_json(
    verdicts: Sequence[Verdict], timings: Sequence[Timing], varying: Sequence[str]
) -> dict[str, object]:
    return {
        "probes": len(verdicts),
        "different": [asdict(verdict) for verdict in verdicts if not verdict.is_same],
        "not_compared": ["the path itself", *(f"value of {name}" for name in varying)],
        "timings": [asdict(timing) for timing in timings],
    }


def _show(verdicts: Sequence[Verdict], timings: Sequence[Timing], varying: Sequence[str]) -> None:
    for verdict in verdicts:
        if not verdict.is_same:
            print(f"DIFFERENT  {verdict.probe}")
            print(f"  secret path:  {verdict.secret}")
            print(f"  unknown path: {verdict.unknown}")
    same = sum(verdict.is_same for verdict in verdicts)
    print(f"{same} of {len(verdicts)} probes are answered as for a path that does not exist")
    print(f"not compared: the path itself, values of {', '.join(varying)}")
    for timing in timings:
        print(
            f"time, {timing.probe}: {timing.secret_ms:.1f} ms, unknown {timing.unknown_ms:.1f} ms;"
            f" told apart {timing.told_apart:.2f} +- {timing.margin:.2f} (0.5 is no help)"
        )
