"""What can go wrong with a draft."""

from server.desk.keys.errors import KeysError


class DraftError(KeysError):
    """A draft cannot be found, changed or published; the text says why."""


class DraftChangedError(DraftError):
    """Somebody else changed the draft meanwhile."""


class UnreadableError(DraftError):
    """A file cannot be read as an XLSForm.

    Attributes:
        word: One of `reading.REFUSALS`.
    """

    def __init__(self, word: str, said: str) -> None:
        """Keep the word for whoever says it in another language."""
        super().__init__(said)
        self.word = word
