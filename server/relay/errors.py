"""What can go wrong inside the relay, where a caller acts differently on it."""

from server.plumbing.errors import ToldError


class RelayError(ToldError):
    """Base of the relay's errors."""


class StorageError(RelayError):
    """The database cannot be written or read now; nothing of the transaction happened."""


class NotForUsError(RelayError):
    """The request is answered like a page the web site does not have."""


class HomeError(RelayError):
    """The relay's own files are missing or damaged; the text says which command helps."""
