"""S1: A's name is blocked in TLS with a residual block, B's address is a black hole, C is clean.

A tripwire looks into every TCP payload that leaves the phone for what only plaintext could show.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

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
# Two back-off steps (1 s and 2 s), one race of 4 s for the black hole, and C's cold exchange: five
# round trips of 300 ms and 4 KiB at 128 kbit/s.
MOST_SECONDS: Final = 1.0 + 2.0 + 4.0 + 5 * 0.3 + 0.5
_TRIPWIRE: Final = 0
"""Number of the first rule below."""


def rules(service_words: Sequence[str]) -> tuple[Mapping[str, Any], ...]:
    """Give the censor's rules; the tripwire comes first and strikes at nothing that is sealed."""
    return (
        {"kind": "keyword", "words": [*service_words], "action": "drop", "reassembles": True},
        {"kind": "sni", "names": ["relay1.lab"], "residual_seconds": RESIDUAL_SECONDS},
        {"kind": "address", "addresses": ["{relay2}"], "action": "drop"},
    )


def run(cell: Cell, folder: Path) -> Numbers:
    """Report through the censor."""
    sides = ("relay1", "relay2", "relay3")
    plan = Plan(up=LINK, down=LINK, seed=cell.seed, sides=sides, is_logging=True)
    with World(plan, folder) as world:
        service = start_relays(world, cell.seed)
        desk, phone = LabDesk(world, service), start_phone(world, service)
        texts = texts_of(COUNT, "behind a censor")
        phone.do("write", texts=texts)
        world.network.start()
        world.network.censor(*rules(plain_words(service)))
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
    tried = {"relay1": 0, "relay2": 0, "relay3": 0}
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
        "tries_a": tried["relay1"],
        "tries_b": tried["relay2"],
        "tries_c": tried["relay3"],
        "plaintext_packets": strikes[_TRIPWIRE] if strikes else 0,
        "sni_strikes": strikes[1] if strikes else 0,
        "spoke_elsewhere": sorted(elsewhere),
        "spoke_elsewhere_count": len(elsewhere),
    }


def judge(outcomes: Sequence[Outcome]) -> list[Mark]:
    """Say how soon the first receipt came and that nothing went in the clear."""
    good = [one for one in outcomes if one.is_good]
    first = values(good, "first_receipt")
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
    title="SNI of A reset with residual block, address of B a black hole, C clean",
    run=run,
    judge=judge,
    limit_seconds=600.0,
    columns=("first_receipt", "done", "tries_a", "tries_b", "tries_c", "plaintext_packets"),
)
