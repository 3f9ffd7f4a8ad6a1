"""What can go wrong between a courier relay and its upstream."""

from server.relay.errors import RelayError


class UpstreamError(RelayError):
    """The line of the upstream cannot be used; the text says what to change."""


class UnreachableError(RelayError):
    """The upstream gave no answer that counts.

    Attributes:
        slug: Why, in a word for logs and status.
    """

    def __init__(self, slug: str) -> None:
        """Keep the word."""
        super().__init__("the upstream cannot be reached; it will be tried again")
        self.slug = slug
