"""The cell's end of a phone that takes orders, and what every such scenario looks at in the end."""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from client_sync.outbox.states import BlobState
from tests.lab.adversary.desk import LabDesk
from tests.lab.children import Child
from tests.lab.link_model import Shape
from tests.lab.scenario import Mark, Outcome
from tests.lab.tocsin_subject import TocsinService
from tests.lab.world import World

MOST_SECONDS: Final = 400.0
DELIVERED: Final = frozenset({BlobState.HELD, BlobState.ACKNOWLEDGED, BlobState.DONE})

BETTER_LINK: Final = Shape(
    rate_bits_per_second=256_000, delay_us=100_000, loss_ppm=20_000, queue_bytes=60_000
)
"""A middling mobile link: what is judged here is what is said and stored, not the pace."""


@dataclass
class OrderedPhone:
    """A running phone."""

    child: Child

    def do(self, what: str, **fields: Any) -> Any:  # noqa: ANN401  # JSON both ways
        """Give an order and wait for what comes of it."""
        self.child.say(json.dumps({"do": what, **fields}))
        return json.loads(self.child.read_line(MOST_SECONDS))["gave"]

    def states(self) -> list[str]:
        """List the states of all reports."""
        return [str(each["state"]) for each in self.do("status")]

    def delivered(self) -> int:
        """Count what the phone calls delivered, to a relay or the desk."""
        return sum(state in DELIVERED for state in self.states())


def start_phone(world: World, service: TocsinService, **fields: Any) -> OrderedPhone:  # noqa: ANN401
    """Start a phone in its namespace, joined.

    Args:
        world: Where.
        service: Whose desk it reports to.
        fields: Further fields of its job.
    """
    path = world.folder / "phone-job.json"
    job = {
        "folder": str(world.folder),
        "invite_file": str(service.invite_file),
    }
    path.write_text(json.dumps(job | fields))
    command = (sys.executable, "-m", "tests.lab.adversary.phone", str(path))
    trusted = {"SSL_CERT_FILE": str(world.ca_file)}
    return OrderedPhone(world.start(world.network.phone, *command, env=trusted))


def texts_of(count: int, word: str = "report") -> list[str]:
    """Write so many different texts."""
    return [
        f"{word} {number}: trucks came at night, and the bridge is closed."
        for number in range(count)
    ]


def outcome_of(
    desk: LabDesk, phone: OrderedPhone, written: Iterable[str], falsely_delivered: int
) -> dict[str, Any]:
    """Give the numbers every adversary scenario is judged by.

    Args:
        desk: Has taken what there is.
        phone: Has synced for the last time.
        written: Every text that was written.
        falsely_delivered: How often something was called delivered that was not.
    """
    there, wanted = desk.texts, Counter(written)
    states = phone.states()
    return {
        "written": wanted.total(),
        "acknowledged": sum(state == BlobState.ACKNOWLEDGED for state in states),
        "lost": sum((wanted - there).values()),
        "stored_twice": sum((there - wanted).values()),
        "falsely_delivered": falsely_delivered,
    }


def total(outcomes: Sequence[Outcome], name: str) -> int:
    """Add up a number over the measured cells of every variant."""
    return sum(int(one.numbers[name]) for one in outcomes if one.is_good and name in one.numbers)


def true_marks(outcomes: Sequence[Outcome]) -> list[Mark]:
    """Judge what every adversary scenario promises: all arrives, nothing is said that is not."""
    if not outcomes:
        return [Mark("nothing marked delivered that is not", "not measured", None)]
    wrong = total(outcomes, "falsely_delivered")
    written, there = total(outcomes, "written"), total(outcomes, "acknowledged")
    return [
        Mark(
            "nothing marked delivered that is not", f"{wrong} in {len(outcomes)} runs", wrong == 0
        ),
        Mark(
            "in the end every report is acknowledged by the desk",
            f"{there} of {written}",
            there == written > 0,
        ),
    ]
