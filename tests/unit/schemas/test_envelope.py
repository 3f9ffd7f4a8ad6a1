"""Sealing and opening, checked against PyNaCl and hashlib directly, and by properties."""

import hashlib

import nacl.bindings  # noqa: TID251  # checks our composition against the library itself
import nacl.public  # noqa: TID251  # the same
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.constants import BUCKETS_BYTES, MAX_ATTACHMENT_BYTES
from schemas.domain.directory import BackupRecord, RecipientRecord
from schemas.domain.ids import EnvelopeId
from schemas.domain.lengths import padme
from schemas.domain.sync import Stamp
from schemas.envelope.chunks import chunk_tags, open_chunk, plan, seal_chunks
from schemas.envelope.keys import Identity, SigningKey, desk_id_of, new_identity
from schemas.envelope.opening import Opener
from schemas.envelope.padding import deflate, inflate, pad, unpad
from schemas.envelope.sealing import SealedEnvelope, seal
from schemas.envelope.stamps import stamp_bits
from schemas.errors import ChunkError, EnvelopeError, PlaintextTooLargeError
from tests.support.client_world import Seeded

ENTROPY = Seeded("unit")
DESK = Identity(10, ENTROPY(32))
BACKUP = Identity(None, ENTROPY(32))
AUTHOR = SigningKey(ENTROPY(32))
DESK_ID = desk_id_of(ENTROPY(32))
OPENER = Opener(DESK_ID, [DESK])


def _seal(plain: bytes, author: SigningKey | None = None, slots: int = 2) -> SealedEnvelope:
    return seal(
        plain,
        recipient=RecipientRecord(DESK.week or 0, DESK.public, slots=slots),
        desk_id=DESK_ID,
        backup=BackupRecord(BACKUP.public),
        author=author,
    )


@given(st.binary(max_size=9000), st.booleans(), st.integers(2, 4))
def test_what_is_sealed_opens_to_the_same(plain: bytes, is_signed: bool, slots: int) -> None:
    sealed = _seal(plain, AUTHOR if is_signed else None, slots)
    identity = Identity(10, DESK.secret, slots=slots)
    opened = Opener(DESK_ID, [identity]).open(sealed.blob)
    assert opened.plain_json == plain
    assert opened.id == sealed.id
    assert (opened.keys.ack, opened.keys.mailbox, opened.keys.reply) == (
        sealed.keys.ack,
        sealed.keys.mailbox,
        sealed.keys.reply,
    )
    assert opened.author == (AUTHOR.public if is_signed else None)
    assert len(sealed.blob) in BUCKETS_BYTES


@given(st.integers(0, 8 * 1024 - 1), st.binary(min_size=1, max_size=40))
def test_no_flipped_bit_goes_unnoticed(bit: int, plain: bytes) -> None:
    blob = bytearray(_seal(plain).blob)
    blob[bit // 8] ^= 1 << (bit % 8)
    with pytest.raises(EnvelopeError):
        OPENER.open(bytes(blob))


def test_a_blob_follows_the_specification_byte_by_byte() -> None:
    """Open one with PyNaCl and hashlib alone, from the text of the specification."""
    blob = _seal(b'{"a":1}').blob
    box = nacl.public.SealedBox(nacl.public.PrivateKey(DESK.secret))
    cek = box.decrypt(blob[:80])
    assert nacl.public.SealedBox(nacl.public.PrivateKey(BACKUP.secret)).decrypt(blob[80:160]) == cek

    def derive(person: bytes, size: int) -> bytes:
        return hashlib.blake2b(key=cek, digest_size=size, person=person).digest()

    assert blob[160:192] == derive(b"t1.commit", 32)
    both = derive(b"t1.body", 56)
    padded = nacl.bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(
        blob[192:], DESK_ID + blob[:192], both[32:], both[:32]
    )
    inner = padded.rstrip(b"\x00")
    assert inner[-1:] == b"\x80"
    assert inner[:2] == b"\x01\x00"
    assert inflate(inner[2:-1], 100) == b'{"a":1}'
    assert hashlib.blake2b(blob, digest_size=32, person=b"t1.blob").digest() == _seal_id(blob)


def _seal_id(blob: bytes) -> bytes:
    return OPENER.open(blob).id


def test_two_seals_of_one_report_share_nothing() -> None:
    first, second = _seal(b"x"), _seal(b"x")
    assert first.id != second.id
    assert first.keys.ack != second.keys.ack


def test_the_smallest_bucket_has_room_for_815_bytes() -> None:
    fits = next(n for n in range(900, 0, -1) if len(_seal(ENTROPY(n)).blob) == 1024)
    packed = len(deflate(ENTROPY(fits)))
    assert abs(815 - 2 - packed) <= 1


def test_the_last_identity_that_worked_is_tried_first() -> None:
    identities = [new_identity(week) for week in range(30)]
    blob = seal(b"x", recipient=identities[29].record(), desk_id=DESK_ID, backup=None).blob
    opener = Opener(DESK_ID, identities)
    assert opener.open(blob).week == 29
    assert opener._identities[0].week == 29


def test_a_text_too_long_is_refused_with_advice() -> None:
    with pytest.raises(PlaintextTooLargeError, match="send it in two"):
        _seal(ENTROPY(17_000))


@given(st.binary(max_size=200), st.integers(0, 40))
def test_padding_comes_off_again(data: bytes, more: int) -> None:
    padded = pad(data, len(data) + 1 + more)
    assert len(padded) == len(data) + 1 + more
    assert unpad(padded) == data


@given(st.binary(max_size=2000))
def test_deflate_comes_back_and_never_over_the_limit(data: bytes) -> None:
    packed = deflate(data)
    assert inflate(packed, len(data)) == data
    if data:
        with pytest.raises(EnvelopeError, match="bad-deflate"):
            inflate(packed, len(data) - 1)


@given(st.integers(0, 2**40))
def test_padme_adds_at_most_twelve_percent(length: int) -> None:
    padded = padme(length)
    assert length <= padded <= length * 1.12 + 1
    assert padme(padded) == padded


@given(st.integers(1, 60_000), st.sampled_from([4096, 16384]), st.randoms(use_true_random=False))
def test_a_file_comes_back_from_its_chunks_in_any_order(
    size: int, kind: int, chance: object
) -> None:
    data, key = (ENTROPY(64) * (size // 64 + 1))[:size], ENTROPY(32)
    cut = plan(size, kind)
    parts = (data[at : at + cut.room_bytes] for at in range(0, size, cut.room_bytes))
    blobs = list(seal_chunks(key, cut, parts))
    assert {len(blob) for blob in blobs} == {kind}
    order = list(range(len(blobs)))
    shuffle = getattr(chance, "shuffle")  # noqa: B009  # hypothesis gives an untyped Random
    shuffle(order)
    by_tag = {blobs[index][:16]: blobs[index] for index in order}
    tags = chunk_tags(key, cut.chunk_count)
    joined = b"".join(
        open_chunk(key, index, cut.chunk_count, by_tag[tag]) for index, tag in enumerate(tags)
    )
    assert joined[:size] == data
    assert not any(joined[size:])


def test_the_largest_attachment_has_1664_chunks() -> None:
    assert plan(MAX_ATTACHMENT_BYTES).chunk_count == 1664


def test_a_chunk_of_another_place_is_refused() -> None:
    key = ENTROPY(32)
    cut = plan(40_000)
    first, second, third = seal_chunks(key, cut, iter([b"a", b"b", b"c"]))
    for index, blob in ((1, first), (0, second), (1, third)):
        with pytest.raises(ChunkError):
            open_chunk(key, index, cut.chunk_count, blob)


def test_secrets_do_not_print_themselves() -> None:
    sealed = _seal(b"x", AUTHOR)
    opened = OPENER.open(sealed.blob)
    shown = repr([DESK, AUTHOR, sealed, opened, sealed.keys, OPENER])
    assert DESK.secret.hex() not in shown
    assert "<Identity>" in shown
    assert shown.isascii()
    assert "\\x" not in shown


def test_a_stamp_of_no_work_has_few_bits() -> None:
    bits = [stamp_bits(Stamp(EnvelopeId(bytes(32)), 1, nonce)) for nonce in range(4096)]
    assert 8 <= max(bits) <= 24
    assert sum(bits) / len(bits) == pytest.approx(1.0, abs=0.2)
