"""A phone, one to three other sides, and the link between them, for as long as a `with` lasts."""

import json
import socket
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from tests.lab.children import Child, ChildError
from tests.lab.link_model import Shape, Windows
from tests.lab.namespaces import (
    DEFAULT_CONGESTION,
    Namespace,
    make_namespace,
    remove_namespace,
)

PHONE_ADDRESS: Final = "10.77.0.1"
MOST_SIDES: Final = 5
_UP_SECONDS: Final = 20.0
_ORDER_SECONDS: Final = 10.0
_EMULATOR_NICE: Final = -10  # a late emulator would be a slower link


@dataclass(frozen=True)
class Plan:
    """What network a cell needs.

    Attributes:
        up: The direction from the phone.
        down: The direction to the phone.
        seed: Of all chance on the link.
        sides: Names of other sides; `relay1` is also `relay1.lab`, and so on.
        windows: On/off windows, beginning at `start`.
        rules: The censor's, as tests/lab/censor.py lists them. `{relay1}` in an address stands for
            that side's address.
        is_logging: Keep a packet log.
        phone_congestion: Congestion control of the phone's side.
        side_congestion: Congestion control of the other sides.
        most_seconds: The emulator stops by itself after so long.
    """

    up: Shape
    down: Shape
    seed: int
    sides: tuple[str, ...] = ("relay1",)
    windows: Windows = field(default_factory=Windows)
    rules: tuple[Mapping[str, Any], ...] = ()
    is_logging: bool = False
    phone_congestion: str = DEFAULT_CONGESTION
    side_congestion: str = DEFAULT_CONGESTION
    most_seconds: float = 3600.0

    def address(self, side: str) -> str:
        """Give the address of a side."""
        return f"10.77.{self.sides.index(side) + 1}.1"

    def hosts(self) -> dict[str, str]:
        """Give the address of every name."""
        return {f"{side}.lab": self.address(side) for side in self.sides}


class Network:
    """A running network."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        """Say what is wanted; `with` builds it.

        Args:
            plan: What to build.
            folder: For logs and the control socket; short, because a socket's path must be.
        """
        if len(plan.sides) > MOST_SIDES:
            raise ChildError(f"at most {MOST_SIDES} sides")
        self.plan = plan
        self.folder = folder
        self._stack = ExitStack()
        self._control = folder / "link.sock"
        self.sides: dict[str, Namespace] = {}

    def __enter__(self) -> Self:
        """Make namespaces and start the link."""
        try:
            self._build()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *_exc: object) -> None:
        """End the link and remove the namespaces."""
        self._stack.close()

    def _build(self) -> None:
        plan = self.plan
        self.phone = self._namespace("phone", PHONE_ADDRESS, plan.phone_congestion)
        for side in plan.sides:
            self.sides[side] = self._namespace(side, plan.address(side), plan.side_congestion)
        config = {
            "phone": {"namespace": self.phone.name, "address": PHONE_ADDRESS},
            "sides": [{"namespace": s.name, "address": s.address} for s in self.sides.values()],
            "up": asdict(plan.up),
            "down": asdict(plan.down),
            "seed": plan.seed,
            "windows": asdict(plan.windows),
            "rules": self._rules(plan.rules),
            "is_logging": plan.is_logging,
            "control": str(self._control),
            "most_seconds": plan.most_seconds,
        }
        path = self.folder / "link.json"
        path.write_text(json.dumps(config, indent=1))
        command = ["python", "-m", "tests.lab.emulator", str(path)]
        link = Child(command, self.folder / "link.log", nice=_EMULATOR_NICE)
        self._stack.callback(link.stop)
        link.read_line(_UP_SECONDS)

    def _namespace(self, name: str, address: str, congestion: str) -> Namespace:
        short = f"{self.folder.name}-{name}"
        made = make_namespace(short, address, self.plan.hosts(), congestion)
        self._stack.callback(remove_namespace, made.name)
        return made

    def _rules(self, rules: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Put addresses where names of sides stand."""
        text = json.dumps(list(rules))
        for side in self.plan.sides:
            text = text.replace("{" + side + "}", self.plan.address(side))
        parsed: list[dict[str, Any]] = json.loads(text)
        return parsed

    # --- orders ----------------------------------------------------------------------------

    def order(self, do: str, **fields: Any) -> dict[str, Any]:  # noqa: ANN401  # JSON
        """Give the link an order; see `tests.lab.emulator.Emulator.order`.

        Returns:
            The counters.

        Raises:
            ChildError: It was refused.
        """
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(_ORDER_SECONDS)
            connection.connect(str(self._control))
            connection.sendall(json.dumps({"do": do, **fields}).encode() + b"\n")
            reply: dict[str, Any] = json.loads(connection.makefile("rb").read())
        if "error" in reply:
            raise ChildError(f"the link refused {do}: {reply['error']}")
        return reply

    def start(self) -> None:
        """Make now time 0 of windows, counters, log and chance."""
        self.order("start")

    def counters(self) -> dict[str, Any]:
        """Read the counters."""
        return self.order("counters")

    def cut(self) -> None:
        """Take the link away."""
        self.order("cut")

    def mend(self) -> None:
        """Bring the link back."""
        self.order("mend")

    def shape(self, **changes: int | bool) -> None:
        """Change fields of both directions."""
        self.order("shape", up=changes, down=changes)

    def censor(self, *rules: Mapping[str, Any]) -> None:
        """Replace the censor's rules."""
        self.order("rules", rules=self._rules(rules))

    def entries(self) -> list[list[Any]]:
        """Read the packet log; see tests/lab/traffic.py."""
        logged: list[list[Any]] = self.order("entries")["entries"]
        return logged
