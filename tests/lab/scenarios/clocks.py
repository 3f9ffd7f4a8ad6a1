"""CLOCKS: the phone's clock is wrong by eight weeks or a year, before or after.

It is the client's clock that is wrong, for sealing, waiting and what is overdue. The clock that TLS
judges certificates by is the machine's and stays right: a machine whose own clock is a year off
believes no certificate at all, and reaches a relay only by a bridge line with a pin.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.lab.adversary.desk import LabDesk
from tests.lab.adversary.orders import (
    BETTER_LINK,
    outcome_of,
    start_phone,
    texts_of,
    true_marks,
)
from tests.lab.network import Plan
from tests.lab.scenario import Cell, Mark, Numbers, Outcome, Scenario
from tests.lab.scenarios.portal import falsely_delivered, sync_until_delivered
from tests.lab.tocsin_subject import start_relays
from tests.lab.world import World

COUNT: Final = 6
HOURS_PER_DAY: Final = 24
DAYS: Final = (-365, -56, 56, 365)


def run(cell: Cell, folder: Path) -> Numbers:
    """Report by a wrong clock, then by the right one."""
    hours = int(cell.variant.removesuffix("d")) * HOURS_PER_DAY
    plan = Plan(up=BETTER_LINK, down=BETTER_LINK, seed=cell.seed)
    with World(plan, folder) as world:
        service = start_relays(world, cell.seed)
        desk = LabDesk(world, service)
        phone = start_phone(world, service, wrong_by_hours=hours)
        texts = texts_of(COUNT)
        world.network.start()
        phone.do("write", texts=texts[: COUNT // 2])
        syncs = sync_until_delivered(phone, COUNT // 2)
        wrong = falsely_delivered(phone, service)
        phone.do("advance", hours=-hours)
        phone.do("write", texts=texts[COUNT // 2 :])
        syncs += sync_until_delivered(phone, COUNT)
        wrong += falsely_delivered(phone, service)
        desk.pull()
        phone.do("sync")
        return outcome_of(desk, phone, texts, wrong) | {"syncs": syncs}


def judge(outcomes: Sequence[Outcome]) -> list[Mark]:
    """Say whether every report arrived and nothing was claimed."""
    return true_marks([one for one in outcomes if one.is_good])


SCENARIO = Scenario(
    name="CLOCKS",
    title="the phone's clock is wrong by eight weeks or a year",
    run=run,
    judge=judge,
    variants=tuple(f"{days:+}d" for days in DAYS),
    limit_seconds=600.0,
    columns=("syncs", "acknowledged", "falsely_delivered"),
)
