"""Sizes on the line come in a few classes."""

from hypothesis import given
from hypothesis import strategies as st

from schemas.wire.classes import (
    REQUEST_CLASSES_BYTES,
    request_class_bytes,
    request_padding,
    response_class_bytes,
    response_padding,
)
from schemas.wire.frames import FrameDecoder, FrameType

MEBIBYTE = 1_048_576


@given(st.integers(16, REQUEST_CLASSES_BYTES[-1] - 4))
def test_a_request_reaches_its_class_by_whole_frames(size_bytes: int) -> None:
    class_bytes = request_class_bytes(size_bytes)
    padding = request_padding(size_bytes, class_bytes)
    assert class_bytes in REQUEST_CLASSES_BYTES
    assert size_bytes + len(padding) == class_bytes
    decoder = FrameDecoder()
    assert {frame.type for frame in decoder.feed(padding)} <= {FrameType.PAD}
    decoder.close()


@given(st.integers(8, 5 * MEBIBYTE))
def test_an_answer_reaches_its_class_by_whole_frames(size_bytes: int) -> None:
    class_bytes = response_class_bytes(size_bytes)
    assert class_bytes & (class_bytes - 1) == 0 or class_bytes % MEBIBYTE == 0
    assert size_bytes + len(response_padding(size_bytes, class_bytes)) == class_bytes


def test_a_poll_a_report_and_a_full_batch_fill_their_classes() -> None:
    header_bytes, put_bytes = 16, 4
    assert request_class_bytes(header_bytes) == 1280
    assert request_class_bytes(header_bytes + put_bytes + 1024) == 1280
    assert request_class_bytes(header_bytes + 8 * (put_bytes + 2048)) == 16_640


def test_an_answer_with_a_receipt_has_the_size_of_one_without() -> None:
    assert response_class_bytes(8 + 17 + 13) == response_class_bytes(8 + 79 + 17 + 13) == 256
