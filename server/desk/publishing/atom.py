"""Published alerts as an Atom feed.

Spec: RFC 4287: section 4.1 for what a feed and an entry must hold, 4.2.6 for ids that never change.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from server.desk.publishing.alert import Alert
from server.desk.publishing.xml_text import Element, element, write_document

NAMESPACE: Final = "http://www.w3.org/2005/Atom"
MEDIA_TYPE: Final = "application/atom+xml"


def write_atom(alerts: Sequence[Alert], *, desk_id: str, desk_name: str, now: datetime) -> str:
    """Write every message ever published, newest first.

    Args:
        alerts: Any order.
        desk_id: Hex; names the feed for ever.
        desk_name: Who writes it.
        now: The feed's time where it has no entry.

    Returns:
        The feed, UTF-8.
    """
    newest_first = sorted(alerts, key=lambda alert: alert.sent, reverse=True)
    updated = newest_first[0].sent if newest_first else now
    parts = [
        element("id", f"urn:tocsin:desk:{desk_id}:publications"),
        element("title", f"{desk_name}: publications", type="text"),
        element("updated", _time(updated)),
        element("author", [element("name", desk_name)]),
        element("generator", "Tocsin"),
        *(_entry(alert) for alert in newest_first),
    ]
    return write_document(element("feed", parts), NAMESPACE)


def _entry(alert: Alert) -> Element:
    kind, status = alert.message_type.value, alert.status.value
    words = f"{alert.event}\n{alert.area.name}\n\n{alert.description}\n\n{alert.instruction}"
    return element(
        "entry",
        [
            element("id", f"urn:tocsin:alert:{alert.identifier}"),
            element("title", f"[{status} {kind}] {alert.headline}", type="text"),
            element("updated", _time(alert.sent)),
            element("published", _time(alert.sent)),
            element("category", term=alert.subject, scheme=f"urn:tocsin:{alert.taxonomy_version}"),
            element("rights", alert.restriction or f"For {alert.addresses} only", type="text"),
            element("content", words, type="text"),
        ],
    )


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
