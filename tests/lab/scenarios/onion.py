"""ONION: the relay is an onion service of a private Tor network; the phone reaches it by SOCKS5.

Authorities, relays and service stand at the other side of the link, so that Tor's own traffic
passes it. The directory names the relay by its onion address and `via=socks5://...` only. Where
there is no tor, the cell says so in so many words and nothing is judged.
"""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from schemas.bundle.writer import write_bundle
from schemas.domain.directory import BridgeLine
from tests.lab.adversary.desk import LabDesk
from tests.lab.adversary.orders import (
    BETTER_LINK,
    OrderedPhone,
    outcome_of,
    start_phone,
    texts_of,
    true_marks,
)
from tests.lab.adversary.private_tor import FIRST_PORT, PrivateTor, why_no_tor
from tests.lab.clock import now_seconds, wait_seconds
from tests.lab.network import PHONE_ADDRESS, Plan
from tests.lab.scenario import Cell, Mark, Numbers, Outcome, Scenario, values
from tests.lab.scenarios.portal import falsely_delivered
from tests.lab.tocsin_subject import TocsinService, start_relays
from tests.lab.world import APP_PORT, World

COUNT: Final = 10
MOST_SECONDS: Final = 240.0
PAUSE_SECONDS: Final = 3.0
_LAST_PORT: Final = FIRST_PORT + 999


def run(cell: Cell, folder: Path) -> Numbers:
    """Report through Tor."""
    reason = why_no_tor()
    if reason is not None:
        sys.stderr.write(f"*** ONION: SKIPPED, NOTHING WAS MEASURED: {reason} ***\n")
        return {"skipped": reason}
    plan = Plan(up=BETTER_LINK, down=BETTER_LINK, seed=cell.seed, is_logging=True)
    with World(plan, folder) as world:
        service = start_relays(world, cell.seed)
        world.network.start()
        tor = PrivateTor(
            folder / "tor", f"127.0.0.1:{APP_PORT}", world.sides["relay1"], world.network.phone
        )
        with tor:
            invite_by_onion(service, tor)
            desk, phone = LabDesk(world, service), start_phone(world, service)
            texts = texts_of(COUNT, "by onion")
            phone.do("write", texts=texts)
            told = sync_for(phone)
            wrong = falsely_delivered(phone, service)
            desk.pull()
            phone.do("sync")
            return (
                outcome_of(desk, phone, texts, wrong)
                | told
                | {
                    "bootstrap": round(tor.bootstrap_seconds, 1),
                    "spoke_elsewhere": spoke_elsewhere(world),
                }
            )


def invite_by_onion(service: TocsinService, tor: PrivateTor) -> None:
    """Name the relay by its onion address, in directory and invite, and by nothing else."""
    relay = service.relays[0]
    url = f"http://{tor.onion}{relay.home.paths[0]}"
    service.desk.relays[0].url = url
    way = (("via", f"socks5://{tor.socks}"),)
    bridge = BridgeLine(url, service.desk.relays[0].bridge.relay_key, extra=way)
    directory = service.desk.signed_directory(relays=(bridge,))
    invite = replace(service.desk.invite, extra=way)
    service.invite_file.write_bytes(write_bundle(invite=invite, directory=directory))


def sync_for(phone: OrderedPhone) -> dict[str, Any]:
    """Sync until everything is delivered or the time is up: circuits take their time."""
    began, syncs, first = now_seconds(), 0, None
    while now_seconds() - began < MOST_SECONDS:
        before = now_seconds() - began
        gave = phone.do("sync")
        syncs += 1
        if first is None and gave["first_receipt"] is not None:
            first = round(before + gave["first_receipt"], 3)
        if phone.delivered() == COUNT:
            done = round(now_seconds() - began, 3)
            return {"first_receipt": first, "done": done, "syncs": syncs}
        wait_seconds(PAUSE_SECONDS)
    return {"first_receipt": first, "done": None, "syncs": syncs}


def spoke_elsewhere(world: World) -> int:
    """Count packets of the phone that were not between it and the Tor network."""
    return sum(
        address != PHONE_ADDRESS and not FIRST_PORT <= port <= _LAST_PORT
        for _, _, _, _, _, address, port in world.network.entries()
    )


def judge(outcomes: Sequence[Outcome]) -> list[Mark]:
    """Say whether it delivers, or why that could not be tried."""
    what = "a relay behind an onion address is reached, by Tor alone"
    skipped = [str(one.numbers["skipped"]) for one in outcomes if one.numbers.get("skipped")]
    good = [one for one in outcomes if one.is_good and not one.numbers.get("skipped")]
    if skipped or not good:
        return [Mark(what, f"SKIPPED: {skipped[0]}" if skipped else "not measured", None)]
    done, apart = values(good, "done"), sum(values(good, "spoke_elsewhere"))
    found = f"{len(done)} of {len(good)} runs, {apart:.0f} packets elsewhere"
    return [Mark(what, found, len(done) == len(good) and not apart), *true_marks(good)]


SCENARIO = Scenario(
    name="ONION",
    title="a relay behind an onion address, in a private Tor network across the link",
    run=run,
    judge=judge,
    seeds=3,
    limit_seconds=700.0,
    memory_mib=900,
    columns=("bootstrap", "first_receipt", "done", "syncs", "acknowledged", "spoke_elsewhere"),
)
