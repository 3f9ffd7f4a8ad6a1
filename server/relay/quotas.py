"""What a relay has room for: pure rules on numbers.

Theory of operation: a flood must not push texts out, so one bucket may only take its share of
the room, and the rest stays for the others. Whether one blob fits is asked in the transaction
that stores it, on counts that transaction holds.

Spec: sync.md section 2, statuses 2 and 3.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.constants import BUCKETS_BYTES


@dataclass(frozen=True)
class Room:
    """How much may be kept.

    Attributes:
        total_bytes: All buckets together.
        bucket_share_percent: Most of it that one bucket may take.
    """

    total_bytes: int
    bucket_share_percent: int

    def fits(self, bucket_bytes: int, held: Mapping[int, int]) -> bool:
        """Tell whether one more blob may be stored.

        Args:
            bucket_bytes: Its bucket.
            held: Blobs held now, by bucket.

        Returns:
            True when neither the total nor the bucket's share would be passed.
        """
        in_bucket = (held.get(bucket_bytes, 0) + 1) * bucket_bytes
        total = bucket_bytes + sum(bucket * count for bucket, count in held.items())
        share = self.total_bytes * self.bucket_share_percent // 100
        return total <= self.total_bytes and in_bucket <= share


def is_bucket(size_bytes: int) -> bool:
    """Tell whether a blob has one of the sizes every blob must have."""
    return size_bytes in BUCKETS_BYTES
