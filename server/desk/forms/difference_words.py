"""What a publication changes, as sentences."""

from collections.abc import Mapping
from typing import Final

from server.desk.translations import N_

SENTENCES: Final[Mapping[str, str]] = {
    "new": N_("This form is new. Number of questions: %(number)s."),
    "title": N_("Another title in “%(language)s”."),
    "note": N_("Other words about what people should know first, in “%(language)s”."),
    "language-new": N_("New language: “%(language)s”."),
    "language-gone": N_("No longer in the language “%(language)s”."),
    "category-new": N_("Now asked for: %(category)s."),
    "category-gone": N_("No longer asked for: %(category)s."),
    "offered": N_("From now on it is only offered, and no longer asked."),
    "asked": N_("From now on it is asked, and no longer only offered."),
    "question-new": N_("New question: “%(question)s”."),
    "question-gone": N_("No longer asked: “%(question)s”."),
    "order": N_("The questions stand in another order."),
    "label": N_("Another wording of “%(question)s”, in “%(language)s”."),
    "hint": N_("Another hint for “%(question)s”, in “%(language)s”."),
    "type": N_("“%(question)s” takes another kind of answer."),
    "needed": N_("“%(question)s” needs an answer now."),
    "not-needed": N_("“%(question)s” needs no answer any more."),
    "limits": N_("Other limits for “%(question)s”."),
    "condition": N_("“%(question)s” is shown under another condition."),
    "options-new": N_("New answers for “%(question)s”: %(answers)s."),
    "options-gone": N_("Answers that “%(question)s” no longer has: %(answers)s."),
    "option": N_("Other words for the answer “%(answer)s” of “%(question)s”, in “%(language)s”."),
}
"""Code to sentence."""
