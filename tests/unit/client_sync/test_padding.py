"""A poll is as large as a report's sync, and how large those are is counted, not guessed."""

import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from client_sync.composing import Answers, compose
from client_sync.sync.padding import poll_class_bytes
from schemas.constants import (
    FRAME_HEADER_BYTES,
    POLL_CLASS_WEIGHTS,
    POLL_CLASSES_BYTES,
    REQUEST_HEADER_BYTES,
)
from schemas.domain.directory import RecipientRecord
from schemas.domain.ids import DeskId, ReportId
from schemas.domain.report import Manifest
from schemas.envelope.keys import SigningKey
from schemas.envelope.primitives import x25519_public
from schemas.envelope.sealing import seal
from schemas.wire.classes import REQUEST_CLASSES_BYTES, request_class_bytes
from schemas.wire.report import encode_report
from tests.support.client_world import NOW, Seeded

REPORTS = Path(__file__).resolve().parents[3] / "tools" / "demo" / "reports.jsonl"
PHOTO = Manifest(
    key=bytes(range(32)),
    sha256=bytes(range(32, 64)),
    size_bytes=400_000,
    chunk_count=26,
    class_bytes=16_384,
    mime="image/jpeg",
    name="IMG_20261123_180000.jpg",
)


def _frame_bytes(told: dict[str, Any], entropy: Seeded) -> int:
    """Seal one of the demonstration's reports as a sender would; give the size of its frame."""
    report = compose(
        Answers(
            category=told["category"],
            text=told["text"],
            observed_at=(NOW - timedelta(days=told["observed_days_before_now"])).date().isoformat(),
            place=told["place_text"],
            lat=told["lat"],
            lon=told["lon"],
            lang=told["language"],
            source=told["source"],
        ),
        NOW,
        (PHOTO,) if told["attachment"] else (),
    )
    numbered = replace(report, seq=99, prev=ReportId(entropy(32).hex()))
    recipient = RecipientRecord(2900, x25519_public(bytes([5]) * 32))
    sealed = seal(
        encode_report(numbered),
        recipient=recipient,
        desk_id=DeskId(bytes(16)),
        author=SigningKey(bytes([6]) * 32),
        entropy=entropy,
    )
    return FRAME_HEADER_BYTES + len(sealed.blob)


def test_polls_are_as_large_as_what_a_sender_wrote_on_a_day_of_the_demonstration() -> None:
    entropy, days = Seeded("sizes"), Counter[tuple[str, int]]()
    for line in REPORTS.read_text("utf-8").splitlines():
        told = json.loads(line)
        days[told["author"], told["days_before_now"]] += _frame_bytes(told, entropy)
    classes = Counter(request_class_bytes(REQUEST_HEADER_BYTES + size) for size in days.values())
    counted = [classes[size] for size in POLL_CLASSES_BYTES]
    assert set(classes) <= set(POLL_CLASSES_BYTES) <= set(REQUEST_CLASSES_BYTES)
    assert [max(count, 1) for count in counted] == list(POLL_CLASS_WEIGHTS)


def test_a_poll_draws_its_class_as_often_as_its_weight_says() -> None:
    drawn = Counter(
        poll_class_bytes(lambda _, chance=chance: chance.to_bytes(2, "big"))  # type: ignore[misc]
        for chance in range(65_536)
    )
    total = sum(POLL_CLASS_WEIGHTS)
    for size, weight in zip(POLL_CLASSES_BYTES, POLL_CLASS_WEIGHTS, strict=True):
        assert abs(drawn[size] - 65_536 * weight / total) <= 1
