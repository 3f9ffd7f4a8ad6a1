"""What the operations on forms mean in Python."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from schemas.domain.forms import kept, missing, shown
from schemas.domain.vocabulary import Category
from schemas.forms import asked_for, in_force
from schemas.wire.forms import decode_form


def _answers(given: Mapping[str, Any]) -> dict[str, object]:
    form = decode_form(given["form"].encode())
    answers = {
        key: tuple(one) if isinstance(one, list) else one for key, one in given["answers"].items()
    }
    keeps = kept(form, answers)
    return {
        "shown": [one.key for one in shown(form, answers)],
        "kept": {key: list(one) if isinstance(one, tuple) else one for key, one in keeps.items()},
        "missing": list(missing(form, answers)),
    }


def _asked(given: Mapping[str, Any]) -> dict[str, object]:
    forms = in_force([document.encode() for document in given["forms"]])
    asked = asked_for(forms, Category(given["category"]))
    return {"asked": [f"{form.key} {form.version}" for form in asked]}


OPERATIONS: Final[Mapping[tuple[str, str], Callable[[Mapping[str, Any]], dict[str, object]]]] = (
    MappingProxyType(
        {
            ("forms", "decode"): lambda given: {"key": decode_form(given["json"].encode()).key},
            ("forms", "answers"): _answers,
            ("forms", "in_force"): _asked,
        }
    )
)
