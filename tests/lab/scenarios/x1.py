"""X1: a watcher of the line learns to tell idle polls from syncs that hand over one report.

One phone, one relay behind nginx, a clean line of 2 x 25 ms with no chance in it, so that nothing
hides what there is to see. When syncs come is drawn as a phone in the background has them: polls
after pauses from the client's own law, a sync at once when a report is written, whichever is first;
here a person writes as often as the phone polls. Texts are those of the demonstration. The watcher
has every packet's size, time and way, the pauses before and behind each sync, a forest of trees,
and the truth of all syncs but those it is asked about. In the control eight reports are written
instead of one, which padding does not hide: there the watcher must be right nearly always, or it
is right nowhere.

Beside it stands, without a network, how often a watcher would be right by times alone if a report
waited for the next poll: long pauses then hold a report more often. That is why none does.
"""

import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, cast

from client_sync.pace import IDLE_SECONDS, background_seconds
from tests.lab.adversary.desk import LabDesk
from tests.lab.adversary.orders import OrderedPhone, start_phone
from tests.lab.classifier import Accuracy, cross_validated, most_telling
from tests.lab.clock import wait_seconds
from tests.lab.link_model import Shape
from tests.lab.network import Plan
from tests.lab.scenario import Cell, Mark, Numbers, Outcome, Scenario
from tests.lab.tocsin_subject import start_relays
from tests.lab.traffic import Entry
from tests.lab.watching import NAMES, row_of
from tests.lab.world import World
from tests.support.dice import Dice

SYNCS: Final = 300  # times three seeds: the interval is 0.03 wide each way, in minutes not hours
MOST_RIGHT: Final = 0.55
PULL_EVERY: Final = 25
CONTROL: Final = "control"
LEAST_OF_CONTROL: Final = 0.9
CONTROL_REPORTS: Final = 8
TIME_NAMES: Final = ("pause before", "pause behind")
RARE_SECONDS: Final = 7_200.0
WAITING_POLLS: Final = 4000
_REPORTS: Final = Path(__file__).resolve().parents[3] / "tools" / "demo" / "reports.jsonl"
_LINE: Final = Shape(rate_bits_per_second=2_000_000, delay_us=25_000)
_SETTLE_SECONDS: Final = 0.15


def run(cell: Cell, folder: Path) -> Numbers:
    """Watch syncs and say how often the watcher was right."""
    reports_each = CONTROL_REPORTS if cell.variant == CONTROL else 1
    syncs = SYNCS // 4 if cell.variant == CONTROL else SYNCS
    dice = Dice(cell.seed)
    times = _times(dice, syncs + 1)
    plan = Plan(up=_LINE, down=_LINE, seed=cell.seed, is_logging=True)
    rows: list[list[float]] = []
    labels: list[bool] = []
    with World(plan, folder) as world:
        service = start_relays(world, cell.seed)
        desk, phone = LabDesk(world, service), start_phone(world, service)
        world.network.start()
        phone.do("sync")
        for number, ((pause, has_report), (following, _)) in enumerate(pairwise(times)):
            if has_report:
                phone.do("write", texts=_texts(dice, number, reports_each))
            if number % PULL_EVERY == 0:
                desk.pull()
            row, gave = _watched(world, phone)
            if gave["has_reached_relay"]:
                rows.append([*row, pause, following])
                labels.append(has_report)
    accuracy = cross_validated(rows, labels)
    low, high = accuracy.interval()
    return {
        "syncs": accuracy.total,
        "reports": sum(labels),
        "right": accuracy.right,
        "accuracy": round(accuracy.share, 3),
        "low": round(low, 3),
        "high": round(high, 3),
        "most_telling": most_telling(rows, labels, (*NAMES, *TIME_NAMES)),
        "by_times_if_reports_waited": round(_if_reports_waited(dice).share, 3),
    }


def _times(dice: Dice, count: int) -> list[tuple[float, bool]]:
    """Draw pauses, and whether each ends because a report was written."""
    drawn = [
        (background_seconds(IDLE_SECONDS, dice.bytes), background_seconds(IDLE_SECONDS, dice.bytes))
        for _ in range(count)
    ]
    return [(min(poll, report), report < poll) for poll, report in drawn]


def _if_reports_waited(dice: Dice) -> Accuracy:
    """Watch polls, some of which found a report waiting, by the pauses before and behind them."""
    pauses = [background_seconds(IDLE_SECONDS, dice.bytes) for _ in range(WAITING_POLLS)]
    found: dict[bool, list[list[float]]] = {True: [], False: []}
    for pause, following in pairwise(pauses):
        has_report = background_seconds(RARE_SECONDS, dice.bytes) < pause
        found[has_report].append([pause, following])
    fewest = min(len(rows) for rows in found.values())
    turns = [(row, kind) for at in range(fewest) for kind in found for row in [found[kind][at]]]
    return cross_validated([row for row, _ in turns], [kind for _, kind in turns])


def _texts(dice: Dice, number: int, count: int) -> list[str]:
    """Draw texts of the demonstration, each with a number so that no two are the same."""
    texts = [json.loads(line)["text"] for line in _REPORTS.read_text("utf-8").splitlines()]
    drawn = [int.from_bytes(dice.bytes(2), "big") % len(texts) for _ in range(count)]
    return [f"{texts[at]} {number}" for at in drawn]


def _watched(world: World, phone: OrderedPhone) -> tuple[list[float], dict[str, Any]]:
    """Let the phone sync and note what the line shows."""
    world.network.order("log")
    gave: dict[str, Any] = phone.do("sync")
    # What still travels belongs to this sync: the last acknowledgements of TCP.
    wait_seconds(_SETTLE_SECONDS)
    entries = [cast("Entry", tuple(entry)) for entry in world.network.entries()]
    return row_of(entries), gave


def judge(outcomes: Sequence[Outcome]) -> list[Mark]:
    """Say whether the watcher was right more often than a coin."""
    marks = []
    for variant, wanted in (
        ("", f"at most {MOST_RIGHT}"),
        (CONTROL, f"at least {LEAST_OF_CONTROL}"),
    ):
        good = [one for one in outcomes if one.is_good and one.cell.variant == variant]
        if not good:
            continue
        total = Accuracy(
            sum(int(one.numbers["right"]) for one in good),
            sum(int(one.numbers["syncs"]) for one in good),
        )
        low, high = total.interval()
        is_reached = (
            total.share >= LEAST_OF_CONTROL if variant == CONTROL else total.share <= MOST_RIGHT
        )
        found = f"{total.share:.3f} ({low:.3f} to {high:.3f}), {total.total} syncs"
        marks.append(Mark(f"accuracy {variant or 'of the watcher'} {wanted}", found, is_reached))
    return marks


SCENARIO = Scenario(
    name="X1",
    title="a watcher tells idle polls from syncs that hand over one report",
    run=run,
    judge=judge,
    variants=("", CONTROL),
    seeds=3,
    limit_seconds=3600.0,
    is_lonely=True,
    columns=("syncs", "reports", "accuracy", "low", "high", "by_times_if_reports_waited"),
)
