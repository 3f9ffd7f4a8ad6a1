"""What is in the way of publishing, as sentences that say what to do."""

from collections.abc import Mapping
from typing import Final

from server.desk.forms.checking import Trouble
from server.desk.translations import N_, gettext

SENTENCES: Final[Mapping[str, str]] = {
    "form-key": N_("The key of the form is small letters, digits and _, a letter first."),
    "languages": N_("A form has at most %(most)s languages. Remove some."),
    "no-title": N_("The title is missing in “%(language)s”."),
    "long-title": N_(
        "The title in “%(language)s” has %(length)s characters; %(most)s fit. Shorten it."
    ),
    "no-note": N_("What people should know first is missing in “%(language)s”."),
    "long-note": N_(
        "What people should know first has %(length)s characters in “%(language)s”; %(most)s fit. "
        "Shorten it."
    ),
    "no-reason": N_("A form that is only offered says why. Write what people should know first."),
    "no-questions": N_("There is no question yet. Add one."),
    "too-many-questions": N_("A form has at most %(most)s questions. Remove some, or make two."),
    "key": N_("The key of a question is small letters, digits and _, a letter first."),
    "key-twice": N_("Two questions have the key “%(key)s”. Change one."),
    "no-label": N_("The question is missing in “%(language)s”."),
    "long-label": N_(
        "The question in “%(language)s” has %(length)s characters; %(most)s fit. Shorten it."
    ),
    "no-hint": N_("The hint is missing in “%(language)s”. Write it, or empty it in all."),
    "long-hint": N_(
        "The hint in “%(language)s” has %(length)s characters; %(most)s fit. Shorten it."
    ),
    "options": N_("A question to choose from has %(least)s to %(most)s answers."),
    "value": N_("“%(value)s” is no key of an answer: small letters, digits and _, a letter first."),
    "value-twice": N_("Two answers have the key “%(value)s”. Change one."),
    "no-option": N_("The answer “%(value)s” is missing in “%(language)s”."),
    "long-option": N_("The answer “%(value)s” is longer than %(most)s characters. Shorten it."),
    "limits": N_("The limits do not fit: from least to most, at most %(most)s."),
    "condition-deep": N_("The condition is too long. Choose a shorter one."),
    "condition-order": N_(
        "The condition asks about “%(question)s”, which is no question above with answers to "
        "choose. Move it up, or choose another condition."
    ),
    "condition-value": N_(
        "The condition asks about the answer “%(value)s” of “%(question)s”, which is not there."
    ),
    "too-large": N_(
        "The form has %(bytes)s bytes; %(most)s fit. Shorten sentences, or make two forms."
    ),
    "other": N_("The form breaks a rule. Look at docs/spec/forms.md."),
}
"""Code to sentence."""


def trouble_said(trouble: Trouble) -> str:
    """Say what is in the way, in the language of the request."""
    return gettext(SENTENCES[trouble.code]) % dict(trouble.values)
