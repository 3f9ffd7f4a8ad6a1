"""C1: a photograph of 5 MB, its connections cut at bytes the seed chooses: 200 times, or once.

What was sent again is what went up as HTTP (counted by nginx, half requests included) beyond what
went up for the same photograph without a cut: headers and padding of both are in it alike, those of
the further requests count as sent again.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.lab.children import ChildError
from tests.lab.delivery import measure, run_client, seen
from tests.lab.link_model import Shape
from tests.lab.network import Plan
from tests.lab.scenario import Cell, Mark, Numbers, Outcome, Scenario, middle
from tests.lab.subject import Work, find_subjects
from tests.lab.tocsin_subject import TocsinService
from tests.lab.world import World
from tests.support.dice import Dice

PHOTO_BYTES: Final = 5_000_000
CUTS: Final = 200
MOST_RESENT_PERCENT: Final = 3.0
LINK: Final = Shape(rate_bits_per_second=4_000_000, delay_us=25_000, queue_bytes=100_000)
_DEADLINE_SECONDS: Final = 1500.0
_HELLO_BYTES: Final = 2000  # the first cut is behind the first greeting, or nothing would be cut
_CUTS_OF: Final = {"": CUTS, "one": 1, "whole": 0}
"""Cuts by variant: all in one photograph, one in it, none."""


def cuts_of(seed: int, count: int) -> list[int]:
    """Draw where connections are cut, in bytes of all that goes up."""
    dice = Dice(seed)
    return sorted(_HELLO_BYTES + dice.number(PHOTO_BYTES) for _ in range(count))


def run(cell: Cell, folder: Path) -> Numbers:
    """Hand over one report with the photograph."""
    cuts = _CUTS_OF[cell.variant]
    rules = ({"kind": "cut", "at_bytes": cuts_of(cell.seed, cuts)},) if cuts else ()
    plan = Plan(up=LINK, down=LINK, seed=cell.seed, rules=rules)
    subject = find_subjects()[cell.subject]
    work = Work(0, 1024, cell.seed, _DEADLINE_SECONDS, {"media_bytes": [PHOTO_BYTES]})
    with World(plan, folder) as world:
        service = subject.serve(world, work)
        if not isinstance(service, TocsinService):
            raise ChildError("only our subject carries photographs here")
        told, took_seconds = run_client(world, subject, service, work)
        counters = world.network.counters()
        service.kept()
        numbers = measure(work, told, service.kept(), counters)
        up_bytes = seen(world.requests())["request_bytes"]
        numbers |= photo_numbers(service)
        numbers |= {
            "http_up_bytes": up_bytes,
            "cuts": cuts if sum(counters["strikes"]) else 0,
            "seconds": round(took_seconds, 1),
            "requests_seen": seen(world.requests()),
        }
    numbers["failed"] = "" if numbers["is_photo_whole"] else "the photograph is not whole"
    return numbers


def photo_numbers(service: TocsinService) -> dict[str, int | bool]:
    """Look at what the desk can make of what the relay holds."""
    blobs = service.relays[0].blobs()
    manifests = [item for one in service.desk.reports.values() for item in one.attachments]
    return {
        "is_photo_whole": bool(manifests)
        and all(service.desk.file(item) is not None for item in manifests),
        "blobs": len(blobs),
        "blob_bytes": sum(map(len, blobs)),
        "stored_twice": len(blobs) - len(set(blobs)),
    }


def judge(outcomes: Sequence[Outcome]) -> list[Mark]:
    """Compare what went up with and without cuts."""
    return [
        _resent_mark(outcomes, f"{CUTS} cuts in one photograph", ""),
        _resent_mark(outcomes, "one cut in a photograph", "one"),
    ]


def _resent_mark(outcomes: Sequence[Outcome], what: str, variant: str) -> Mark:
    promise = f"{what}: resent bytes under {MOST_RESENT_PERCENT:g} %"
    cut = middle(outcomes, "http_up_bytes", variant=variant)
    whole = middle(outcomes, "http_up_bytes", variant="whole")
    if cut is None or whole is None:
        return Mark(promise, "not measured", None)
    share = 100.0 * (cut - whole) / PHOTO_BYTES
    return Mark(promise, f"{share:.2f} %", share < MOST_RESENT_PERCENT)


SCENARIO = Scenario(
    name="C1",
    title="a photograph of 5 MB, cut 200 times at random bytes",
    run=run,
    judge=judge,
    variants=tuple(_CUTS_OF),
    limit_seconds=_DEADLINE_SECONDS + 300,
    columns=(
        "seconds",
        "cuts",
        "http_up_bytes",
        "bytes_up",
        "blob_bytes",
        "blobs",
        "requests",
        "connections",
    ),
)
