"""A Tor network of one's own: authorities, relays, an onion service and a client, all local.

Theory of operation: Debian's tor in its testing mode. Three authorities vote every few seconds, so
that a first consensus stands after about half a minute; every relay is given the flags it needs by
configuration, because none is old enough to earn them. Authorities, relays and the onion service
stand on one host of the laboratory, the client on another: what goes between them passes the link.
Nothing leaves the machine: a namespace has no other way out.

Source: tor's manual page, sections "Testing network options" and "Directory authority options"
"""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from tests.lab.children import Child, ChildError
from tests.lab.clock import now_seconds
from tests.lab.namespaces import Namespace

AUTHORITIES: Final = 3  # the least that can outvote one
RELAYS: Final = 4  # with the authorities seven: an onion circuit and its guards need six
FIRST_PORT: Final = 21_000
BOOTSTRAP_SECONDS: Final = 150.0
SOCKS_PORT: Final = FIRST_PORT + 900
LOOPBACK: Final = "127.0.0.1"
_PASSPHRASE: Final = "laboratory\n"  # of keys that live as long as the scenario

SHARED: Final = """
TestingTorNetwork 1
AssumeReachable 1
PathsNeededToBuildCircuits 0.67
TestingDirAuthVoteExit *
TestingDirAuthVoteHSDir *
TestingDirAuthVoteGuard *
V3AuthNIntervalsValid 2
DisableDebuggerAttachment 0
SafeLogging 0
Log notice stdout
RunAsDaemon 0
"""
AUTHORITY: Final = """
AuthoritativeDirectory 1
V3AuthoritativeDirectory 1
ContactInfo laboratory@example.org
TestingV3AuthInitialVotingInterval 20
TestingV3AuthInitialVoteDelay 4
TestingV3AuthInitialDistDelay 4
V3AuthVotingInterval 60
V3AuthVoteDelay 10
V3AuthDistDelay 10
ExitPolicy reject *:*
SocksPort 0
"""
RELAY: Final = "ExitPolicy reject *:*\nSocksPort 0\n"


def why_no_tor() -> str | None:
    """Tell what is missing for a private Tor network; None when nothing is."""
    missing = [name for name in ("tor", "tor-gencert") if shutil.which(name) is None]
    return f"no {' and no '.join(missing)} here (Debian: apt install tor)" if missing else None


@dataclass(frozen=True)
class _Node:
    """One tor process that is about to be."""

    name: str
    folder: Path
    port: int
    extra: str

    @property
    def torrc(self) -> Path:
        """Its configuration file."""
        return self.folder / "torrc"


class PrivateTor:
    """A running network with one onion service in front of `target`."""

    def __init__(self, folder: Path, target: str, network: Namespace, client: Namespace) -> None:
        """Say what is wanted; `with` builds it.

        Args:
            folder: For keys and logs.
            target: Host and port the onion service leads to, as seen from the network's host.
            network: Where authorities, relays and service run.
            client: Where the client and its SOCKS5 door are.
        """
        self._folder = folder
        self._target = target
        self._network = network
        self._client = client
        self._children: list[Child] = []
        self.onion = ""
        self.bootstrap_seconds = 0.0

    @property
    def socks(self) -> str:
        """Where the client's SOCKS5 door is."""
        return f"{LOOPBACK}:{SOCKS_PORT}"

    def __enter__(self) -> Self:
        """Build the network and wait until client and service have joined it."""
        try:
            self._build()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_exc: object) -> None:
        """End every process."""
        self.stop()

    def stop(self) -> None:
        """End every process, the client first."""
        while self._children:
            self._children.pop().stop()

    def _build(self) -> None:
        began = now_seconds()
        authorities = [self._node(f"authority{n}", n, AUTHORITY) for n in range(AUTHORITIES)]
        lines = "".join(self._make_authority(node) for node in authorities)
        relays = [self._node(f"relay{n}", AUTHORITIES + n, RELAY) for n in range(RELAYS)]
        for node in authorities:
            self._start(node, lines, f"ORPort {node.port}\nDirPort {node.port + 1}\n")
        for node in relays:
            self._start(node, lines, f"ORPort {node.port}\n")
        service = self._folder / "service"
        door = f"SocksPort 0\nHiddenServiceDir {service}\nHiddenServicePort 80 {self._target}\n"
        host = self._start(self._node("servicehost", 90, ""), lines, door)
        door = f"SocksPort {self.socks}\n"
        client = self._start(self._node("client", 91, ""), lines, door, self._client)
        _await(host, "Bootstrapped 100%")
        _await(client, "Bootstrapped 100%")
        self.onion = (service / "hostname").read_text("ascii").strip()
        self.bootstrap_seconds = now_seconds() - began

    def _node(self, name: str, number: int, extra: str) -> _Node:
        folder = self._folder / name
        folder.mkdir(mode=0o700, parents=True)
        return _Node(name, folder, FIRST_PORT + 10 * number, extra)

    def _make_authority(self, node: _Node) -> str:
        """Make an authority's keys; give the line by which the others know it."""
        keys = node.folder / "keys"
        keys.mkdir(mode=0o700)
        directory = f"{self._network.address}:{node.port + 1}"
        vote = f"-a {directory} -m 12 --create-identity-key --passphrase-fd 0"
        _run_in(keys, "tor-gencert", *vote.split())
        certificate = (keys / "authority_certificate").read_text("ascii")
        identity = _found(r"^fingerprint (\w{40})$", certificate)
        node.torrc.write_text(f"DataDirectory {node.folder}\nORPort {node.port}\n")
        told = _run_in(keys, "tor", "--list-fingerprint", "-f", str(node.torrc))
        relay = "".join(_found(r"^\w+ ((?:[0-9A-F]{4} ?){10})$", told).split())
        return (
            f"DirAuthority {node.name} orport={node.port} no-v2 v3ident={identity}"
            f" {directory} {relay}\n"
        )

    def _start(
        self, node: _Node, authorities: str, doors: str, where: Namespace | None = None
    ) -> Child:
        """Start a tor, with the network unless told otherwise."""
        where = where or self._network
        node.torrc.write_text(
            f"{SHARED}Nickname {node.name}\nDataDirectory {node.folder}\n"
            f"Address {where.address}\n{authorities}{doors}{node.extra}"
        )
        child = where.start("tor", "-f", str(node.torrc), log=node.folder / "errors.log")
        self._children.append(child)
        return child


def _run_in(folder: Path, *command: str) -> str:
    """Run one of tor's own programs in a folder; it may ask for a passphrase."""
    done = subprocess.run(
        command, cwd=folder, input=_PASSPHRASE, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ChildError(f"{command[0]}: {done.stdout}{done.stderr}")
    return done.stdout


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text, re.MULTILINE)
    if found is None:
        raise ChildError(f"tor did not say {pattern}")
    return found[1]


def _await(child: Child, words: str) -> None:
    """Read a tor's log until it says something."""
    end = now_seconds() + BOOTSTRAP_SECONDS
    while words not in child.read_line(max(0.1, end - now_seconds())):
        continue
