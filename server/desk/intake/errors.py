"""What can go wrong where reports come in."""

from server.plumbing.errors import ToldError


class IntakeError(ToldError):
    """Base of the errors below; the text says what to do."""


class RelayUnreachableError(IntakeError):
    """A relay did not answer, or its answer is no answer of a relay.

    Attributes:
        slug: Short kind for the relays page.
    """

    def __init__(self, slug: str) -> None:
        """Keep the kind."""
        self.slug = slug
        super().__init__(f"the relay gave no usable answer ({slug}): try again later")


class UnknownReportError(IntakeError):
    """No report has this id."""

    def __init__(self) -> None:
        """Say what to look at."""
        super().__init__("no report has this id: see `python -m server desk reports`")


class AmbiguousReportError(IntakeError):
    """Several reports begin with these digits."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("several reports begin with these digits: give more of them")


class DoNotContactError(IntakeError):
    """The reporter asked not to be written to, and nobody lifted that."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("this reporter said that contact is not safe: a lead may lift that")


class NoReasonError(IntakeError):
    """Allowing contact again needs a reason."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("say in a sentence or two why contact is safe again")


class PullRunningError(IntakeError):
    """Another pull is at work."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("a pull is running already: wait for it to end")
