"""The overview: what stands out, the map, and the line that was chosen."""

from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from server.desk.accounts.roles import Role
from server.desk.accounts.sessions import requires
from server.desk.context import now
from server.desk.db import desk_session
from server.desk.intake.store import reports_named
from server.desk.keys.keyring import keyring
from server.desk.signals import drawing, observing
from server.desk.signals.counting import EVERYTHING, WHOLE_COUNTRY, Line, Lines
from server.desk.signals.routes.room import blueprint
from server.desk.signals.scan import DETECTORS_IN_ORDER, Scan, readings_at, scan
from server.desk.signals.store import assessments_of, signals
from server.desk.signals.weeks import IsoWeek
from server.desk.triage.routes.room import note_reading, taxonomy
from server.desk.triage.whereabouts import layer_of_desk

WINDOWS_WEEKS = (4, 12, 26, 52)
MOST_RAISED = 12
MOST_REPORTS = 40


@dataclass(frozen=True, slots=True)
class Asked:
    """What a visitor wants to look at.

    Attributes:
        week: The week whose readings are shown; the last one unless asked for another.
    """

    country: str
    area: str
    subject: str
    window: int
    week: str = ""

    def query(self, **changes: str | int) -> dict[str, str | int]:
        """Give the address's query with some values changed."""
        held: dict[str, str | int] = {
            "country": self.country,
            "area": self.area,
            "subject": self.subject,
            "window": self.window,
        }
        return {**held, **changes}


@blueprint.get("/signals")
@requires(Role.READER)
def overview() -> ResponseReturnValue:
    """Show what stands out, where, and since when."""
    session, ring = desk_session(), keyring()
    heard = observing.countries(session, ring)
    if not heard:
        return render_template("signals_empty.html")
    asked = _asked(list(heard))
    found = observing.coverage(session, ring, asked.country, now())
    facts = _line_facts(found.lines.line(asked.area, asked.subject), asked)
    html = render_template(
        "signals.html",
        asked=asked,
        heard=heard,
        coverage=found,
        lines=found.lines,
        coded=frozenset(found.lines.subjects()),
        scan=_shortened(scan(found.lines)),
        map=_map(asked, found.lines),
        rows=_rows(asked, found.lines),
        windows=WINDOWS_WEEKS,
        factors=taxonomy().framework.factors,
        kept=[(kept, assessments_of(session, ring, kept.id)) for kept in signals(session, ring)],
        everything=EVERYTHING,
        whole=WHOLE_COUNTRY,
        **facts,
    )
    note_reading("signals", len(facts["reports"]))
    return html


def _asked(heard: list[str]) -> Asked:
    query = request.args
    window = query.get("window", "")
    country = query.get("country", "")
    known = {str(size) for size in WINDOWS_WEEKS}
    return Asked(
        country=country if country in heard else heard[0],
        area=query.get("area") or WHOLE_COUNTRY,
        subject=query.get("subject") or EVERYTHING,
        window=int(window) if window in known else WINDOWS_WEEKS[1],
        week=query.get("week", ""),
    )


def _shortened(found: Scan) -> Scan:
    return Scan(found.raised[:MOST_RAISED], found.lines_read, found.by_chance)


def _map(asked: Asked, lines: Lines) -> drawing.DrawnMap | None:
    areas = layer_of_desk().country(asked.country)
    if not areas:
        return None
    counts = {area.code: lines.line(area.code, asked.subject).total(asked.window) for area in areas}
    heard = frozenset(
        area.code for area in areas if lines.line(area.code, EVERYTHING).total(asked.window)
    )
    return drawing.draw_map(areas, counts, heard)


def _rows(asked: Asked, lines: Lines) -> list[dict[str, object]]:
    """Give the table beside the map: every area, most reports first."""
    rows: list[dict[str, object]] = []
    for area in layer_of_desk().country(asked.country):
        line = lines.line(area.code, asked.subject)
        now_count, before = line.total(asked.window), line.total(2 * asked.window)
        silent = lines.silent.get(area.code, frozenset())
        rows.append(
            {
                "code": area.code,
                "count": now_count,
                "before": before - now_count if 2 * asked.window <= len(line.weeks) else None,
                "heard": lines.line(area.code, EVERYTHING).total(asked.window),
                "silent": sum(1 for week in silent if week in line.weeks[-asked.window :]),
            }
        )
    return sorted(rows, key=lambda row: -int(str(row["count"])))


def _line_facts(line: Line, asked: Asked) -> dict[str, Any]:
    """Read the chosen line, and open the reports of its last weeks."""
    end = _end(line, asked.week)
    readings = readings_at(line, end)
    start = max(0, end - asked.window)
    ids = [name for week_ids in line.report_ids[start:end] for name in week_ids]
    newest = ids[::-1][:MOST_REPORTS]
    views = reports_named(desk_session(), keyring(), newest)
    return {
        "line": line,
        "chart": drawing.draw_chart(line),
        "read_week": line.weeks[end - 1],
        "running_week": line.weeks[-1],
        "read_count": line.counts[end - 1],
        "readings": [(name, readings[name]) for name in DETECTORS_IN_ORDER],
        "reports": [views[report_id] for report_id in newest],
        "reports_more": len(ids) - len(newest),
    }


def _end(line: Line, week: str) -> int:
    """Count the weeks up to the one asked for, or up to the last that is over."""
    try:
        return line.weeks.index(IsoWeek.parse(week)) + 1
    except ValueError:
        return len(line.weeks) - 1
