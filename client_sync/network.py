"""Which network is this: a name that says nothing to anybody else.

Theory of operation: a relay that is blocked in one network is clean in the next, so what is
learnt of relays is kept apart by network. The network's name is a keyed hash of its gateway and
subnet; the key stands in the vault. Whoever takes the machine cannot try out addresses, and two
machines name the same network differently. Where the system does not tell (anything but Linux),
every network is one.

Spec: docs/spec/engine.md section 5
"""

from pathlib import Path
from typing import Final

from client_sync.vault.contents import VaultContents
from schemas.constants import KEY_BYTES
from schemas.envelope.primitives import blake2b

ROUTES: Final = Path("/proc/net/route")
NAME_BYTES: Final = 16
_ANY: Final = b"any"
_PERSON_KEY: Final = "t1.netkey"
_PERSON_NAME: Final = "t1.netname"
_NOWHERE: Final = "00000000"
_LEAST_FIELDS: Final = 8
_DEVICE, _DESTINATION, _GATEWAY, _MASK = 0, 1, 2, 7


def memory_key(contents: VaultContents) -> bytes:
    """Derive the key under which networks are named and remembered."""
    return blake2b(size=KEY_BYTES, person=_PERSON_KEY, key=contents.author.seed)


def network_name(key: bytes, routes: Path = ROUTES) -> bytes:
    """Name the network this machine is on.

    Args:
        key: Of the vault.
        routes: The kernel's table of routes.

    Returns:
        16 bytes; the same for every network where the system does not tell.
    """
    try:
        table = routes.read_text("ascii")
    except (OSError, ValueError):
        table = ""
    return blake2b(_place(table), size=NAME_BYTES, person=_PERSON_NAME, key=key)


def _place(table: str) -> bytes:
    """Give gateway and subnet as the table writes them."""
    rows = [line.split() for line in table.splitlines()[1:]]
    rows = [row for row in rows if len(row) >= _LEAST_FIELDS]
    default = next((row for row in rows if row[_DESTINATION] == row[_MASK] == _NOWHERE), None)
    if default is None:
        return _ANY
    subnets = sorted(
        f"{row[_DESTINATION]}/{row[_MASK]}"
        for row in rows
        if row[_DEVICE] == default[_DEVICE] and row[_GATEWAY] == _NOWHERE
    )
    return " ".join([default[_GATEWAY], *subnets]).encode("ascii")
