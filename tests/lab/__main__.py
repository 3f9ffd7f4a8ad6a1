"""Run scenarios: `python -m tests.lab [NAME ...]`; `--help` and README.md say how."""

import argparse
import json
import signal
import sys
from collections.abc import Sequence
from datetime import UTC
from pathlib import Path
from typing import Any, Final

from client_sync.clock import SystemClock
from tests.lab import host, plots, telling
from tests.lab.clock import now_seconds
from tests.lab.namespaces import sweep
from tests.lab.results import DEFAULT_FILE, Results, summary
from tests.lab.running import Runner, jobs_that_fit
from tests.lab.scenario import Cell, Outcome, Scenario, find_scenarios

NOTHING_RAN: Final = 5
"""pytest's own exit code for a run without a test: nothing measured is not a pass."""
MISSED: Final = 1
UNKNOWN: Final = 2
FIGURES: Final = Path(__file__).resolve().parents[2] / "docs" / "figures"


def options_of(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.lab", description=__doc__)
    parser.add_argument("names", nargs="*", help="scenarios; all unless given")
    parser.add_argument("--seeds", type=int, help="how many seeds a cell; each scenario's own")
    parser.add_argument("--jobs", type=int, help="cells at once; what memory and cores allow")
    parser.add_argument("--subjects", help="only these, with commas")
    parser.add_argument("--variants", help="only these, with commas; - is the nameless one")
    parser.add_argument("--quick", action="store_true", help="one seed; no figures are written")
    parser.add_argument("--fresh", action="store_true", help="run cells that are finished again")
    parser.add_argument("--json", action="store_true", help="print the summaries as JSON")
    parser.add_argument("--list", action="store_true", help="list scenarios and end")
    parser.add_argument("--dry-run", action="store_true", help="list cells and end")
    parser.add_argument("--report", action="store_true", help="run nothing, tell what is kept")
    parser.add_argument("--no-figures", action="store_true", help="leave docs/figures alone")
    parser.add_argument("--results", type=Path, default=DEFAULT_FILE, help="where cells are kept")
    return parser.parse_args(arguments)


def cells_of(options: argparse.Namespace, scenarios: Sequence[Scenario]) -> list[Cell]:
    """List the cells asked for, first seeds first."""
    most = 1 if options.quick else options.seeds
    subjects = set(options.subjects.split(",")) if options.subjects else None
    named = options.variants.split(",") if options.variants else ()
    variants = {"" if name == "-" else name for name in named} or None
    cells = [
        cell
        for scenario in scenarios
        for cell in scenario.cells(most)
        if (subjects is None or cell.subject in subjects)
        and (variants is None or cell.variant in variants)
    ]
    return sorted(cells, key=lambda cell: cell.seed)


def run_cells(options: argparse.Namespace, chosen: dict[str, Scenario], results: Results) -> None:
    """Run what is not finished yet, telling as it goes."""
    cells = cells_of(options, list(chosen.values()))
    waiting = [cell for cell in cells if not results.done(cell)]
    jobs = options.jobs or jobs_that_fit(max(one.memory_mib for one in chosen.values()))
    kept = len(cells) - len(waiting)
    note(f"lab: {len(waiting)} cells, {jobs} at once; {kept} kept from before (--fresh runs all)")
    took: list[float] = []
    began = now_seconds()

    def tell(outcome: Outcome, took_seconds: float) -> None:
        results.add(outcome)
        took.append(took_seconds)
        pace = (now_seconds() - began) / len(took)
        left = pace * (len(waiting) - len(took))
        note(telling.progress(len(took), len(waiting), outcome, took_seconds, left))

    Runner(chosen, jobs, tell).run(waiting)


def note(line: str) -> None:
    """Say something that is no result."""
    print(line, file=sys.stderr, flush=True)


def report(options: argparse.Namespace, chosen: dict[str, Scenario], results: Results) -> int:
    """Print tables and marks, write figures; 1 when a mark was missed."""
    summaries = {name: summary(one, results.of(name)) for name, one in chosen.items()}
    if options.json:
        print(json.dumps(summaries, indent=1))
    else:
        for name, found in summaries.items():
            print(f"\n{name}: {found['title']}\n")
            print(telling.table(found, chosen[name].columns))
            print(telling.marks(found))
    if not options.quick and not options.no_figures:
        write_figures(FIGURES, summaries, chosen, results)
    missed = any(m["is_reached"] is False for one in summaries.values() for m in one["marks"])
    return MISSED if missed else 0


def write_figures(
    folder: Path,
    summaries: dict[str, dict[str, Any]],
    chosen: dict[str, Scenario],
    results: Results,
) -> None:
    """Write lab.json and a plot per scenario; what was not run this time stays as it was."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "lab.json"
    before = json.loads(path.read_text())["scenarios"] if path.exists() else {}
    day = SystemClock().now().astimezone(UTC).date().isoformat()
    stamp = {"measured_on": day, "commit": host.checkout()}
    fresh = {name: {**stamp, **found} for name, found in summaries.items() if found["rows"]}
    whole = {"host": host.facts(), "scenarios": dict(sorted({**before, **fresh}.items()))}
    path.write_text(json.dumps(whole, indent=1) + "\n")
    for name in fresh:
        plots.draw(chosen[name], results.of(name), folder)


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; give the exit code."""
    options = options_of(arguments)
    known = find_scenarios()
    wanted = {name.upper(): name for name in known}
    unknown = [name for name in options.names if name.upper() not in wanted]
    if unknown:
        note(f"lab: no scenario is called {', '.join(unknown)}; there are {', '.join(known)}")
        return UNKNOWN
    names = [wanted[name.upper()] for name in options.names] or list(known)
    chosen = {name: known[name] for name in names}
    if options.list:
        print("\n".join(f"{name:6} {one.title}" for name, one in chosen.items()))
        return 0
    if options.dry_run:
        print("\n".join(cell.key for cell in cells_of(options, list(chosen.values()))))
        return 0
    if options.report:
        return report(options, chosen, Results(options.results))
    return _run(options, chosen)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _run(options: argparse.Namespace, chosen: dict[str, Scenario]) -> int:
    reason = host.why_not()
    if reason is not None:
        note(f"*** lab: SKIPPED, NOTHING WAS MEASURED: {reason} ***")
        return NOTHING_RAN
    for name in sweep():
        note(f"lab: removed {name}, left by a run that was killed")
    results = Results(options.results, is_fresh=options.fresh)
    for number in (signal.SIGINT, signal.SIGTERM):  # also where a shell had SIGINT ignored
        signal.signal(number, _interrupt)
    try:
        run_cells(options, chosen, results)
    except KeyboardInterrupt:
        note("lab: stopped; finished cells are kept, the same command goes on")
        return 130
    return report(options, chosen, results)


if __name__ == "__main__":
    sys.exit(main())
