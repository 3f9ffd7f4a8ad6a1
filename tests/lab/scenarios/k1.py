"""K1: kill -9 of client, courier, relay and desk at every transition, over a lossy link.

| variant | who dies, and when |
|---|---|
| client | a sync, at every so-manieth step that touches disk or link, until one survives |
| courier | the same, of one that carries a bundle of somebody else's reports, and of its import |
| relay | all its processes, at moments spread over a sync |
| desk | a pull over the link, at each of its named steps |

Every program is the real one with its own command line. Steps are those of `tests/faults`, which
meets all of them on loopback; here a stride leads through them, another one for each seed.
"""

import signal
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from tests.faults.test_desk_killed import STEPS
from tests.lab.adversary.orders import true_marks
from tests.lab.adversary.system import COMMAND_SECONDS, System
from tests.lab.children import ChildError
from tests.lab.clock import wait_seconds
from tests.lab.link_model import Shape
from tests.lab.network import Plan
from tests.lab.scenario import Cell, Mark, Numbers, Outcome, Scenario
from tests.lab.world import World

LINK: Final = Shape(
    rate_bits_per_second=1_000_000, delay_us=50_000, loss_ppm=100_000, queue_bytes=100_000
)
STRIDES: Final = (17, 19, 23, 29, 31)  # primes, so that every seed meets other steps
RELAY_KILLS: Final = 14
KILL_STEP_SECONDS: Final = 0.17
SYNCS_AT_MOST: Final = 12
FAILURES_AT_MOST: Final = 5
STEPS_AT_MOST: Final = 20_000
# A courier's bundle grows by a report each round, which adds steps: it must be overtaken.
COURIER_FACTOR: Final = 3
SENDER: Final = "sender"
COURIER: Final = "courier"


class Killing:
    """One cell's system, what was written into it, and how often somebody died."""

    def __init__(self, system: System, folder: Path, seed: int) -> None:
        """Begin with a joined sender."""
        self.system = system
        self.folder = folder
        self.stride = STRIDES[seed % len(STRIDES)]
        self.written: list[str] = []
        self.kills = 0
        self.wrong = 0
        system.join(SENDER)

    def write(self) -> None:
        """Keep one more report."""
        self.written.append(f"report {len(self.written)}")
        self.system.write(SENDER, self.written[-1])

    def write_with_file(self) -> None:
        """Keep one more report, with a file of three chunks; acknowledged means all of it."""
        self.written.append(f"report {len(self.written)} with a file")
        path = self.folder / "file.bin"
        path.write_bytes(self.written[-1].encode() * 1500)
        self.system.write(SENDER, self.written[-1], "--attach", str(path))

    def until_it_survives(
        self, before: Callable[[], None], name: str, *words: str, factor: int = 1
    ) -> None:
        """Run a command, killed some steps further each time, until it comes to its end."""
        step, failures, said = 1, 0, ""
        while failures < FAILURES_AT_MOST and step < STEPS_AT_MOST:
            before()
            done = self.system.sender(name, *words, step=step)
            if done.returncode == 0:
                return
            if done.returncode != -signal.SIGKILL:
                said = done.stderr[-300:]
                failures += 1  # the link was too bad for this one; the same step again
                continue
            self.kills += 1
            self.wrong += self.system.falsely_delivered(name)
            step += self.stride * factor
        raise ChildError(f"{words[0]} does not come to its end: {said}")

    def settle(self, name: str) -> None:
        """Sync until nothing waits, let the desk pull, and read what it says."""
        waiting = {"queued", "in_flight", "in_doubt"}
        for _ in range(SYNCS_AT_MOST):
            self.system.sender(name, "sync")
            if not any(one["state"] in waiting for one in self.system.told(name, "status")):
                break
        self.system.pull()
        self.system.sender(name, "sync")

    def numbers(self, acknowledged: int) -> dict[str, Any]:
        """Give what it came to."""
        there, wanted = self.system.texts(), Counter(self.written)
        return {
            "written": wanted.total(),
            "acknowledged": acknowledged,
            "lost": sum((wanted - there).values()),
            "stored_twice": sum((there - wanted).values()),
            "falsely_delivered": self.wrong + self.system.falsely_delivered(SENDER),
            "kills": self.kills,
        }

    def acknowledged(self) -> int:
        """Count what the sender knows to be at the desk."""
        states = [one["state"] for one in self.system.told(SENDER, "status")]
        return sum(state in {"acknowledged", "done"} for state in states)


def kill_client(killing: Killing) -> int:
    """Kill syncs of the sender."""
    killing.until_it_survives(killing.write_with_file, SENDER, "sync")
    killing.settle(SENDER)
    return killing.acknowledged()


def kill_courier(killing: Killing) -> int:
    """Kill imports and syncs of a courier; the sender itself never reaches the relay."""
    system, bundle = killing.system, str(killing.folder / "carried.tocsin")
    system.join(COURIER)

    def export() -> None:
        killing.write()
        Path(bundle).unlink(missing_ok=True)
        system.told(SENDER, "export", bundle)

    killing.until_it_survives(export, COURIER, "import", bundle, factor=COURIER_FACTOR)

    def carry_more() -> None:
        export()
        system.told(COURIER, "import", bundle)

    killing.until_it_survives(carry_more, COURIER, "sync", factor=COURIER_FACTOR)
    killing.settle(COURIER)
    killing.settle(SENDER)
    return killing.acknowledged()


def kill_relay(killing: Killing) -> int:
    """Kill the relay while the sender syncs, each time a little later."""
    for number in range(RELAY_KILLS):
        for _ in range(2):
            killing.write()
        sync = killing.system.start_sync(SENDER)
        wait_seconds(0.5 + number * KILL_STEP_SECONDS)  # a sync's process needs half a second
        killing.system.kill_relay()
        killing.kills += 1
        killing.system.start_relay()
        sync.wait(COMMAND_SECONDS)
        killing.wrong += killing.system.falsely_delivered(SENDER)
    killing.settle(SENDER)
    return killing.acknowledged()


def kill_desk(killing: Killing) -> int:
    """Kill the desk at each step of a pull over the link."""
    for step in STEPS:
        killing.write_with_file()
        killing.system.sender(SENDER, "sync")
        killing.kills += killing.system.pull(is_afar=True, step=step) == -signal.SIGKILL
    killing.settle(SENDER)
    return killing.acknowledged()


VARIANTS: Final[Mapping[str, Callable[[Killing], int]]] = {
    "client": kill_client,
    "courier": kill_courier,
    "relay": kill_relay,
    "desk": kill_desk,
}


def run(cell: Cell, folder: Path) -> Numbers:
    """Kill one kind of program until there is nothing left to kill."""
    with World(Plan(up=LINK, down=LINK, seed=cell.seed), folder) as world:
        killing = Killing(System(world), folder, cell.seed)
        world.network.start()
        acknowledged = VARIANTS[cell.variant](killing)
        return killing.numbers(acknowledged) | {"counters": world.network.counters()}


def judge(outcomes: Sequence[Outcome]) -> list[Mark]:
    """Say whether anything was lost, doubled or claimed, and that programs did die."""
    good = [one for one in outcomes if one.is_good]
    kills = [int(one.numbers["kills"]) for one in good]
    return [
        *true_marks(good),
        Mark(
            "programs were killed in every run",
            f"{sum(kills)} kills in {len(good)} runs",
            min(kills) > 0 if kills else None,
        ),
    ]


SCENARIO = Scenario(
    name="K1",
    title="kill -9 of client, courier, relay and desk at every transition, 10 % loss",
    run=run,
    judge=judge,
    variants=tuple(VARIANTS),
    seeds=3,
    limit_seconds=1500.0,
    memory_mib=700,
    columns=("kills", "written", "acknowledged", "falsely_delivered"),
)
