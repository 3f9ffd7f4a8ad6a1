"""What a command says when it cannot do what it was asked."""

from server.plumbing.errors import ToldError


class CommandError(ToldError):
    """A command cannot go on; the text is the one line that is printed."""
