"""What is looked at before anybody is asked for a passphrase: the invite, and the home.

Theory of operation: who mistyped an invite, or stands in the wrong folder, learns it at once, not
after choosing a passphrase. An invite whose way to the relay cannot be followed is refused here
too: its sender would find out only when a report is waiting.
"""

from pathlib import Path

from client_sync.errors import AlreadyJoinedError, ClientError
from client_sync.transports.bundle_file import read_bundle_file
from client_sync.vault.container import VaultFile
from schemas.bundle.reader import Bundle
from schemas.domain.directory import BridgeLine
from schemas.wire.invite import parse_invite
from schemas.wire.route import route_of


def read_invite(text: str) -> BridgeLine:
    """Read an invite link or bridge line.

    Raises:
        InviteError: When it cannot be read, or its relay not be reached as it says.
    """
    invite = parse_invite(text)
    route_of(invite)
    return invite


def read_joining_file(path: Path) -> tuple[BridgeLine, Bundle]:
    """Read a joining bundle.

    Raises:
        ClientError: When it cannot be read or holds no invite.
        BundleError: When it is no bundle.
        InviteError: When its relay cannot be reached as it says.
    """
    bundle = read_bundle_file(path)
    if bundle.invite is None:
        raise ClientError("this file holds no invite; ask the desk for a joining file")
    route_of(bundle.invite)
    return bundle.invite, bundle


def check_free(home: Path) -> None:
    """Refuse a home that belongs to a desk.

    Raises:
        AlreadyJoinedError: When it does.
    """
    if VaultFile.exists(home):
        raise AlreadyJoinedError("this home belongs to a desk already; name another --home")
