"""Published alerts as GeoJSON: provinces and numbers, nothing finer.

Spec: RFC 7946.
"""

import json
from collections.abc import Sequence
from itertools import pairwise

from server.desk.publishing.alert import Alert
from server.desk.publishing.cap import time_text

MEDIA_TYPE = "application/geo+json"


def write_geojson(alerts: Sequence[Alert]) -> str:
    """Write the alerts that stand, one feature each.

    Args:
        alerts: Not cancelled, not updated.

    Returns:
        A FeatureCollection, UTF-8.
    """
    document = {"type": "FeatureCollection", "features": [_feature(alert) for alert in alerts]}
    return json.dumps(document, ensure_ascii=False) + "\n"


def _feature(alert: Alert) -> dict[str, object]:
    return {
        "type": "Feature",
        "id": alert.identifier,
        "geometry": {
            "type": "MultiPolygon",
            "coordinates": [[_counter_clockwise(ring)] for ring in alert.area.polygons],
        },
        "properties": {
            "area": alert.area.code,
            "area_name": alert.area.name,
            "subject": alert.subject,
            "event": alert.event,
            "headline": alert.headline,
            "reports": alert.count,
            "first_day": alert.first_day,
            "last_day": alert.last_day,
            "status": alert.status.value,
            "severity": alert.severity.value,
            "urgency": alert.urgency.value,
            "certainty": alert.certainty.value,
            "restriction": alert.restriction,
            "sent": time_text(alert.sent),
            "expires": time_text(alert.expires),
        },
    }


def _counter_clockwise(ring: Sequence[tuple[float, float]]) -> list[list[float]]:
    """Turn a ring the way RFC 7946, section 3.1.6, asks for."""
    doubled = sum((x2 - x1) * (y2 + y1) for (x1, y1), (x2, y2) in pairwise(ring))
    turned = ring if doubled < 0 else ring[::-1]
    return [[longitude, latitude] for longitude, latitude in turned]
