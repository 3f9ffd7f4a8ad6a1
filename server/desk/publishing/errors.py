"""What can go wrong on the way out; each text says what to do."""

from server.plumbing.errors import ToldError


class PublishingError(ToldError):
    """The room refused to publish."""


class NothingPublishedError(PublishingError):
    """There is nothing to export yet."""


class UnknownPublicationError(PublishingError):
    """There is no such publication."""


class NotSignedError(PublishingError):
    """The assessment does not carry two signatures."""


class ChainError(PublishingError):
    """The message does not follow on the one it refers to."""


class ExerciseOnlyError(PublishingError):
    """A made-up country can only be exercised with."""


class CapError(PublishingError):
    """A document breaks a rule of CAP 1.2.

    Attributes:
        rule: Stable word for the rule.
    """

    def __init__(self, rule: str, where: str) -> None:
        """Keep the rule; say where it is broken, never what stands there."""
        self.rule = rule
        super().__init__(f"{rule}: {where}")
