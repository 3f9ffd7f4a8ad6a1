"""A network with web servers: what a scenario builds on."""

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Final, Self

from tests.lab.certificates import make_authority, make_certificate
from tests.lab.children import Child
from tests.lab.front import Asked, Front
from tests.lab.namespaces import Namespace
from tests.lab.network import Network, Plan

APP_PORT: Final = 8000
"""Where a subject's server listens on loopback of its side."""

MEASURED_NICE: Final = -5
"""What is measured goes before what else a machine does; the link itself goes before that."""


class World:
    """Phone, sides, link, test authority, and whatever is started on them; `with` ends it all.

    Attributes:
        network: Takes orders for the link.
        folder: Short path, removed by the cell afterwards.
        ca_file: The authority that the fronts' certificates are signed by.
    """

    def __init__(self, plan: Plan, folder: Path) -> None:
        """Say what is wanted; `with` builds it."""
        self.folder = folder
        self.network = Network(plan, folder)
        self._stack = ExitStack()
        self._fronts: list[Front] = []

    def __enter__(self) -> Self:
        """Build network and authority."""
        self.authority = make_authority(self.folder)
        self.ca_file = self.authority.chain
        self._stack.enter_context(self.network)
        return self

    def __exit__(self, *_exc: object) -> None:
        """End everything, last started first."""
        self._stack.close()

    @property
    def sides(self) -> dict[str, Namespace]:
        """Namespaces of the other sides by name."""
        return self.network.sides

    def keep(self, child: Child) -> Child:
        """End a program with this world."""
        self._stack.callback(child.stop)
        return child

    def start(
        self,
        where: Namespace,
        *command: str,
        env: Mapping[str, str] | None = None,
        nice: int = MEASURED_NICE,
    ) -> Child:
        """Start a program in a namespace; its errors go to a file of the folder."""
        number = len(list(self.folder.glob("child-*.log")))
        log = self.folder / f"child-{number}.log"
        return self.keep(where.start(*command, log=log, env=env, nice=nice))

    def front(self, side: str, port: int = APP_PORT) -> str:
        """Put nginx before a server of a side.

        Args:
            side: Name of the side.
            port: The server's, on loopback there.

        Returns:
            The origin, like `https://relay1.lab`.
        """
        host = f"{side}.lab"
        certificate = make_certificate(self.folder, self.authority, host)
        folder = self.folder / f"front-{side}"
        front = Front(self.sides[side], host, certificate, port, folder, MEASURED_NICE)
        self.keep(front.child)
        self._fronts.append(front)
        return f"https://{host}"

    def requests(self) -> list[list[Asked]]:
        """Read what every front was asked, in the order they were made."""
        return [front.requests() for front in self._fronts]
