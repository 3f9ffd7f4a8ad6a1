"""Writing what was measured as JSON, to be sealed or to go through a pipe, and reading it."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from server.desk.suggestions.accuracy import Accuracy, Bin, Rates, Support


def to_json(accuracy: Accuracy) -> dict[str, Any]:
    """Write figures as plain values."""
    return asdict(accuracy)


def from_json(held: Mapping[str, Any]) -> Accuracy:
    """Read what :func:`to_json` wrote."""
    return Accuracy(
        reports=int(held["reports"]),
        codings=int(held["codings"]),
        model=Rates(**held["model"]),
        rules=Rates(**held["rules"]),
        bins=tuple(Bin(**one) for one in held["bins"]),
        error=float(held["error"]),
        support=tuple(Support(**one) for one in held["support"]),
    )
