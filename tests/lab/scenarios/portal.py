"""PORTAL: a network that answers for everybody, until somebody signs in.

| variant | who answers |
|---|---|
| untrusted | a sign-in page under a certificate nobody vouches for |
| trusted | a sign-in page under a certificate the phone believes |
| truncating | a proxy under such a certificate; it passes requests on and cuts every answer |

Then the network opens.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from schemas.domain.ids import report_id_of
from schemas.envelope.sealing import envelope_id
from tests.lab.adversary.desk import LabDesk
from tests.lab.adversary.orders import (
    BETTER_LINK,
    DELIVERED,
    OrderedPhone,
    outcome_of,
    start_phone,
    texts_of,
    true_marks,
)
from tests.lab.adversary.portal_site import HTTPS_PORT
from tests.lab.certificates import make_authority, make_certificate
from tests.lab.clock import wait_seconds
from tests.lab.front import wait_for_port
from tests.lab.network import Plan
from tests.lab.scenario import Cell, Mark, Numbers, Outcome, Scenario
from tests.lab.tocsin_subject import TocsinService, start_relays
from tests.lab.world import World

COUNT: Final = 12
SYNCS_BEHIND: Final = 6
SYNCS_OPEN: Final = 20
PAUSE_SECONDS: Final = 2.0
RULE: Final = {"kind": "portal", "address": "{portal}", "ports": [80, 443]}


def run(cell: Cell, folder: Path) -> Numbers:
    """Report behind the portal, then in the open."""
    sides = ("relay1", "portal")
    plan = Plan(up=BETTER_LINK, down=BETTER_LINK, seed=cell.seed, sides=sides)
    with World(plan, folder) as world:
        service = start_relays(world, cell.seed)
        start_portal(world, cell.variant)
        desk, phone = LabDesk(world, service), start_phone(world, service)
        world.network.censor(RULE)
        world.network.start()
        texts = texts_of(COUNT)
        wrong = 0
        for number in range(SYNCS_BEHIND):
            phone.do("write", texts=texts[number * 2 : number * 2 + 2])
            phone.do("sync")
            wrong += falsely_delivered(phone, service)
            wait_seconds(PAUSE_SECONDS)
        behind, strikes = phone.delivered(), world.network.counters()["strikes"][0]
        world.network.censor()
        opened = sync_until_delivered(phone, len(texts))
        desk.pull()
        phone.do("sync")
        wrong += falsely_delivered(phone, service)
        return outcome_of(desk, phone, texts, wrong) | {
            "delivered_behind": behind,
            "syncs_after_opening": opened,
            "packets_redirected": strikes,
            "requests_at_relay": len(world.requests()[0]),
        }


def start_portal(world: World, variant: str) -> None:
    """Start whoever answers."""
    signer = make_authority(world.folder, "stranger") if variant == "untrusted" else world.authority
    apart = world.folder / "portal"
    apart.mkdir()
    certificate = make_certificate(apart, signer, "relay1.lab")
    upstream = {"host": "relay1.lab", "authority": str(world.ca_file)}
    config = {
        "chain": str(certificate.chain),
        "key": str(certificate.key),
        "upstream": upstream if variant == "truncating" else "",
    }
    path = apart / "site.json"
    path.write_text(json.dumps(config))
    side = world.sides["portal"]
    child = world.start(side, sys.executable, "-m", "tests.lab.adversary.portal_site", str(path))
    wait_for_port(side, HTTPS_PORT, child)


def falsely_delivered(phone: OrderedPhone, service: TocsinService) -> int:
    """Count reports that are called delivered and that no relay ever stored."""
    there = {report_id_of(envelope_id(blob)) for relay in service.relays for blob in relay.blobs()}
    told: list[dict[str, Any]] = phone.do("status")
    return sum(each["state"] in DELIVERED and each["id"] not in there for each in told)


def sync_until_delivered(phone: OrderedPhone, count: int) -> int:
    """Sync until everything is delivered; give how many syncs that took."""
    for number in range(1, SYNCS_OPEN + 1):
        phone.do("sync")
        if phone.delivered() == count:
            return number
        wait_seconds(PAUSE_SECONDS)
    return SYNCS_OPEN + 1


def judge(outcomes: Sequence[Outcome]) -> list[Mark]:
    """Say whether nothing was claimed, and that the portal did answer."""
    good = [one for one in outcomes if one.is_good]
    apart = [one for one in good if one.cell.variant != "truncating"]
    behind = sum(int(one.numbers["delivered_behind"]) for one in apart)
    redirected = min((int(one.numbers["packets_redirected"]) for one in good), default=0)
    return [
        *true_marks(good),
        Mark(
            "behind a sign-in page nothing is delivered",
            f"{behind} of {COUNT * len(apart)}",
            behind == 0 if apart else None,
        ),
        Mark("the portal did answer", f"{redirected} packets", redirected > 0 if good else None),
    ]


SCENARIO = Scenario(
    name="PORTAL",
    title="a captive portal, and a proxy that cuts answers, until the network opens",
    run=run,
    judge=judge,
    variants=("untrusted", "trusted", "truncating"),
    limit_seconds=900.0,
    columns=(
        "delivered_behind",
        "syncs_after_opening",
        "acknowledged",
        "falsely_delivered",
        "packets_redirected",
    ),
)
