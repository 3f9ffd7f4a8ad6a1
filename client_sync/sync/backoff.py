"""How long to wait, how much to send, how long to give it: arithmetic only.

Theory of operation: a link that fails is most often a link that will come back, and a relay
that fails is most often one that many phones are asking at once. So waits double, are cut at a
ceiling, and are spread by chance over the upper half, so that phones that lost the same mast do
not all come back in the same second. A time-out is never a fixed number: it is what the bytes
need at the rate last measured, four times over, on top of what a slow handshake takes. Fixed
time-outs are what fails first over Tor and satellite.

Spec: docs/spec/sync.md; Source: shared rules of `protocol.md` section 2 (batch 4, 8, 16 KiB)
"""

from typing import Final

FIRST_WAIT_SECONDS: Final = 1.0
LONGEST_WAIT_SECONDS: Final = 300.0  # past five minutes a person has noticed and acts
SMALLEST_BATCH_BYTES: Final = 4096  # about one second at 32 kbit/s
LARGEST_BATCH_BYTES: Final = 16384  # four seconds at 32 kbit/s: what one cut may cost
FAST_SECONDS: Final = 8.0
SLOW_SECONDS: Final = 20.0
ASSUMED_BYTES_PER_SECOND: Final = 1000.0  # 8 kbit/s, a bad GPRS link, until one is measured
HANDSHAKE_SECONDS: Final = 20.0  # three round trips of TLS at 600 ms with heavy loss, or Tor
TIMEOUT_FACTOR: Final = 4.0
LONGEST_TIMEOUT_SECONDS: Final = 300.0
MEMORY_OF_RATE: Final = 0.5  # half old, half new: follows a moving phone within three requests


def wait_seconds(failures: int, chance: float) -> float:
    """Give the wait before the next try.

    Args:
        failures: Failures in a row, from 1.
        chance: A number drawn evenly from 0 to 1.

    Returns:
        Seconds: between half of the doubled wait and the whole of it.
    """
    ceiling = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2.0 ** min(max(failures, 1) - 1, 16))
    return ceiling * (0.5 + 0.5 * min(max(chance, 0.0), 1.0))


def batch_after_success(batch_bytes: int, took_seconds: float) -> int:
    """Give the next batch size after an answered request.

    Args:
        batch_bytes: Size limit of the batch that was answered.
        took_seconds: How long the request took.

    Returns:
        Twice as much when it was fast, half when it was slow, within 4 to 16 KiB.
    """
    if took_seconds < FAST_SECONDS:
        return min(batch_bytes * 2, LARGEST_BATCH_BYTES)
    if took_seconds > SLOW_SECONDS:
        return max(batch_bytes // 2, SMALLEST_BATCH_BYTES)
    return batch_bytes


def batch_after_failure(batch_bytes: int) -> int:
    """Halve the batch: what was cut shall cost less next time."""
    return max(batch_bytes // 2, SMALLEST_BATCH_BYTES)


def measured_rate(before: float | None, size_bytes: int, took_seconds: float) -> float:
    """Take one more measurement into the rate of a link.

    Args:
        before: Rate so far in bytes per second, or None.
        size_bytes: Bytes of request and response together.
        took_seconds: Time they took, round trip included.

    Returns:
        Bytes per second.
    """
    now = size_bytes / max(took_seconds, 0.001)
    return now if before is None else before * MEMORY_OF_RATE + now * (1.0 - MEMORY_OF_RATE)


def timeout_seconds(size_bytes: int, rate_bytes_per_second: float | None) -> float:
    """Give a request the time its size needs on this link.

    Args:
        size_bytes: Bytes to send and to expect.
        rate_bytes_per_second: What was measured, or None before the first answer.

    Returns:
        Seconds until the request is given up.
    """
    rate = rate_bytes_per_second or ASSUMED_BYTES_PER_SECOND
    return min(LONGEST_TIMEOUT_SECONDS, HANDSHAKE_SECONDS + TIMEOUT_FACTOR * size_bytes / rate)
