"""One-time tokens: a known sender need not show work.

Theory of operation: both ends hold the reply key of an accepted report, so both can compute the
same tokens, and nothing travels. A relay is given hashes and sees, when one is spent, that some
sender is known to the desk; the relay's key is part of each token, so that two relays cannot put
their lists side by side.

Spec: docs/spec/sync.md section 8
"""

from schemas.constants import (
    PERSON_TOKEN,
    PERSON_TOKEN_HASH,
    TOKEN_BYTES,
    TOKENS_PER_REPORT,
)
from schemas.domain.ids import RelayKey
from schemas.envelope import primitives


def tokens_of(reply_key: bytes, relay_key: RelayKey) -> tuple[bytes, ...]:
    """Compute a report's tokens for one relay.

    Args:
        reply_key: 32 bytes, of the report.
        relay_key: 32 bytes, of the relay.

    Returns:
        Eight tokens of 16 bytes.
    """
    return tuple(
        primitives.blake2b(
            relay_key,
            number.to_bytes(2, "big"),
            size=TOKEN_BYTES,
            person=PERSON_TOKEN,
            key=reply_key,
        )
        for number in range(TOKENS_PER_REPORT)
    )


def token_hash(secret: bytes) -> bytes:
    """Compute what a relay keeps of a token."""
    return primitives.blake2b(secret, size=TOKEN_BYTES, person=PERSON_TOKEN_HASH)
