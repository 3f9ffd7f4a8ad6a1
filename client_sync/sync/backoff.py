"""How long to wait, how much to send, how long to give it: arithmetic only.

Theory of operation: a link that fails is most often a link that will come back, and a relay
that fails is most often one that many phones are asking at once. So waits double, are cut at a
ceiling, and are spread by chance over the upper half, so that phones that lost the same mast do
not all come back in the same second. A time-out is never a fixed number: it is what the bytes
need at the rate last measured, four times over, on top of what a slow handshake takes. Fixed
time-outs are what fails first over Tor and satellite.

All numbers are whole: milliseconds, bytes, bytes per second.

Spec: docs/spec/engine.md section 4
"""

from typing import Final

SMALLEST_BATCH_BYTES: Final = 4096  # about one second at 32 kbit/s
LARGEST_BATCH_BYTES: Final = 16384  # four seconds at 32 kbit/s: what one cut may cost
FIRST_REST_MS: Final = 1000
LONGEST_REST_MS: Final = 300_000  # past five minutes a person has noticed and acts
BELIEVED_REST_MS: Final = 7_200_000  # a longer one was noted by a clock that has been put right
FULL_REST_MS: Final = 900_000  # a full relay is offered something again after a quarter of an hour
MOST_CHANCE: Final = 0xFFFF
LARGEST_QUICK_BATCH_BYTES: Final = 131_072  # media on a good link: 16 requests for two megabytes
QUICK_MS: Final = 2000
FAST_MS: Final = 16_000
ASSUMED_RATE: Final = 1000  # bytes a second: 8 kbit/s, a bad GPRS link, until one is measured
ASSUMED_ROUND_TRIP_MS: Final = 2000  # a geostationary hop twice, or Tor
FIRST_CONTACT_MS: Final = 20_000  # three round trips of TLS at 600 ms with heavy loss, or Tor
HELLO_MS: Final = 3000  # what a lost first packet adds to a new connection: one second, then two
LEAST_TIMEOUT_MS: Final = 8000  # on a standing connection: three retransmissions of one packet
MOST_TIMEOUT_MS: Final = 300_000
PATIENCE: Final = 4  # links change: a request may take four times what was measured
TELLING_BYTES: Final = 4096  # less than this measures the round trip, not the link
LEAST_RATE: Final = 100
SHORTEST_SPAN_MS: Final = 50  # a shorter span measures buffers, not the link


def rest_ms(failures: int, chance: int) -> int:
    """Give the rest of a relay after a failure.

    Args:
        failures: In a row, from 1.
        chance: Drawn evenly from 0 to 65535.

    Returns:
        Milliseconds: the doubled rest, spread over its upper half.
    """
    half = min(LONGEST_REST_MS, FIRST_REST_MS << min(max(failures, 1) - 1, 16)) // 2
    return half + half * min(max(chance, 0), MOST_CHANCE) // MOST_CHANCE


def next_batch_bytes(batch_bytes: int, most_bytes: int, took_ms: int) -> int:
    """Give the next batch after a request that was answered.

    Args:
        batch_bytes: The batch so far.
        most_bytes: What the relay allows; 0: it has not said.
        took_ms: How long the request took.

    Returns:
        Twice as much after a fast answer.
    """
    ceiling = LARGEST_QUICK_BATCH_BYTES if took_ms < QUICK_MS else LARGEST_BATCH_BYTES
    if took_ms < FAST_MS and batch_bytes < ceiling:
        batch_bytes *= 2
    ceiling = max(ceiling, batch_bytes) if took_ms < QUICK_MS else ceiling
    return min(batch_bytes, ceiling, most_bytes or ceiling)


def smaller_batch_bytes(batch_bytes: int) -> int:
    """Halve a batch: what was cut shall cost less next time."""
    return max(batch_bytes // 2, SMALLEST_BATCH_BYTES)


def moving_ms(size_bytes: int, rate_bytes_per_second: int) -> int:
    """Give the time that bytes need on a link; 0 as a rate: none was measured."""
    return size_bytes * 1000 // (rate_bytes_per_second or ASSUMED_RATE)


def timeout_ms(
    size_bytes: int, rate_bytes_per_second: int, round_trip_ms: int, *, is_first: bool
) -> int:
    """Give a request the time that it needs on this link, four times over.

    Args:
        size_bytes: Everything under way to this relay, this request and its answer included.
        rate_bytes_per_second: 0: not measured.
        round_trip_ms: 0: not measured.
        is_first: No connection stands on this lane.

    Returns:
        Milliseconds until it is given up.
    """
    hello_ms = PATIENCE * (round_trip_ms or ASSUMED_ROUND_TRIP_MS)
    least_ms = FIRST_CONTACT_MS if is_first else LEAST_TIMEOUT_MS
    moving = PATIENCE * moving_ms(size_bytes, rate_bytes_per_second)
    return min(max(hello_ms, least_ms) + moving, MOST_TIMEOUT_MS)
