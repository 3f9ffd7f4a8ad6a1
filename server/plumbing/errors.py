"""The errors of the plumbing: what stops a program from starting or from writing."""


class PlumbingError(Exception):
    """Base of the errors below; the text says what to do about it."""


class ConfigError(PlumbingError):
    """A setting is missing, half-set or outside of its range."""


class MigrationError(PlumbingError):
    """The database is of a later version than this program, or a step is out of order."""
