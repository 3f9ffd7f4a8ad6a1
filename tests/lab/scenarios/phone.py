"""PHONE: the phone app in a real Chromium, behind the worst of the links.

| variant | what happens |
|---|---|
| load | first visit over 32 kbit/s, 600 ms, 20 % loss, until it opens, seals and queues offline |
| load-bbr | the same, from a server whose system sends by BBR instead of Cubic |
| return | a report is sealed without a network; it comes back with 32 kbit/s, 600 ms |
| return-20 | the same with 20 % loss |
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from tests.lab.app_site import AppSite
from tests.lab.browser_phone import BrowserPhone
from tests.lab.certificates import Certificate
from tests.lab.children import run as run_program
from tests.lab.clock import now_seconds, wait_seconds
from tests.lab.emulator import DEVICE
from tests.lab.link_model import Shape
from tests.lab.namespaces import DEFAULT_CONGESTION
from tests.lab.network import Plan
from tests.lab.scenario import Cell, Mark, Numbers, Outcome, Scenario, middle
from tests.lab.tocsin_subject import TocsinService, start_relays
from tests.lab.world import World

LOAD_MARK_SECONDS: Final = 60
RETURN_MARK_SECONDS: Final = 5
THIN: Final = Shape(rate_bits_per_second=32_000, delay_us=300_000)
LOSSY: Final = replace(THIN, loss_ppm=200_000)
SHAPES: Final = {"load": LOSSY, "load-bbr": LOSSY, "return": THIN, "return-20": LOSSY}
BBR: Final = "bbr"
QUICK: Final = {"rate_bits_per_second": 10_000_000, "delay_us": 5_000, "loss_ppm": 0}
TEXT: Final = "Two trucks came at dawn and took the young men of the street."
GONE_SECONDS: Final = 30.0
_DEADLINE_SECONDS: Final = 120.0
_LOOK_SECONDS: Final = 0.02


def run(cell: Cell, folder: Path) -> Numbers:
    """Run one variant."""
    shape = SHAPES[cell.variant]
    congestion = BBR if cell.variant.endswith(BBR) else DEFAULT_CONGESTION
    plan = Plan(
        up=shape,
        down=shape,
        seed=cell.seed,
        sides=("relay1", "app1"),
        side_congestion=congestion,
    )
    with World(plan, folder) as world:
        service = start_relays(world, cell.seed)
        site = AppSite(world, "app1")
        relay = Certificate(folder / "relay1.lab.pem", folder / "relay1.lab.key")
        phone = BrowserPhone(world, site.url, (site.certificate, relay))
        if cell.variant.startswith("load"):
            return _load(world, site, phone)
        return _return(world, service, phone, shape)


def _load(world: World, site: AppSite, phone: BrowserPhone) -> Numbers:
    world.network.start()
    told = phone.do("load")
    sent = site.sent()
    _switch(world, "down")
    opened = phone.do("open_again")
    numbers = {
        **told,
        **opened,
        **sent,
        "has_brotli": site.has_brotli,
        "done": told["installed"],
    }
    return numbers if told["is_stored"] else {**numbers, "failed": "not everything is stored"}


def _return(world: World, service: TocsinService, phone: BrowserPhone, shape: Shape) -> Numbers:
    """Join on a quick link, lose it, seal a report, and find it again."""
    world.network.start()
    world.network.shape(**QUICK)
    phone.do("load")
    phone.do("join", file=str(service.invite_file))
    world.network.shape(
        rate_bits_per_second=shape.rate_bits_per_second,
        delay_us=shape.delay_us,
        loss_ppm=shape.loss_ppm,
    )
    _switch(world, "down")
    phone.do("write", text=TEXT)
    wait_seconds(GONE_SECONDS)
    before = phone.do("state")
    _switch(world, "up")
    held = _held_after(service, now_seconds())
    numbers = {"before": before, "done": held, "held_after": held}
    return numbers if held is not None else {**numbers, "failed": "the report did not arrive"}


def _held_after(service: TocsinService, began: float) -> float | None:
    """Wait until the relay holds a report; the seconds it took."""
    while now_seconds() - began < _DEADLINE_SECONDS:
        if service.relays[0].blobs():
            return round(now_seconds() - began, 2)
        wait_seconds(_LOOK_SECONDS)
    return None


def _switch(world: World, way: str) -> None:
    """Take the phone's network away as a mast does, or bring it back; its system notices."""
    phone = world.network.phone
    run_program("ip", "-n", phone.name, "link", "set", DEVICE, way)
    if way == "up":
        route = ("route", "replace", "default", "dev", DEVICE, "src", phone.address)
        run_program("ip", "-n", phone.name, *route)


def judge(outcomes: Sequence[Outcome]) -> list[Mark]:
    """Compare the medians with what was promised."""
    return [
        _mark(outcomes, "load", "first load and install", "installed", LOAD_MARK_SECONDS),
        _mark(outcomes, "load-bbr", "the same by BBR", "installed", LOAD_MARK_SECONDS),
        _mark(outcomes, "return", "after the link's return", "held_after", RETURN_MARK_SECONDS),
        _mark(outcomes, "return-20", "the same, 20 % loss", "held_after", RETURN_MARK_SECONDS),
    ]


def _mark(outcomes: Sequence[Outcome], variant: str, what: str, name: str, most: int) -> Mark:
    found = middle(outcomes, name, "tocsin", variant)
    told = "not measured" if found is None else f"{found:.1f} s"
    return Mark(f"{what}: {most} s", told, None if found is None else found <= most)


SCENARIO = Scenario(
    name="PHONE",
    title="the phone app in a browser: first load and install; a report after the link's return",
    run=run,
    judge=judge,
    variants=tuple(SHAPES),
    limit_seconds=500,
    memory_mib=900,
    columns=("first_page", "installed", "all_there", "site_bytes", "site_requests", "held_after"),
)
