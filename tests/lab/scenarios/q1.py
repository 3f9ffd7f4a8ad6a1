"""Q1: twenty reports go from a phone's screen to a camera that misses three codes in ten.

The pictures are drawn by the phone's own code. A camera then sees them slanted, unevenly lit, at a
size that fits no pixel, with grain; a decoder that is not ours (zxing-cpp) reads them; what it
reads is collected until the bundle is whole. No link is emulated: there is none.
"""

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Final

from schemas.bundle.symbols import SymbolTable, finished_bundle, read_code
from schemas.bundle.writer import write_bundle
from schemas.constants import QR_SYMBOL_BYTES
from tests.lab.scenario import Cell, Mark, Numbers, Outcome, Scenario
from tests.support.camera import camera_view
from tests.support.code_reader import read_codes
from tests.support.dice import Dice
from tests.support.sources import ROOT

REPORTS: Final = 20
REPORT_BYTES: Final = 1024
LOSS_PERCENT: Final = 30
MOST_FACTOR: Final = 1.1
FINENESS: Final = dict(zip(("fine", "middle", "coarse"), QR_SYMBOL_BYTES, strict=True))
_SHOWN: Final = 4  # times K: enough for any seed
_SOURCE: Final = "client_sync/phone/test/support/show_codes.ts"


def pictures(bundle: bytes, symbol_bytes: int, count: int, folder: Path) -> Iterator[bytes]:
    """Let the phone's code draw: square pictures, one byte a module."""
    script = folder / "show_codes.mjs"
    build = ("--bundle", "--platform=node", "--format=esm", "--log-level=warning")
    esbuild = ROOT / "node_modules" / ".bin" / "esbuild"
    subprocess.run([esbuild, _SOURCE, *build, f"--outfile={script}"], cwd=ROOT, check=True)
    shown = subprocess.run(
        [str(shutil.which("node")), script, str(symbol_bytes), str(count)],
        input=bundle,
        capture_output=True,
        check=True,
    ).stdout
    while shown:
        side = int.from_bytes(shown[:2], "big")
        yield shown[2 : 2 + side * side]
        shown = shown[2 + side * side :]


def run(cell: Cell, folder: Path) -> Numbers:
    """Show one bundle to one camera."""
    dice = Dice(cell.seed)
    bundle = write_bundle(dice.bytes(REPORT_BYTES) for _ in range(REPORTS))
    symbol_bytes = FINENESS[cell.variant]
    pieces = -(-len(bundle) // (symbol_bytes - 7))
    table, unread, frames = SymbolTable(), 0, 0
    for modules in pictures(bundle, symbol_bytes, _SHOWN * pieces, folder):
        frames += 1
        if dice.number(100) < LOSS_PERCENT:
            continue
        texts = read_codes(*camera_view(modules, dice))
        unread += not texts
        for text in texts:
            symbol = read_code(text)
            reader = table.take(symbol)
            if reader.is_complete:
                is_same = finished_bundle(reader) == bundle
                return {
                    "pieces": pieces,
                    "frames": frames,
                    "unread": unread,
                    "factor": frames / (pieces / (1 - LOSS_PERCENT / 100)),
                    "lost": 0 if is_same else REPORTS,
                    "stored_twice": 0,
                }
    return {"failed": "the codes shown were not enough", "unread": unread}


def judge(outcomes: Sequence[Outcome]) -> list[Mark]:
    """Hold the median of each fineness against 1.1 K / (1 - loss)."""
    marks = []
    for variant in FINENESS:
        found = [
            float(one.numbers["factor"])
            for one in outcomes
            if one.is_good and one.cell.variant == variant
        ]
        what = f"{variant}: frames at most {MOST_FACTOR} K / (1 - loss)"
        if found:
            worst = f"median {median(found):.2f}, worst {max(found):.2f}"
            marks.append(Mark(what, worst, median(found) <= MOST_FACTOR))
        else:
            marks.append(Mark(what, "not measured", None))
    return marks


SCENARIO = Scenario(
    name="Q1",
    title=f"{REPORTS} reports by codes on a screen, {LOSS_PERCENT} % of them missed",
    run=run,
    judge=judge,
    variants=tuple(FINENESS),
    seeds=7,
    limit_seconds=600.0,
    memory_mib=150,
    figure="factor",
    unit="frames shown, in units of K / (1 - loss)",
    mark=MOST_FACTOR,
    columns=("pieces", "frames", "unread", "factor"),
)
