"""What can go wrong with a boundary layer, and nothing else."""

from server.plumbing.errors import ToldError


class AreasError(ToldError):
    """A boundary layer cannot be used; the text says what to repair."""
