"""`desk reports`: list opened reports, newest first."""

import json
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import datetime
from typing import Final

from schemas.constants import COORDINATE_SCALE
from server.cli.desk_session import ACTOR, open_desk
from server.desk.audit.store import Act, append_all
from server.desk.context import now
from server.desk.db import start_writing
from server.desk.intake.store import reports_page
from server.desk.intake.views import ReportView
from server.desk.triage.store import codings_named, triage_named
from server.desk.triage.views import CodingView, TriageView

EXAMPLE = "example: python -m server desk reports --json --limit 20"
DEFAULT_LIMIT: Final = 100
MOST: Final = 100_000
HINT_CHARACTERS: Final = 60
SHORT_ID_CHARACTERS: Final = 12


def configure(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("--json", action="store_true", help="print one JSON list")
    parser.add_argument(
        "--limit", type=_limit, default=DEFAULT_LIMIT, metavar="N", help="at most N, newest first"
    )
    parser.epilog = EXAMPLE
    parser.set_defaults(run=run)


def _limit(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= MOST:
        raise ArgumentTypeError(f"give a number from 1 to {MOST}")
    return int(text)


def run(arguments: Namespace) -> int:
    """Print the reports; each reading is in the audit log."""
    with open_desk() as desk:
        start_writing(desk.session)
        views = reports_page(desk.session, desk.ring, limit=arguments.limit)
        ids = [view.report_id for view in views]
        stands = triage_named(desk.session, desk.ring, ids)
        codings = codings_named(desk.session, desk.ring, ids)
        found = [
            as_json(view, stands.get(view.report_id, TriageView()), codings.get(view.report_id, []))
            for view in views
        ]
        append_all(desk.session, [Act(ACTOR, "report.read", one, {}) for one in ids])
        desk.session.commit()
    if arguments.json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        for one in found:
            short = str(one["report_id"])[:SHORT_ID_CHARACTERS]
            print(f"{short}  {one['state']}  {one['category']}  {_hint(one)}")
    return 0


def as_json(view: ReportView, triage: TriageView, codings: list[CodingView]) -> dict[str, object]:
    """Write one report in the shape of the contract for scripts.

    Args:
        view: The opened report.
        triage: Where it stands.
        codings: What people judged it to be.

    Returns:
        JSON fields; `place` is the reporter's own words, or null.
    """
    report, place = view.report, view.report.place
    return {
        "report_id": view.report_id,
        "state": triage.standing.at(now()).state.value,
        "verification": triage.verification.value,
        "observed_at": _time(report.observed.at),
        "observed_precision": report.observed.precision.value,
        "received_at": _time(view.received_at),
        "category": report.category.value,
        "text": report.text,
        "lang": report.lang,
        "place": place.text if place else None,
        "lat": _degrees(place.lat_e5 if place else None),
        "lon": _degrees(place.lon_e5 if place else None),
        "area": place.area if place else None,
        "forms": [
            {"key": one.key, "version": one.version, "answers": dict(one.answers)}
            for one in report.forms
        ],
        "codings": [
            {
                "indicator_id": one.indicator_id,
                "taxonomy_version": one.taxonomy_version,
                "confidence": one.confidence.value,
                "coded_at": _time(one.coded_at),
            }
            for one in codings
        ],
        "attachments": [
            {
                "name": one.name,
                "mime": one.mime,
                "sha256": one.sha256,
                "size_bytes": one.size_bytes,
                "complete": one.complete,
                "thumbnail": one.thumbnail is not None and one.thumbnail.complete,
            }
            for one in view.attachments
        ],
    }


def _time(value: datetime) -> str:
    return value.strftime("%Y-%m-%dT%H:%M:%SZ")


def _degrees(value_e5: int | None) -> float | None:
    return None if value_e5 is None else value_e5 / COORDINATE_SCALE


def _hint(one: dict[str, object]) -> str:
    text = " ".join(str(one["text"]).split())
    return text if len(text) <= HINT_CHARACTERS else text[: HINT_CHARACTERS - 1] + "…"
