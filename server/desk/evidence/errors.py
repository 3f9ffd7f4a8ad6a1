"""What can go wrong in the evidence room."""

from server.desk.evidence.finding import State
from server.plumbing.errors import ToldError


class EvidenceError(ToldError):
    """Base of the errors below; the text says what to do."""


class NoSuchFileError(EvidenceError):
    """No file has this id, or it is not whole."""

    def __init__(self) -> None:
        """Say what to look at."""
        super().__init__("there is no whole file of this id: look at its report")


class NoSuchDerivativeError(EvidenceError):
    """No derivative has this id."""

    def __init__(self) -> None:
        """Say what to look at."""
        super().__init__("nothing that was made here has this id: look at its report")


class PictureRefusedError(EvidenceError):
    """No copy of a picture can be made.

    Attributes:
        state: Why.
    """

    def __init__(self, state: State) -> None:
        """Keep why."""
        self.state = state
        super().__init__(f"no copy of this file can be made: {state.value}")
