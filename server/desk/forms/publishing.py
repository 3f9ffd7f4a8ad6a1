"""From a draft into force: checked, published, and signed into the directory at once."""

from collections.abc import Mapping
from typing import Any, Final

from schemas.domain.forms import Form
from schemas.framework import bundled as bundled_framework
from server.desk.forms.checking import finished, troubles
from server.desk.forms.drafts import Draft, discard
from server.desk.forms.errors import DraftError
from server.desk.keys.directories import issue
from server.desk.keys.forms import FormsError, publish_form, withdraw_form
from server.desk.keys.hand import Hand

NOT_READ: Final = "findings"
TROUBLED: Final = "troubles"


class NotReadyError(DraftError):
    """A draft cannot be published yet.

    Attributes:
        word: `findings` while what an import left out is unread, `troubles` while a rule is broken.
    """

    def __init__(self, word: str, said: str) -> None:
        """Keep the word for whoever says it in another language."""
        super().__init__(said)
        self.word = word


def ready(draft: Draft) -> Mapping[str, Any]:
    """Give a draft's document as it would be published.

    Raises:
        NotReadyError: It is not to be published yet.
    """
    if draft.findings:
        raise NotReadyError(NOT_READ, "read what the import left out first")
    found = troubles(draft.document)
    if found:
        raise NotReadyError(TROUBLED, f"{len(found)} things are in the way: see the editor")
    return finished(draft.document)


def publish(hand: Hand, draft: Draft) -> Form:
    """Put a draft into force, sign it into a new directory and end the draft; the caller commits.

    Raises:
        NotReadyError: It breaks a rule, or what an import left out is unread.
        DraftError: The desk has too many forms.
    """
    document = ready(draft)
    try:
        form = publish_form(hand.session, document, hand.actor)
    except FormsError as error:
        raise DraftError(str(error)) from error
    discard(hand, draft.id)
    issue(hand.session, hand.ring, bundled_framework().version)
    return form


def withdraw(hand: Hand, key: str) -> None:
    """Take the desk's own form out of force and sign a directory without it; the caller commits.

    Raises:
        DraftError: The desk has none of this key in force.
    """
    try:
        withdraw_form(hand.session, key, hand.actor)
    except FormsError as error:
        raise DraftError(str(error)) from error
    issue(hand.session, hand.ring, bundled_framework().version)
