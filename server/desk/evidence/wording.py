"""Words of the evidence room's closed lists, in the language of the page."""

from typing import Final

from server.desk.evidence.finding import State
from server.desk.translations import N_, _

STATES: Final = {
    State.SEEN: N_("A picture that was opened and looked into."),
    State.NOT_A_PICTURE: N_(
        "Not a picture that this desk opens. It is only ever saved, never shown."
    ),
    State.TOO_LARGE: N_("A picture of too many pixels. It was not unpacked."),
    State.UNREADABLE: N_("It begins like a picture and is none that can be read."),
    State.FAILED: N_("The program that looks into pictures broke off on it. Treat it with care."),
}
GROUPS: Final = {"EXIF": N_("camera"), "GPS": N_("place"), "file": N_("file")}


def state_words(state: State) -> str:
    """Say how a look ended."""
    return _(STATES[state])


def group_words(group: str) -> str:
    """Name a group of facts."""
    return _(GROUPS[group]) if group in GROUPS else group
