"""What a command says when it cannot do what it was asked."""


class CommandError(Exception):
    """A command cannot go on; the text is the one line that is printed."""
