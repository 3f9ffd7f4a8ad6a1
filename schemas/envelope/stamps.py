"""Work stamps: hashcash bound to one blob and one week.

Spec: docs/spec/sync.md section 1 (STAMP)
"""

from itertools import count

from schemas.constants import ID_BYTES, PERSON_STAMP
from schemas.domain.ids import EnvelopeId
from schemas.domain.sync import Stamp
from schemas.envelope import primitives


def stamp_bits(stamp: Stamp) -> int:
    """Count the leading zero bits of a stamp's hash: the work it proves."""
    digest = primitives.blake2b(
        stamp.envelope_id,
        stamp.week.to_bytes(4, "big"),
        stamp.nonce.to_bytes(8, "big"),
        size=ID_BYTES,
        person=PERSON_STAMP,
    )
    return 8 * ID_BYTES - int.from_bytes(digest, "big").bit_length()


def make_stamp(envelope_id: EnvelopeId, week: int, work_bits: int) -> Stamp:
    """Search for a nonce whose hash begins with enough zero bits.

    Args:
        envelope_id: The blob the work is for.
        week: The relay's week.
        work_bits: Each one doubles the time; whoever asks bounds it.

    Returns:
        The stamp.
    """
    stamps = (Stamp(envelope_id, week, nonce) for nonce in count())
    return next(stamp for stamp in stamps if stamp_bits(stamp) >= work_bits)
