"""What can go wrong on the sender's side. The text says what to do and never holds content."""

from enum import StrEnum


class ClientError(Exception):
    """Stand for everything this package raises itself."""


class NotJoinedError(ClientError):
    """There is no vault in the home yet."""


class AlreadyJoinedError(ClientError):
    """The home already belongs to a desk."""


class HomeBusyError(ClientError):
    """Another process works in the same home."""


class WrongPassphraseError(ClientError):
    """The passphrase does not open the vault."""


class VaultDamagedError(ClientError):
    """Neither copy of the vault is whole."""


class VaultFullError(ClientError):
    """What should be kept does not fit the vault's fixed size."""


class StorageError(ClientError):
    """The disk is full or fails: what is on it is whole, the last step may be there or not."""


class OutboxFullError(ClientError):
    """The outbox has no room for another sealed blob."""


class IllegalTransitionError(ClientError):
    """An event met a blob in a state that does not know it."""


class AttachmentError(ClientError):
    """A file cannot be attached."""


class InviteFileError(ClientError):
    """A joining bundle holds no invite, or a directory that is not the desk's."""


class FailureKind(StrEnum):
    """How a hand-over failed (docs/spec/engine.md section 2)."""

    REFUSED = "refused"
    RESET = "reset"
    TIMEOUT = "timeout"
    NOT_A_RELAY = "not_a_relay"
    CUT = "cut"


class TransportError(ClientError):
    """A hand-over failed; what was in flight is in doubt."""

    def __init__(self, sentence: str, kind: FailureKind = FailureKind.RESET) -> None:
        """Say it in one sentence, and name its kind."""
        super().__init__(sentence)
        self.kind = kind
