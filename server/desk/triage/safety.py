"""Plain texts a monitor can send with one key, in the reader's language.

They ask for nothing that would put a reporter in danger, and never for a name.
"""

from server.desk.translations import _


def canned_texts() -> tuple[tuple[str, str], ...]:
    """List the texts: label, words."""
    return (
        (
            _("Stay safe first"),
            _(
                "Thank you. Your report has arrived. Please do not put yourself in danger to learn "
                "more. Delete this message if keeping it is not safe."
            ),
        ),
        (
            _("When was it?"),
            _("Thank you. Can you say on which day it happened, and roughly at what hour?"),
        ),
        (
            _("Where was it?"),
            _(
                "Thank you. Can you say in which town or village it happened? The nearest place "
                "name is enough; do not send where you are now."
            ),
        ),
        (
            _("How do you know?"),
            _("Thank you. Did you see it yourself, or did somebody tell you? Please name nobody."),
        ),
    )
