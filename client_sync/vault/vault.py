"""The open vault: its contents, and what follows from them."""

from datetime import datetime
from pathlib import Path

from client_sync.errors import StorageError
from client_sync.trust import TrustedDirectory, accept_directory
from client_sync.vault.container import FULL_COST, DerivationCost, VaultFile
from client_sync.vault.contents import VaultContents, decode_contents, encode_contents
from schemas.domain.directory import BridgeLine
from schemas.domain.ids import RelayKey, ReportId, RootKey
from schemas.envelope.entropy import Entropy, random_bytes
from schemas.envelope.keys import new_signing_key
from schemas.wire.invite import format_bridge_line, parse_invite


class Vault:
    """What the passphrase opened."""

    def __init__(self, file: VaultFile, contents: VaultContents, entropy: Entropy) -> None:
        """Take an open file and its contents; use `create` or `open`."""
        self._file = file
        self._contents = contents
        self._entropy = entropy
        self._bridge = parse_invite(contents.invite)
        self._trusted = (
            accept_directory(contents.directory, self.root_key) if contents.directory else None
        )

    def __repr__(self) -> str:
        """Hide everything."""
        return "<Vault>"

    @classmethod
    def create(
        cls,
        home: Path,
        passphrase: str,
        bridge: BridgeLine,
        cost: DerivationCost = FULL_COST,
        entropy: Entropy = random_bytes,
        *,
        directory: bytes | None = None,
    ) -> "Vault":
        """Make the vault of somebody who joins a desk.

        Args:
            home: An existing folder without a vault.
            passphrase: Not empty.
            bridge: The invite; root key and name are set.
            cost: What one guess of the passphrase shall cost.
            entropy: Source of salt, nonces and author key.
            directory: The desk's, verified already, if it came along.
        """
        invite = format_bridge_line(bridge)
        contents = VaultContents(invite, new_signing_key(entropy), directory)
        file = VaultFile.create(home, passphrase, encode_contents(contents), cost, entropy)
        return cls(file, contents, entropy)

    @classmethod
    def open(cls, home: Path, passphrase: str, entropy: Entropy = random_bytes) -> "Vault":
        """Open an existing vault.

        Raises:
            WrongPassphraseError: When the passphrase is another.
            VaultDamagedError: When no copy is whole.
        """
        file, raw = VaultFile.open(home, passphrase)
        return cls(file, decode_contents(raw), entropy)

    @property
    def contents(self) -> VaultContents:
        """What is kept."""
        return self._contents

    @property
    def root_key(self) -> RootKey:
        """The founding root key that the invite pinned."""
        root_key = self._bridge.root_key
        if root_key is None:
            raise AssertionError("parse_invite gives an invite with a root key")
        return root_key

    @property
    def desk_name(self) -> str:
        """The desk's name: the directory's, or the invite's before there is one."""
        return self._trusted.directory.name if self._trusted else self._bridge.name or ""

    @property
    def trusted(self) -> TrustedDirectory | None:
        """The newest directory accepted."""
        return self._trusted

    def is_expired(self, now: datetime) -> bool:
        """Tell whether the directory held is past its day; a warning, never a refusal."""
        return self._trusted is not None and now.date() > self._trusted.directory.expires

    def relays(self) -> tuple[BridgeLine, ...]:
        """List relays in the order to try them: the directory's, then the invite's own."""
        listed = self._trusted.directory.relays if self._trusted else ()
        by_key: dict[RelayKey, BridgeLine] = {}
        for bridge in (*listed, self._bridge):
            by_key.setdefault(bridge.relay_key, bridge)
        return tuple(by_key.values())

    def report_of_parcel(self, parcel: bytes) -> ReportId | None:
        """Find the sealed report whose blobs a parcel groups."""
        reports = self._contents.reports.items()
        return next((one for one, kept in reports if kept.parcel == parcel), None)

    def keep(self, contents: VaultContents) -> None:
        """Make new contents durable, then believe them.

        Raises:
            VaultFullError: When they do not fit; nothing changed then.
            StorageError: When the disk fails. Which contents the next `open` finds is not
                known then: this object must not be used any more.
        """
        try:
            self._file.save(encode_contents(contents), self._entropy)
        except OSError as error:
            raise StorageError(
                "the disk is full or fails; free some space and look at status before trying again"
            ) from error
        self._contents = contents

    def take_directory(self, signed: bytes) -> bool:
        """Accept a directory from anywhere, if it is the desk's and newer.

        Returns:
            Whether it replaced the one held.

        Raises:
            DirectoryError: When it must not be believed; nothing changed then.
        """
        accepted = accept_directory(signed, self.root_key, self._trusted)
        if accepted is self._trusted:
            return False
        self.keep(self._contents.with_directory(accepted.signed))
        self._trusted = accepted
        return True
