"""S1: a censor that blocks names and addresses.

| variant | what is blocked | what is left |
|---|---|---|
| (none) | A's name in TLS, with a residual block; B's address is a black hole | C |
| segments | the names of A and B, each packet read alone | B, whose line says `split=segments` |

A tripwire looks into every TCP payload that leaves the phone for what only plaintext could show.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from schemas.bundle.writer import write_bundle
from tests.lab.adversary.desk import LabDesk
from tests.lab.adversary.orders import outcome_of, start_phone, texts_of, total, true_marks
from tests.lab.link_model import UP, Shape
from tests.lab.network import Plan
from tests.lab.scenario import Cell, Mark, Numbers, Outcome, Scenario, values
from tests.lab.tocsin_subject import TocsinService, start_relays
from tests.lab.world import World

LINK: Final = Shape(rate_bits_per_second=128_000, delay_us=150_000, queue_bytes=40_000)
COUNT: Final = 5
RESIDUAL_SECONDS: Final = 90
HTTPS_PORT: Final = 443
SYN: Final = 0x02
STEPS: Final = 2
SEGMENTS: Final = "segments"
# Two back-off steps (1 s and 2 s), one race of 4 s for the black hole, and C's cold exchange: five
# round trips of 300 ms and 4 KiB at 128 kbit/s.
MOST_SECONDS: Final = 1.0 + 2.0 + 4.0 + 5 * 0.3 + 0.5
_TRIPWIRE: Final = 0
"""Number of the first rule below."""


def rules(variant: str, plain: Sequence[str]) -> tuple[Mapping[str, Any], ...]:
    """Give the censor's rules; the tripwire comes first and strikes at nothing that is sealed."""
    tripwire = {"kind": "keyword", "words": [*plain], "action": "drop"}
    names = {"kind": "sni", "names": ["relay1.lab"], "residual_seconds": RESIDUAL_SECONDS}
    if variant == SEGMENTS:
        both = {"names": ["relay1.lab", "relay2.lab"], "reassembles": False}
        return tripwire, names | both
    return tripwire, names, {"kind": "address", "addresses": ["{relay2}"], "action": "drop"}


def split_second(service: TocsinService) -> None:
    """Let the directory say that B is greeted in two segments."""
    first, second = (relay.bridge for relay in service.desk.relays)
    relays = (first, replace(second, extra=(("split", SEGMENTS),)))
    directory = service.desk.signed_directory(relays=relays)
    bundle = write_bundle(invite=service.desk.invite, directory=directory)
    service.invite_file.write_bytes(bundle)


def run(cell: Cell, folder: Path) -> Numbers:
    """Report through the censor."""
    sides = ("relay1", "relay2", "relay3")[: 2 if cell.variant == SEGMENTS else 3]
    plan = Plan(up=LINK, down=LINK, seed=cell.seed, sides=sides, is_logging=True)
    with World(plan, folder) as world:
        service = start_relays(world, cell.seed)
        if cell.variant == SEGMENTS:
            split_second(service)
        desk, phone = LabDesk(world, service), start_phone(world, service)
        texts = texts_of(COUNT, "behind a censor")
        phone.do("write", texts=texts)
        world.network.start()
        world.network.censor(*rules(cell.variant, plain_words(service)))
        gave = phone.do("sync")
        seen = look(world)
        desk.pull()
        phone.do("sync")
        return (
            outcome_of(desk, phone, texts, 0)
            | seen
            | {
                "first_receipt": gave["first_receipt"],
                "done": gave["took"] if gave["receipts"] == COUNT else None,
                "counters": world.network.counters(),
            }
        )


def plain_words(service: TocsinService) -> list[str]:
    """List what a plaintext request would show: its line, its version, the relays' secret paths."""
    return ["POST /", "HTTP/1.", *(relay.home.paths[0] for relay in service.relays)]


def look(world: World) -> dict[str, Any]:
    """Read the packet log: where the phone spoke to, and how often it tried."""
    tried = dict.fromkeys(world.sides, 0)
    sides = {world.network.plan.address(side): side for side in tried}
    elsewhere = set()
    flows = set()
    for _, way, _, flags, port, address, target_port in world.network.entries():
        if address not in sides or target_port != HTTPS_PORT:
            elsewhere.add(f"{address}:{target_port}")
        is_opening = way == UP and flags >= 0 and flags & 0x12 == SYN
        if is_opening and (port, address) not in flows and address in sides:
            flows.add((port, address))
            tried[sides[address]] += 1
    strikes = world.network.counters()["strikes"]
    return {
        **{f"tries_{letter}": count for letter, count in zip("abc", tried.values(), strict=False)},
        "plaintext_packets": strikes[_TRIPWIRE] if strikes else 0,
        "sni_strikes": strikes[1] if strikes else 0,
        "spoke_elsewhere": sorted(elsewhere),
        "spoke_elsewhere_count": len(elsewhere),
    }


def judge(outcomes: Sequence[Outcome]) -> list[Mark]:
    """Say how soon the first receipt came and that nothing went in the clear."""
    good = [one for one in outcomes if one.is_good]
    first = [
        each for way in ("", SEGMENTS) for each in values(good, "first_receipt", "tocsin", way)
    ]
    plain = total(good, "plaintext_packets") + total(good, "spoke_elsewhere_count")
    slowest = f"slowest {max(first):.1f} s" if first else "no receipt"
    return [
        *true_marks(good),
        Mark(
            f"first receipt within {STEPS} back-off steps ({MOST_SECONDS:.1f} s)",
            slowest,
            len(first) == len(good) and max(first) <= MOST_SECONDS if good else None,
        ),
        Mark("never a plaintext retry", f"{plain} packets", plain == 0 if good else None),
        Mark(
            "the censor did strike",
            f"{total(good, 'sni_strikes')} times",
            total(good, "sni_strikes") > 0 if good else None,
        ),
    ]


SCENARIO = Scenario(
    name="S1",
    title="names reset with residual block, an address a black hole, one way left",
    run=run,
    judge=judge,
    variants=("", SEGMENTS),
    limit_seconds=600.0,
    columns=("first_receipt", "done", "tries_a", "tries_b", "tries_c", "plaintext_packets"),
)
