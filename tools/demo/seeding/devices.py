"""The story's phones: each has its author key, numbers its reports, and seals them.

Theory of operation: everything random comes from a stream that is a function of a seed
kept with the demonstration and of what is being sealed. Sealing the same story twice under the
same directory therefore gives the same blobs, which lets tests compare. A real phone never does
this; its entropy is the system's.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from schemas.constants import AEAD_TAG_BYTES, CEK_BYTES
from schemas.domain.directory import Directory
from schemas.domain.ids import ReportId, report_id_of
from schemas.domain.report import Manifest, Report
from schemas.envelope import chunks, sealing
from schemas.envelope.entropy import Entropy
from schemas.envelope.keys import SigningKey, week_of
from schemas.envelope.padding import pad
from schemas.envelope.primitives import aead_seal, seal_to, sha256
from schemas.wire.report import encode_report
from tools.demo.images import picture
from tools.demo.seeding.story import Picture, Told


@dataclass(frozen=True, slots=True)
class Parcel:
    """One sealed report with its attachment chunks, in the order of sending."""

    report_id: ReportId
    blobs: tuple[bytes, ...]


def stream(seed: bytes, label: str) -> Entropy:
    """Make a source of bytes that depends on seed and label only."""
    state = _bytes_of(seed, label)

    def draw(count: int) -> bytes:
        return bytes(next(state) for _ in range(count))

    return draw


def _bytes_of(seed: bytes, label: str) -> Iterator[int]:
    counter = 0
    while True:
        yield from hashlib.blake2b(f"{label}/{counter}".encode(), key=seed).digest()
        counter += 1


class Devices:
    """All phones of the story."""

    def __init__(self, seed: bytes, directory: Directory) -> None:
        """Take the seed (at most 64 bytes) and the directory that the phones joined with."""
        self._seed = seed
        self._directory = directory
        self._last: dict[str, tuple[int, ReportId | None]] = {}

    def follow(self, directory: Directory) -> None:
        """Let all phones have the newest directory, as their syncs would."""
        self._directory = directory

    def author(self, device: str) -> SigningKey:
        """Give the author key of a phone."""
        return SigningKey(stream(self._seed, f"author {device}")(32))

    def seal(self, told: Told) -> Parcel:
        """Seal one report as its phone would; call in order of writing."""
        count, previous = self._last.get(told.device, (0, None))
        manifest, pieces = self.attach(told.ref, told.picture) if told.picture else (None, ())
        report = Report(
            category=told.category,
            text=told.text,
            written_at=told.written_at,
            observed=told.observed,
            lang=told.lang,
            source=told.source,
            place=told.place,
            attachments=(manifest,) if manifest else (),
            seq=count + 1,
            prev=previous,
        )
        author, week = self.author(told.device), week_of(told.written_at)
        sealed = self.seal_json(told.ref, encode_report(report), author, week)
        report_id = report_id_of(sealed.id)
        self._last[told.device] = (count + 1, report_id)
        return Parcel(report_id, (sealed.blob, *pieces))

    def seal_json(
        self, ref: str, plain_json: bytes, author: SigningKey | None, week: int
    ) -> sealing.SealedEnvelope:
        """Seal any bytes to the desk of the directory."""
        return sealing.seal(
            plain_json,
            recipient=self._directory.recipient_for(week),
            desk_id=self._directory.desk_id,
            backup=self._directory.backup,
            author=author,
            entropy=stream(self._seed, f"seal {ref}"),
        )

    def seal_inner(self, ref: str, inner: bytes, week: int) -> bytes:
        """Seal an inner that the sealing side would never make; for hostile input only."""
        draw = stream(self._seed, f"seal {ref}")
        recipient, cek = self._directory.recipient_for(week), draw(CEK_BYTES)
        slots = b"".join(seal_to(recipient.key, cek, draw) for _ in range(recipient.slots))
        head = slots + sealing.commitment(cek)
        key, nonce = sealing.body_keys(cek)
        room = sealing.bucket_for(len(inner), recipient.slots) - len(head) - AEAD_TAG_BYTES
        ad = self._directory.desk_id + head
        return head + aead_seal(key, nonce, ad, pad(inner, room))

    def attach(self, ref: str, wanted: Picture) -> tuple[Manifest, tuple[bytes, ...]]:
        """Draw a picture, cut it and seal its chunks."""
        data = picture(wanted.kind, wanted.seed)
        key = stream(self._seed, f"attachment {ref}")(32)
        cut = chunks.plan(len(data))
        parts = (data[at : at + cut.room_bytes] for at in range(0, len(data), cut.room_bytes))
        manifest = Manifest(
            key=key,
            sha256=sha256(data),
            size_bytes=len(data),
            chunk_count=cut.chunk_count,
            class_bytes=cut.class_bytes,
            mime="image/png",
            name=wanted.name,
        )
        return manifest, tuple(chunks.seal_chunks(key, cut, parts))
