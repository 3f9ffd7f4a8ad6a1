"""Which directory to believe.

Theory of operation: the root key of the invite is pinned once. A directory counts when its
signature leads back to that key, and when it is newer than the one held. An older one is a
rollback, and another one under the same version is a fork; both are refused, because either
would let somebody who holds an old key, or a stolen one, split the desk's reporters apart. An
expired directory still seals.

Spec: docs/spec/directory.md section 3
"""

from dataclasses import dataclass

from schemas.domain.directory import Directory
from schemas.domain.ids import RootKey
from schemas.envelope.signing import unpack_directory, verify_directory
from schemas.errors import DirectoryError
from schemas.wire.directory import decode_directory


@dataclass(frozen=True, slots=True)
class TrustedDirectory:
    """A directory whose signature was verified; only `accept_directory` makes one."""

    directory: Directory
    signed: bytes
    plain_json: bytes


def accept_directory(
    signed: bytes, pinned_root: RootKey, held: TrustedDirectory | None = None
) -> TrustedDirectory:
    """Verify a directory and compare it with the one held.

    Args:
        signed: Untrusted bytes from a relay, a bundle or the vault.
        pinned_root: Founding root key of the invite.
        held: What was accepted before, if anything.

    Returns:
        The directory to believe from now on.

    Raises:
        DirectoryError: `bad-directory`, `bad-signature`, `rollback` or `fork`.
    """
    sig, plain_json = unpack_directory(signed)
    directory = decode_directory(plain_json)
    verify_directory(
        sig,
        plain_json,
        pinned_root=pinned_root,
        desk_id=directory.desk_id,
        root_chain=directory.root_chain,
    )
    if held is not None and directory.version < held.directory.version:
        raise DirectoryError("rollback", "older than the directory held")
    if held is not None and directory.version == held.directory.version:
        if plain_json != held.plain_json:
            raise DirectoryError("fork", "two directories of one version; tell your desk")
        return held
    return TrustedDirectory(directory, signed, plain_json)
