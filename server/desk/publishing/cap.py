"""An alert as a CAP 1.2 document.

Spec: OASIS Common Alerting Protocol 1.2, sections 3.2 and 3.3; times per 3.3.2: no `Z`, and UTC
is written `-00:00`.
"""

from datetime import UTC, datetime

from server.desk.publishing.alert import Alert, AlertArea, MessageType, Reference
from server.desk.publishing.xml_text import Element, element, optional, write_document

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
MEDIA_TYPE = "application/cap+xml"
CATEGORY = "Security"
DEGREE_DIGITS = 2
"""About a kilometre: enough to recognise a province, too coarse to find a house."""


def write_cap(alert: Alert) -> str:
    """Write an alert.

    Args:
        alert: What to say.

    Returns:
        The document, UTF-8.
    """
    parts = [
        element("identifier", alert.identifier),
        element("sender", alert.sender),
        element("sent", time_text(alert.sent)),
        element("status", alert.status.value),
        element("msgType", alert.message_type.value),
        element("scope", alert.scope.value),
        *optional("restriction", alert.restriction),
        *optional("addresses", alert.addresses),
        *optional("references", " ".join(_reference(item) for item in alert.references)),
        _info(alert),
    ]
    return write_document(element("alert", parts), NAMESPACE)


def _info(alert: Alert) -> Element:
    parameters = (
        ("taxonomyVersion", alert.taxonomy_version),
        ("indicator", alert.subject),
        ("reportCount", str(alert.count)),
        ("firstDay", alert.first_day),
        ("lastDay", alert.last_day),
    )
    response = "AllClear" if alert.message_type is MessageType.CANCEL else "Assess"
    parts = [
        element("language", alert.language),
        element("category", CATEGORY),
        element("event", alert.event),
        element("responseType", response),
        element("urgency", alert.urgency.value),
        element("severity", alert.severity.value),
        element("certainty", alert.certainty.value),
        element("expires", time_text(alert.expires)),
        *optional("senderName", alert.sender_name),
        *optional("headline", alert.headline),
        *optional("description", alert.description),
        *optional("instruction", alert.instruction),
        *(_pair("parameter", name, value) for name, value in parameters),
        _area(alert.area),
    ]
    return element("info", parts)


def _area(area: AlertArea) -> Element:
    parts = [element("areaDesc", area.name)]
    parts += [element("polygon", polygon_text(ring)) for ring in area.polygons]
    parts.append(_pair("geocode", "ISO 3166-2", area.code))
    return element("area", parts)


def _pair(name: str, value_name: str, value: str) -> Element:
    return element(name, [element("valueName", value_name), element("value", value)])


def polygon_text(ring: tuple[tuple[float, float], ...]) -> str:
    """Write a ring as CAP wants it: latitude first, pairs apart by a space, closed."""
    return " ".join(
        f"{latitude:.{DEGREE_DIGITS}f},{longitude:.{DEGREE_DIGITS}f}"
        for longitude, latitude in ring
    )


def time_text(at: datetime) -> str:
    """Write a time the way CAP wants it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S-00:00")


def _reference(item: Reference) -> str:
    return f"{item.sender},{item.identifier},{time_text(item.sent)}"
