"""What every error of the server stands on, and what stops a program from starting or writing."""


class ToldError(Exception):
    """Base of all rooms' errors: the text says what to do, and may be shown as it is."""


class PlumbingError(ToldError):
    """Base of the errors below."""


class ConfigError(PlumbingError):
    """A setting is missing, half-set or outside of its range."""


class MigrationError(PlumbingError):
    """The database is of a later version than this program, or a step is out of order."""
