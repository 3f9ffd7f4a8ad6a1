"""What the kinds of refusal mean, in words for the people who look at the quarantine.

Spec: docs/spec/envelope.md section 3
"""

from typing import Final

from server.desk.intake.canary_handing import REFUSED
from server.desk.intake.canary_schedule import NONE_SENT, NOT_BACK, NOT_OPENED
from server.desk.intake.quarantine import (
    AGAIN_KIND,
    DAMAGED_KIND,
    UNCLAIMED_KIND,
    UNREADABLE_KIND,
)
from server.desk.translations import N_, _

_REASONS: Final = {
    "bad-size": N_("Its length is none that a phone sends."),
    "not-for-us": N_("No key of this desk opens it. It may be for another desk, or too old."),
    "bad-commit": N_("It was made to open differently for different readers."),
    "bad-body": N_("It was changed on the way, or sealed for another desk."),
    "bad-padding": N_("What is inside is not filled up as it should be."),
    "bad-version": N_("It comes from a version that this desk does not know."),
    "bad-deflate": N_("What is inside cannot be unpacked."),
    "bad-author": N_("Its signature is not that of its author."),
    "bad-report": N_("What is inside is no report, or breaks a rule for reports."),
    AGAIN_KIND: N_("This piece of a file came a second time with other content."),
    DAMAGED_KIND: N_("The file is not the one that its sender described."),
    UNCLAIMED_KIND: N_("A piece of a file whose report never came."),
    UNREADABLE_KIND: N_("Opening it failed in an unexpected way. Tell whoever maintains the desk."),
}


_PROBLEMS: Final = {
    "no-answer": N_("does not answer"),
    "not-admitted": N_("has not admitted this desk"),
    "refused": N_("refuses"),
    "bad-answer": N_("gives an answer that is not a relay's"),
    "too-large": N_("gives too much at once"),
    "storage": N_("cannot write"),
}


_CANARY_PROBLEMS: Final = {
    NOT_BACK: N_("taken by the relay and not given back"),
    NONE_SENT: N_("none was sent: the desk did not run"),
    NOT_OPENED: N_("came back and does not open"),
    REFUSED: N_("refused, as a phone's report would be"),
}


def canary_problem(slug: str) -> str:
    """Say why a canary is missed."""
    return _(_CANARY_PROBLEMS[slug]) if slug in _CANARY_PROBLEMS else relay_problem(slug)


def relay_problem(slug: str) -> str:
    """Say what is wrong with a relay; the slug itself if it has no words yet."""
    return _(_PROBLEMS[slug]) if slug in _PROBLEMS else slug


def reason(kind: str) -> str:
    """Say what a kind of refusal means; the kind itself if it has no words yet."""
    return _(_REASONS[kind]) if kind in _REASONS else kind
