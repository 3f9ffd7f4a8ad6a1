"""An alert's stored form: the plain JSON that is sealed, and back.

The document that left is kept beside the values, byte for byte, because what was said must not
change when a later version writes it otherwise.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from server.desk.publishing.alert import (
    Alert,
    AlertArea,
    Certainty,
    MessageType,
    Reference,
    Scope,
    Severity,
    Status,
    Urgency,
)

_LISTS: Mapping[str, type[Any]] = {
    "status": Status,
    "message_type": MessageType,
    "scope": Scope,
    "urgency": Urgency,
    "severity": Severity,
    "certainty": Certainty,
    "sent": datetime,
    "expires": datetime,
}


def alert_to_json(alert: Alert) -> dict[str, object]:
    """Write an alert as JSON values."""
    held = asdict(alert)
    for name in ("sent", "expires"):
        held[name] = held[name].isoformat()
    for reference in held["references"]:
        reference["sent"] = reference["sent"].isoformat()
    return held


def alert_from_json(held: Mapping[str, Any]) -> Alert:
    """Read an alert back."""
    values: dict[str, Any] = dict(held)
    for name, kind in _LISTS.items():
        text = str(held[name])
        values[name] = datetime.fromisoformat(text) if kind is datetime else kind(text)
    values["references"] = tuple(
        Reference(item["sender"], item["identifier"], datetime.fromisoformat(item["sent"]))
        for item in held["references"]
    )
    area = held["area"]
    rings = tuple(tuple((x, y) for x, y in ring) for ring in area["polygons"])
    values["area"] = AlertArea(area["code"], area["name"], rings)
    return Alert(**values)
