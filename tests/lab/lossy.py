"""L0, L5, L20: a hundred reports over a slow, far, lossy link, by every subject.

The bound that marks are counted in is that of an ideal erasure code: the reports' bytes, over the
rate, over what is not lost, and one way of delay: nothing that sends whole reports can be faster
than that on a link where lost packets take their time (docs/delivery.md says what ours does).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.lab.delivery import Delivery
from tests.lab.link_model import MILLION, Shape
from tests.lab.network import Plan
from tests.lab.scenario import Cell, Mark, Numbers, Outcome, Scenario, middle

RATE_BITS_PER_SECOND: Final = 32_000
DELAY_US: Final = 300_000
QUEUE_BYTES: Final = 30_000
COUNT: Final = 100
SIZES_BYTES: Final = {"": 2048, "1k": 1024}
DEADLINE_SECONDS: Final = 1500.0
PEERS: Final = (
    *("post", "keep-alive-1", "keep-alive-4", "odk"),
    *("tus-1", "tus-4", "tus-1-early", "tus-4-early"),
)
SLOWER_FACTOR: Final = 3.0
MOST_BYTES_PER_BYTE: Final = 1.25
# Measured for 100 x 2 KiB with an ideal code over this link, headers and round trips included.
BOUNDS_SECONDS: Final = {0: 52.7, 5: 55.5, 20: 65.9}


def shape(loss_percent: int) -> Shape:
    """Give one direction of the link."""
    return Shape(
        rate_bits_per_second=RATE_BITS_PER_SECOND,
        delay_us=DELAY_US,
        loss_ppm=loss_percent * MILLION // 100,
        queue_bytes=QUEUE_BYTES,
    )


def bursty_shape() -> Shape:
    """Give one direction of a link that loses a fifth in rows of four, behind its queue."""
    bursts = {"burst_enter_ppm": 62_500, "burst_leave_ppm": 250_000, "loss_takes_airtime": True}
    return shape(loss_percent=0).changed(bursts)


def lossy_scenario(
    name: str,
    *,
    loss_percent: int,
    bound_factor: float,
    variants: tuple[str, ...] = ("",),
    link: Shape | None = None,
) -> Scenario:
    """Make the scenario of one loss.

    Args:
        name: Its name.
        loss_percent: Of packets, in each direction.
        bound_factor: How many times the bound our median may be.
        variants: Report sizes by name.
        link: Another shape than independent loss.
    """

    def run(cell: Cell, folder: Path) -> Numbers:
        one_way = link or shape(loss_percent)
        plan = Plan(up=one_way, down=one_way, seed=cell.seed)
        size_bytes = SIZES_BYTES[cell.variant]
        return Delivery(plan, COUNT, size_bytes, DEADLINE_SECONDS).run(cell, folder)

    def judge(outcomes: Sequence[Outcome]) -> list[Mark]:
        return [
            bound_mark(outcomes, BOUNDS_SECONDS[loss_percent], bound_factor),
            *(slower_mark(outcomes, peer, variant) for variant in variants for peer in SLOWER),
            *([wire_mark(outcomes)] if loss_percent == 0 else []),
        ]

    return Scenario(
        name=name,
        title=f"100 reports, 600 ms, 32 kbit/s, {loss_percent} % of packets lost",
        run=run,
        judge=judge,
        subjects=("tocsin", *PEERS),
        variants=variants,
        limit_seconds=DEADLINE_SECONDS + 400,
        figure="done",
        mark=round(BOUNDS_SECONDS[loss_percent] * bound_factor, 1),
    )


SLOWER: Final = ("odk", "tus-1", "tus-1-early")


def bound_mark(outcomes: Sequence[Outcome], bound_seconds: float, factor: float) -> Mark:
    """Compare our median with the bound."""
    most = bound_seconds * factor
    done = middle(outcomes, "done")
    found = "no run finished" if done is None else f"{done:.1f} s = {done / bound_seconds:.2f} x"
    what = f"100 x 2 KiB within {factor:.2f} x the bound of {bound_seconds} s = {most:.1f} s"
    return Mark(what, found, None if done is None else done <= most)


def wire_mark(outcomes: Sequence[Outcome]) -> Mark:
    """Compare what went over the link, both ways and headers included, with the reports."""
    found = middle(outcomes, "bytes_per_byte")
    what = f"wire bytes per report byte at most {MOST_BYTES_PER_BYTE}"
    if found is None:
        return Mark(what, "not measured", None)
    return Mark(what, f"{found:.3f}", found <= MOST_BYTES_PER_BYTE)


def slower_mark(
    outcomes: Sequence[Outcome], peer: str, variant: str, factor: float = SLOWER_FACTOR
) -> Mark:
    """Compare a peer's median with ours; runs a peer did not finish are left out, in its favour."""
    ours, theirs = (
        middle(outcomes, "done", variant=variant),
        middle(outcomes, "done", peer, variant),
    )
    what = f"at least {factor:g} x faster than {peer}" + (f" ({variant})" if variant else "")
    if ours is None or theirs is None:
        return Mark(what, "not measured", None)
    return Mark(what, f"{theirs / ours:.2f} x", theirs >= factor * ours)
