"""What can go wrong between a line and a signed assessment; each text says what to do."""

from server.plumbing.errors import ToldError


class SignalsError(ToldError):
    """The room refused an act."""


class UnknownSignalError(SignalsError):
    """There is no such signal or assessment."""


class AssessmentError(SignalsError):
    """An assessment is incomplete, or does not stand where the act needs it."""


class OwnSignatureError(SignalsError):
    """The second signature must be somebody else's."""


class DisclosureRefusedError(SignalsError):
    """Publishing would give away what must stay at the desk.

    Attributes:
        kinds: Which rules refused; stable words, safe to log.
    """

    def __init__(self, kinds: tuple[str, ...]) -> None:
        """Keep which rules refused."""
        self.kinds = kinds
        super().__init__(f"the disclosure check refused: {', '.join(kinds)}")
