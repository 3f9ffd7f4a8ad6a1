"""What can go wrong in triage; each text says what to do."""

from server.plumbing.errors import ToldError


class TriageError(ToldError):
    """Triage refused an act."""


class IllegalTransitionError(TriageError):
    """The act does not fit where the report stands."""


class ClaimHeldError(TriageError):
    """Somebody else is working on the report."""


class UnknownReportError(TriageError):
    """There is no such report."""


class UnknownIndicatorError(TriageError):
    """The desk's taxonomy has no such indicator."""


class NothingToUndoError(TriageError):
    """The last act is not this person's, or was already undone."""


class UnknownCodingError(TriageError):
    """There is no such coding, or it is somebody else's."""


class UnknownIncidentError(TriageError):
    """There is no such incident."""


class IncidentConflictError(TriageError):
    """The reports cannot stand in one incident as things are."""


class TranslationChangedError(TriageError):
    """A colleague translated the report meanwhile."""


class IncidentChangedError(TriageError):
    """A colleague changed the incident's words meanwhile."""
