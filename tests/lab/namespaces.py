"""Network namespaces: hosts of their own, with names, addresses and known settings.

Theory of operation: a new namespace inherits from the machine what nobody may have looked at, its
congestion control first of all. So every setting that matters is set here, read back, and goes into
the result. Names are looked up in `/etc/hosts`, which `ip netns exec` replaces by the file under
`/etc/netns`; there is no DNS. A namespace's name holds the process id of its maker, so that what
a killed run left is known for what it is and swept by the next one.
"""

import contextlib
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.lab.children import Child, ChildError, run

PREFIX: Final = "tocsinlab"
_HOSTS: Final = Path("/etc/netns")
_NAME: Final = re.compile(rf"^{PREFIX}-(\d+)-")

DEFAULT_CONGESTION: Final = "cubic"
"""What phones and most servers run; the machine's own may be bbr, which loss hardly slows."""

SETTINGS: Final[Mapping[str, str]] = {
    "net.ipv4.tcp_no_metrics_save": "1",  # one cell must not teach the next one
    "net.ipv4.tcp_slow_start_after_idle": "1",
    "net.ipv4.tcp_sack": "1",
    "net.ipv4.tcp_timestamps": "1",
    "net.ipv4.tcp_ecn": "2",
    "net.ipv4.tcp_fastopen": "1",
    "net.ipv4.tcp_mtu_probing": "0",
    "net.ipv6.conf.all.disable_ipv6": "1",
}

_ALLOWED: Final = "net.ipv4.tcp_allowed_congestion_control"


@dataclass(frozen=True, slots=True)
class Namespace:
    """A host of the laboratory.

    Attributes:
        name: Of the namespace.
        address: Its only address.
        settings: What was set and read back.
    """

    name: str
    address: str
    settings: Mapping[str, str]

    def command(self, *command: str) -> list[str]:
        """Give a command line that runs another one here."""
        return ["ip", "netns", "exec", self.name, *command]

    def run(self, *command: str) -> str:
        """Run a short program here and give its output."""
        return run(*self.command(*command))

    def start(
        self, *command: str, log: Path, env: Mapping[str, str] | None = None, nice: int = 0
    ) -> Child:
        """Start a program here."""
        return Child(self.command(*command), log, env, nice)


def make_namespace(
    name: str, address: str, hosts: Mapping[str, str], congestion: str = DEFAULT_CONGESTION
) -> Namespace:
    """Make a namespace.

    Args:
        name: Behind prefix and process id.
        address: Given to the device later; named here.
        hosts: Address by name.
        congestion: TCP congestion control.

    Returns:
        The namespace, its settings read back.

    Raises:
        ChildError: It is not permitted, or a setting is not to be had.
    """
    full = f"{PREFIX}-{os.getpid()}-{name}"
    folder = _HOSTS / full
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["127.0.0.1 localhost", *(f"{there} {host}" for host, there in hosts.items())]
    (folder / "hosts").write_text("\n".join(lines) + "\n")
    (folder / "resolv.conf").write_text("")
    allow_congestion(congestion)
    run("ip", "netns", "add", full)
    try:
        return Namespace(full, address, _settle(full, congestion))
    except BaseException:
        remove_namespace(full)
        raise


def _settle(full: str, congestion: str) -> dict[str, str]:
    """Set every setting of a namespace, read it back, and raise its loopback."""
    made = Namespace(full, "", {})
    wanted = {**SETTINGS, "net.ipv4.tcp_congestion_control": congestion}
    made.run("sysctl", "-q", "-w", *(f"{key}={value}" for key, value in wanted.items()))
    run("ip", "-n", full, "link", "set", "lo", "up")
    read = made.run("sysctl", "-n", *wanted).split()
    if read != list(wanted.values()):
        raise ChildError(f"settings of {full} did not hold: {read}")
    return wanted


def allow_congestion(name: str) -> None:
    """Let namespaces choose a congestion control; the machine's own default stays what it is."""
    allowed = run("sysctl", "-n", _ALLOWED).split()
    if name not in allowed:
        run("sysctl", "-q", "-w", f"{_ALLOWED}={' '.join([*allowed, name])}")


def remove_namespace(name: str) -> None:
    """Remove a namespace and its files; nothing happens if it is gone."""
    with contextlib.suppress(ChildError):
        run("ip", "netns", "del", name)
    shutil.rmtree(_HOSTS / name, ignore_errors=True)


def sweep() -> list[str]:
    """Remove what killed runs left; give the names."""
    gone = []
    for name in {*(one.name for one in _HOSTS.glob(f"{PREFIX}-*")), *_listed()}:
        owner = _NAME.match(name)
        if owner and not Path(f"/proc/{owner[1]}").exists():
            remove_namespace(name)
            gone.append(name)
    return gone


def why_not_permitted() -> str | None:
    """Tell why namespaces and TUN devices cannot be made here; None when they can."""
    if os.geteuid() != 0:
        return "needs root"
    if not shutil.which("ip"):
        return "needs iproute2"
    if not Path("/dev/net/tun").exists():
        return "needs /dev/net/tun"
    probe = f"{PREFIX}-{os.getpid()}-probe"
    try:
        run("ip", "netns", "add", probe)
        run("ip", "-n", probe, "tuntap", "add", "probe0", "mode", "tun")
    except ChildError as error:
        return str(error)
    finally:
        remove_namespace(probe)
    return None


def _listed() -> list[str]:
    try:
        return [line.split()[0] for line in run("ip", "netns", "list").splitlines() if line]
    except ChildError:
        return []
