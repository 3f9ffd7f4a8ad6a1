"""A home that is open: locked, unlocked, and put right after a crash."""

from pathlib import Path

from client_sync.clock import Clock
from client_sync.errors import NotJoinedError
from client_sync.files import HomeLock
from client_sync.outbox.store import OutboxStore
from client_sync.sealing import Sealer
from client_sync.vault.container import VaultFile
from client_sync.vault.vault import Vault
from schemas.envelope.entropy import Entropy

OUTBOX_NAME = "outbox.db"


class Session:
    """Vault and outbox of one home, held by this process alone."""

    def __init__(self, home: Path, passphrase: str, clock: Clock, entropy: Entropy) -> None:
        """Open a home.

        Args:
            home: The folder.
            passphrase: Opens the vault.
            clock: Names days and weeks.
            entropy: Source of keys and nonces.

        Raises:
            NotJoinedError: When there is no vault.
            HomeBusyError: When another process works there.
            WrongPassphraseError: When the passphrase is another.
        """
        if not VaultFile.exists(home):
            raise NotJoinedError("this home belongs to no desk yet; run join with an invite first")
        self._lock = HomeLock(home)
        try:
            self.vault = Vault.open(home, passphrase, entropy)
            self.outbox = OutboxStore(home / OUTBOX_NAME)
        except BaseException:
            self._lock.release()
            raise
        self.sealer = Sealer(self.vault, self.outbox, clock, entropy)
        try:
            self.sealer.recover()
            self.sealer.seal_drafts()  # a crash may have come right after the directory
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the outbox and let the next process in."""
        self.outbox.close()
        self._lock.release()
