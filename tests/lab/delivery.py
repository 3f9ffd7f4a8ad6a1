"""The plainest kind of cell: so many reports from a phone over a bad link, counted at the end."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.lab.children import Child, ChildError
from tests.lab.clock import now_seconds
from tests.lab.front import Asked
from tests.lab.network import Plan
from tests.lab.scenario import Cell, Numbers
from tests.lab.subject import Kept, Service, Subject, Work, find_subjects
from tests.lab.world import World

_READY_SECONDS: Final = 300.0
_GRACE_SECONDS: Final = 45.0
_PERCENTS: Final = {"t50": 50, "t90": 90, "done": 100}


@dataclass(frozen=True)
class Delivery:
    """What to send over what.

    Attributes:
        plan: The network; its seed is the cell's.
        count: How many reports.
        size_bytes: Of each.
        deadline_seconds: When a client gives up.
        extra: Further fields of the job.
    """

    plan: Plan
    count: int
    size_bytes: int
    deadline_seconds: float
    extra: Mapping[str, Any] = field(default_factory=dict)

    def run(self, cell: Cell, folder: Path) -> Numbers:
        """Run one cell.

        Args:
            cell: Which subject and seed.
            folder: Empty, with a short path.

        Returns:
            Its numbers.
        """
        subject = find_subjects()[cell.subject]
        work = Work(self.count, self.size_bytes, cell.seed, self.deadline_seconds, self.extra)
        with World(self.plan, folder) as world:
            service = subject.serve(world, work)
            told, took_seconds = run_client(world, subject, service, work)
            counters = world.network.counters()
            kept = service.kept()
            numbers = measure(work, told, kept, counters)
            front = seen(world.requests())
            numbers["requests_seen"] = front
            numbers["http_up_bytes"] = front["request_bytes"]
            numbers["http_down_bytes"] = front["answer_bytes"]
            numbers["puts"] = told.get("sent")
            numbers["timeline"] = timeline(world.requests())
            numbers["wall_seconds"] = round(took_seconds, 3)
            numbers["settings"] = dict(world.network.phone.settings)
        return numbers


def run_client(
    world: World, subject: Subject, service: Service, work: Work
) -> tuple[dict[str, Any], float]:
    """Run a subject's client on the phone's side; the link's time begins with it.

    Returns:
        What it told, and how long it took in seconds.

    Raises:
        ChildError: It told nothing.
    """
    path = write_job(world, service, work)
    if not subject.waits:
        world.network.start()
    child = world.start(world.network.phone, *subject.client(), str(path))
    began = now_seconds()
    if subject.waits:
        if child.read_line(_READY_SECONDS).strip() != "ready":
            raise ChildError(f"{subject.name} did not say that it is ready")
        world.network.start()
        child.say("go")
        began = now_seconds()
    return _told(child, work.deadline_seconds + _GRACE_SECONDS), now_seconds() - began


def write_job(world: World, service: Service, work: Work) -> Path:
    """Write what the client is to do; give the file's path."""
    path = world.folder / "job.json"
    job = {**work.job(["https://relay1.lab/"], world.ca_file), **service.job()}
    path.write_text(json.dumps(job | {"folder": str(world.folder)}))
    return path


def _told(child: Child, most_seconds: float) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(child.read_line(most_seconds))
    return told


def measure(
    work: Work, told: Mapping[str, Any], kept: Kept, counters: Mapping[str, Any]
) -> dict[str, Any]:
    """Put together what client, servers and link say.

    Returns:
        Numbers; with `failed` where something acknowledged is not there, or is there twice.
    """
    times = sorted(told["times"])
    up, down = counters["up"], counters["down"]
    wire_bytes = up["offered_bytes"] + down["offered_bytes"]
    numbers: dict[str, Any] = {
        "acknowledged": len(times),
        "stored": kept.stored,
        "distinct": kept.distinct,
        "lost": max(0, len(times) - kept.distinct),
        "stored_twice": kept.stored - kept.distinct,
        "first_receipt": times[0] if times else None,
        **{name: when(times, percent, work.count) for name, percent in _PERCENTS.items()},
        "bytes_up": up["offered_bytes"],
        "bytes_down": down["offered_bytes"],
        "packets_up": up["offered_packets"],
        "packets_down": down["offered_packets"],
        "bytes_per_byte": round(wire_bytes / max(1, work.count * work.size_bytes), 4),
        "requests": told.get("requests"),
        "connections": counters["connections"],
        "link": {"up": up, "down": down},
        "told": {key: value for key, value in told.items() if key != "times"},
        "times": times,
    }
    return numbers


def when(times: Sequence[float], percent: int, count: int) -> float | None:
    """Give when so many of a hundred reports were acknowledged; None if they never were."""
    needed = -(-count * percent // 100)
    return times[needed - 1] if count and len(times) >= needed else None


def seen(asked: Sequence[Sequence[Asked]]) -> dict[str, int]:
    """Sum up what the fronts were asked."""
    flat = [one for front in asked for one in front]
    return {
        "requests": len(flat),
        "request_bytes": sum(one.request_bytes for one in flat),
        "answer_bytes": sum(one.answer_bytes for one in flat),
        "connections": sum(len({one.connection for one in front}) for front in asked),
        "resumed_requests": sum(one.is_resumed for one in flat),
        "not_200": sum(one.status not in {200, 201, 204} for one in flat),
    }


def timeline(asked: Sequence[Sequence[Asked]]) -> list[list[float]]:
    """List requests in the order they ended, for whoever looks for where the time went.

    Returns:
        Per request: seconds since the first one ended, its bytes, the number of its connection,
        its status.
    """
    flat = sorted((one for front in asked for one in front), key=lambda one: one.ended_seconds)
    return [
        [
            round(one.ended_seconds - flat[0].ended_seconds, 2),
            one.request_bytes,
            one.connection,
            one.status,
        ]
        for one in flat
    ]


def judge_cell(numbers: Numbers, *, is_ours: bool) -> str:
    """Say why a cell fails; "" when it does not.

    What was acknowledged and is not there fails anybody's cell. A copy too many fails ours; for a
    peer it is a finding that stands in the table.
    """
    if numbers.get("failed"):
        return str(numbers["failed"])
    if numbers.get("lost"):
        return f"{numbers['lost']} acknowledged and not stored"
    if is_ours and numbers.get("stored_twice"):
        return f"{numbers['stored_twice']} stored twice"
    return ""
