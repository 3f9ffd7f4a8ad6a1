"""What can go wrong with keeping and deleting."""


class RetentionError(Exception):
    """Base of the room's errors; the text says what to do."""


class NoSuchSubjectError(RetentionError):
    """There is no report or incident of this id."""


class NoReasonError(RetentionError):
    """A hold was placed or lifted without a reason."""


class NotALevelError(RetentionError):
    """A level or a number of days that there is not."""
