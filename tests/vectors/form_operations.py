"""What the operations on forms mean in Python."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from schemas.domain.forms import kept, missing, shown
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


OPERATIONS: Final[Mapping[tuple[str, str], Callable[[Mapping[str, Any]], dict[str, object]]]] = (
    MappingProxyType(
        {
            ("forms", "decode"): lambda given: {"key": decode_form(given["json"].encode()).key},
            ("forms", "answers"): _answers,
        }
    )
)
