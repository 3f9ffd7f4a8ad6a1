"""Show work for a blob when a relay under load asks for it.

Source: Back, "Hashcash - A Denial of Service Counter-Measure" (2002); bound to id and week.
"""

from itertools import count
from typing import Final

from schemas.domain.ids import EnvelopeId
from schemas.domain.sync import Stamp
from schemas.envelope.stamps import stamp_bits

MOST_WORK_BITS: Final = 22  # about ten seconds a blob on a small machine; above it, another relay


def make_stamp(envelope_id: EnvelopeId, week: int, work_bits: int) -> Stamp:
    """Search for a nonce whose hash begins with enough zero bits.

    Args:
        envelope_id: The blob the work is for.
        week: The relay's week.
        work_bits: At most `MOST_WORK_BITS`.

    Returns:
        The stamp.
    """
    stamps = (Stamp(envelope_id, week, nonce) for nonce in count())
    return next(stamp for stamp in stamps if stamp_bits(stamp) >= work_bits)
