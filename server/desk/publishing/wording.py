"""What a message says around the findings, in the language of the message.

The message's language need not be the visitor's: the catalogue is asked for it directly.
"""

from babel.support import NullTranslations

from schemas.domain.framework import Framework
from server.desk.areas.layer import Area
from server.desk.publishing.composing import Words
from server.desk.translations import N_, catalogue

RISK = N_("Risk of atrocity crimes")
KNOWN = N_("What we know")
BASIS = N_("How we know it")
UNKNOWN = N_("What we do not know")
EXPLANATIONS = N_("Competing explanations")


def message_words(subject: str, area: Area, framework: Framework, language: str) -> Words:
    """Say subject, area and headings in a language of the desk, or in English.

    Args:
        subject: Indicator id or risk factor id.
        area: Where.
        framework: What indicators there are.
        language: Code of the message's language.
    """
    said = catalogue().get(language) or NullTranslations()
    indicator, factor = framework.indicator(subject), framework.factor(subject)
    label = indicator.label if indicator else factor.title if factor else ""
    return Words(
        event=f"{said.gettext(RISK)}, {subject}: {said.gettext(label) if label else subject}",
        area=area.name(language),
        known=said.gettext(KNOWN),
        basis=said.gettext(BASIS),
        unknown=said.gettext(UNKNOWN),
        explanations=said.gettext(EXPLANATIONS),
    )
