"""Published alerts as a CSV file with HXL hashtags.

Theory of operation: the first row is for people, the second holds hashtags and attributes as the
humanitarian data exchange uses them. A spreadsheet runs what begins with `=`, `+`, `-`, `@`, a tab
or a line end as a formula; such a cell is written with an apostrophe in front, which spreadsheets
show as plain text.

Source: HXL standard 1.1, hashtag dictionary.
"""

import csv
import io
from collections.abc import Callable, Sequence
from typing import Final

from server.desk.publishing.alert import Alert

MEDIA_TYPE: Final = "text/csv"
FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")

Column = tuple[str, str, Callable[[Alert], str | int]]
COLUMNS: Final[Sequence[Column]] = (
    ("Alert", "#meta+id", lambda alert: alert.identifier),
    ("Sent", "#date+reported", lambda alert: alert.sent.strftime("%Y-%m-%dT%H:%M:%SZ")),
    ("Status", "#status+type", lambda alert: alert.status.value),
    ("Province", "#adm1+name", lambda alert: alert.area.name),
    ("Province code", "#adm1+code+iso", lambda alert: alert.area.code),
    ("From", "#date+start", lambda alert: alert.first_day),
    ("To", "#date+end", lambda alert: alert.last_day),
    ("Indicator code", "#indicator+code", lambda alert: alert.subject),
    ("Indicator", "#indicator+name", lambda alert: alert.event),
    ("Taxonomy", "#indicator+code+v_taxonomy", lambda alert: alert.taxonomy_version),
    ("Reports", "#indicator+value+num", lambda alert: alert.count),
    ("Severity", "#severity", lambda alert: alert.severity.value),
    ("Certainty", "#cause+certainty", lambda alert: alert.certainty.value),
    ("Headline", "#description+headline", lambda alert: alert.headline),
    ("Recommended step", "#response+name", lambda alert: alert.instruction),
)


def write_hxl(alerts: Sequence[Alert]) -> str:
    """Write the alerts that stand, one row each.

    Args:
        alerts: Not cancelled, not updated.

    Returns:
        CSV with CRLF line ends, as RFC 4180 has it.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([heading for heading, _tag, _value in COLUMNS])
    writer.writerow([tag for _heading, tag, _value in COLUMNS])
    for alert in alerts:
        writer.writerow([_cell(value(alert)) for _heading, _tag, value in COLUMNS])
    return out.getvalue()


def _cell(value: str | int) -> str:
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
