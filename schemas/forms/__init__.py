"""The forms that come with the app, as data, and how a desk's own take their place.

Theory of operation: the files beside this module are the forms of a desk that has not made its own.
A directory carries only what differs: a form with the key of a bundled one replaces it, one with
no category silences it, another key is added. A form that this version cannot read is left out, so
that a desk may ask in ways that come later without shutting out older phones.

Spec: docs/spec/forms.md section 5
"""

import json
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any, Final

from schemas.domain.forms import Form
from schemas.domain.vocabulary import Category
from schemas.errors import FormError
from schemas.wire.forms import decode_form, form_of

BUNDLED_KEYS: Final = ("conduct", "utterance", "online", "affected")
"""In the order in which they are asked."""


@cache
def bundled() -> tuple[Form, ...]:
    """Read the forms that come with the app."""
    return tuple(form_of(bundled_document(key)) for key in BUNDLED_KEYS)


def bundled_document(key: str) -> dict[str, Any]:
    """Give the document of a form that comes with the app, anew each time.

    Args:
        key: One of `BUNDLED_KEYS`.
    """
    text = (resources.files(__name__) / f"{key}.json").read_text("utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


def in_force(desk_forms: Sequence[bytes]) -> tuple[Form, ...]:
    """Put a desk's own forms in the place of the bundled ones.

    Args:
        desk_forms: The directory's form documents, as canonical JSON.

    Returns:
        The bundled ones in order, replaced where the desk has its own, then the desk's others.
    """
    forms = {form.key: form for form in bundled()}
    for document in desk_forms:
        try:
            form = decode_form(document)
        except FormError:
            continue
        forms[form.key] = form
    return tuple(forms.values())


def asked_for(forms: Sequence[Form], category: Category) -> tuple[Form, ...]:
    """List the forms of a category."""
    return tuple(form for form in forms if category in form.categories)
