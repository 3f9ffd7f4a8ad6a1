"""Gathering what a folder of evidence holds: one report with everything that belongs to it."""

import json
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Final

from schemas.domain.report import Report
from server.desk.audit.export import lines_about
from server.desk.audit.store import append
from server.desk.context import desk_config
from server.desk.db import start_writing
from server.desk.evidence.derivatives import Derivative, Kind, derivatives_of
from server.desk.evidence.folder import (
    ENDINGS,
    Maker,
    Member,
    Role,
    Scope,
    of_bytes,
    readme,
    whole,
)
from server.desk.evidence.kinds import image_kind
from server.desk.evidence.store import bytes_of
from server.desk.intake.deliveries import delivery_of_report
from server.desk.intake.store import report_detail
from server.desk.intake.views import AttachmentView, ReportView
from server.desk.keys.hand import Hand
from server.desk.keys.keyring import Keyring
from server.desk.keys.profile import ROOT, profile, signing_key
from server.desk.keys.sealed_files import read_sealed

EXPORTED: Final = "evidence.export"
THE_DESK: Final = "desk"
HEAD_BYTES: Final = 16
Files = Iterator[tuple[str, Iterable[bytes]]]


def export(hand: Hand, report_id: str, scope: Scope) -> Files:
    """Gather a folder; that it left is written down before the first byte is given.

    Args:
        hand: Who and when; its session is committed.
        report_id: 64 hex digits.
        scope: Everything, or what may be shared.

    Returns:
        Every file's path and bytes; originals are opened as they are read.

    Raises:
        UnknownReportError: There is no such report.
    """
    report = report_detail(hand.session, hand.ring, report_id)
    start_writing(hand.session)
    append(hand.session, hand.actor, EXPORTED, report_id, {"scope": scope.value})
    hand.session.commit()
    known = profile(hand.session)
    maker = Maker(
        known.name,
        known.desk_id,
        signing_key(hand.session, hand.ring, ROOT),
        # Who works at the desk is nobody's business outside.
        hand.actor if scope is Scope.CASE else THE_DESK,
        hand.now,
    )
    members = list(_members(hand, report, scope))
    return whole(members, maker, _head(hand, report, scope))


def _head(hand: Hand, report: ReportView, scope: Scope) -> dict[str, object]:
    if scope is Scope.SHARE:
        return {"scope": scope.value}
    delivery = delivery_of_report(hand.session, report.report_id)
    return {
        "scope": scope.value,
        "report": {
            "report_id": report.report_id,
            "envelope_id": delivery.envelope_id,
            "relay": delivery.relay,
            "relay_day": delivery.relay_day.isoformat() if delivery.relay_day else None,
            "pulled_at": delivery.pulled_at.isoformat(),
            "opened_at": report.opened_at.isoformat(),
        },
    }


def _members(hand: Hand, report: ReportView, scope: Scope) -> Iterator[Member]:
    yield readme()
    originals: dict[str | None, str] = {}
    if scope is Scope.CASE:
        words = json.dumps(_words(report.report), sort_keys=True, ensure_ascii=False)
        yield of_bytes("report.json", Role.REPORT, words.encode())
        originals[None] = "report.json"
        for number, file in enumerate((one for one in report.files if one.complete), start=1):
            original = _original(hand.ring, number, file)
            originals[file.id] = original.path
            yield original
    made = derivatives_of(hand.session, hand.ring, report.report_id)
    for derivative in made:
        if derivative.kind is not Kind.COPY:
            yield _derived(hand.ring, derivative, originals, scope)
    if scope is Scope.CASE:
        custody = "".join(lines_about(hand.session, report.report_id))
        yield of_bytes("custody.jsonl", Role.CUSTODY, custody.encode())


def _words(report: Report) -> dict[str, object]:
    place = report.place
    return {
        "text": report.text,
        "lang": report.lang,
        "category": report.category.value,
        "source": report.source.value,
        "written_at": report.written_at.isoformat(),
        "observed_at": report.observed.at.isoformat(),
        "observed_precision": report.observed.precision.value,
        "place": None
        if place is None
        else {
            "text": place.text,
            "lat_e5": place.lat_e5,
            "lon_e5": place.lon_e5,
            "precision": place.precision.value if place.precision else None,
            "area": place.area,
        },
    }


def _original(ring: Keyring, number: int, file: AttachmentView) -> Member:
    head = next(iter(bytes_of(ring, file.id)), b"")[:HEAD_BYTES]
    ending = ENDINGS.get(image_kind(head) or "", "bin")
    return Member(
        f"originals/{number:04d}.{ending}",
        Role.ORIGINAL,
        file.sha256,
        file.size_bytes,
        partial(read_sealed, ring, desk_config().evidence_path, file.id),
        {"name": file.name, "mime": file.mime, "file_id": file.id},
    )


def _derived(
    ring: Keyring, made: Derivative, originals: dict[str | None, str], scope: Scope
) -> Member:
    ending = "txt" if made.kind is Kind.TEXT else "jpg"
    facts: dict[str, object] = {"kind": made.kind.value}
    if scope is Scope.CASE:
        facts |= {
            "of": originals[made.attachment_id],
            "of_sha256": made.original,
            "made_by": made.made_by,
            "made_at": made.made_at.isoformat(),
            "reason": made.reason,
            "covered": list(made.covered),
        }
    # Read while the folder goes out, when nobody's request is there to ask for settings.
    parts: Callable[[], Iterable[bytes]] = (
        partial(iter, [made.text.encode()])
        if made.kind is Kind.TEXT
        else partial(read_sealed, ring, desk_config().evidence_path, made.id)
    )
    return Member(
        f"derivatives/{made.kind.value}-{made.id[:8]}.{ending}",
        Role.DERIVATIVE,
        made.sha256,
        made.size_bytes,
        parts,
        facts,
    )
