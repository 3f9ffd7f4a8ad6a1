"""What can be wrong with the desk's keys."""

from server.plumbing.errors import ToldError


class KeysError(ToldError):
    """Base of the errors below; the text says what to do."""


class DeskLockedError(KeysError):
    """The storage key is not in memory; somebody has to log in, or give the passphrase."""

    def __init__(self) -> None:
        """Say what unlocks the desk."""
        super().__init__("the desk is locked: log in, or set TOCSIN_DESK_PASSPHRASE")


class WrongPassphraseError(KeysError):
    """No credential slot opens with what was given."""


class SealedColumnError(KeysError):
    """A sealed column does not open: it was changed, or moved to another row."""


class NotFoundedError(KeysError):
    """This desk has no keys yet."""
