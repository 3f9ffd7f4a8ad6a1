"""What can go wrong with a boundary layer, and nothing else."""


class AreasError(Exception):
    """A boundary layer cannot be used; the text says what to repair."""
