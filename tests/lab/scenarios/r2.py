"""R2: relay A signs for every report and silently drops three in ten.

The relay is a real one; its operator empties rows behind its back, so that it goes on to say of
what it dropped that it holds it. The desk acknowledges what it finds. After two days and three
syncs without an acknowledgement the phone hands the missing ones to relay B. Then it exports what A
signed for, and a small program that knows nothing of this project's code checks that.
"""

import json
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from schemas.wire.codec import to_base64url
from tests.lab.adversary.desk import LabDesk
from tests.lab.adversary.orders import (
    BETTER_LINK,
    OrderedPhone,
    outcome_of,
    start_phone,
    texts_of,
    total,
    true_marks,
)
from tests.lab.children import run as run_program
from tests.lab.network import Plan
from tests.lab.scenario import Cell, Mark, Numbers, Outcome, Scenario
from tests.lab.tocsin_subject import RelaySide, start_relays
from tests.lab.world import World

COUNT: Final = 40
DROPPED: Final = 12
HOURS_BETWEEN_SYNCS: Final = 20
SYNCS: Final = 3
_ALL: Final = "SELECT seq FROM blobs ORDER BY id"  # by content: which ones, nobody can foresee
_DROP: Final = "UPDATE blobs SET blob = NULL WHERE seq = ?"


def drop(relay: RelaySide, count: int) -> None:
    """Empty rows of a relay's database, and leave it saying that it holds them."""
    with closing(sqlite3.connect(relay.home.folder / "relay.db", timeout=20)) as store, store:
        chosen = [row[0] for row in store.execute(_ALL).fetchall()][:count]
        store.executemany(_DROP, [(seq,) for seq in chosen])


def run(cell: Cell, folder: Path) -> Numbers:
    """Hand over to A, let A drop, and see what comes by way of B."""
    plan = Plan(up=BETTER_LINK, down=BETTER_LINK, seed=cell.seed, sides=("relay1", "relay2"))
    with World(plan, folder) as world:
        service = start_relays(world, cell.seed)
        desk, phone = LabDesk(world, service), start_phone(world, service)
        texts = texts_of(COUNT)
        world.network.start()
        phone.do("write", texts=texts)
        phone.do("sync")
        held = phone.delivered()
        drop(service.relays[0], DROPPED)
        desk.pull()
        after_drop = phone.do("sync")["acknowledged"]
        syncs = [_later(phone, desk) for _ in range(SYNCS)]
        desk.advance(HOURS_BETWEEN_SYNCS)
        desk.pull()
        phone.do("sync")
        proof = folder / "proof.json"
        missed = phone.do("proof", path=str(proof))
        numbers = outcome_of(desk, phone, texts, falsely_delivered=0)
        return numbers | {
            "held_by_a": held,
            "acknowledged_by_a": after_drop,
            "sent_again": sum(each["sent"] for each in syncs),
            "held_by_b": len(service.relays[1].blobs()),
            "missed_by_proof": missed,
            "proven": proven(proof, service.relays[0]),
            "counters": world.network.counters(),
        }


def proven(proof: Path, relay: RelaySide) -> int:
    """Count what an independent program finds proven against a relay; none if it refuses."""
    told = run_program(sys.executable, "tools/verify_proof.py", str(proof), "--json")
    key = to_base64url(relay.home.key.public)
    return sum(finding["relay_key"] == key for finding in json.loads(told))


def _later(phone: OrderedPhone, desk: LabDesk) -> dict[str, Any]:
    desk.advance(HOURS_BETWEEN_SYNCS)
    phone.do("advance", hours=HOURS_BETWEEN_SYNCS)
    gave: dict[str, Any] = phone.do("sync")
    return gave


def judge(outcomes: Sequence[Outcome]) -> list[Mark]:
    """Say whether all came by way of B, and nothing but what was missing."""
    good = [one for one in outcomes if one.is_good]
    by_b = total(good, "held_by_b")
    wanted = DROPPED * len(good)
    return [
        *true_marks(good),
        Mark(
            "what A dropped, and only that, goes to B",
            f"{by_b} of {wanted}",
            by_b == wanted if good else None,
        ),
        Mark(
            "the exported proof of dropping verifies",
            f"{total(good, 'proven')} of {wanted}",
            total(good, "proven") == wanted if good else None,
        ),
    ]


SCENARIO = Scenario(
    name="R2",
    title=f"relay A drops {DROPPED} of {COUNT} reports after signing for them",
    run=run,
    judge=judge,
    limit_seconds=600.0,
    columns=("acknowledged_by_a", "held_by_b", "proven", "acknowledged", "falsely_delivered"),
)
