"""Counts that say little: how many chunks a file is cut into.

Spec: docs/spec/envelope.md section 4
"""

from schemas.constants import CHUNK_OVERHEAD_BYTES


def padme(length: int) -> int:
    """Round a count up so that it leaks O(log log n) bits of itself.

    Source: Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and
    Communication with PURBs", PoPETs 2019, section 4.
    """
    exponent = max(length, 1).bit_length() - 1
    free_bits = exponent - exponent.bit_length()
    if free_bits <= 0:
        return length
    mask = (1 << free_bits) - 1
    return (length + mask) & ~mask


def chunk_count(size_bytes: int, class_bytes: int) -> int:
    """Count the chunks of a file, padding chunks included.

    Args:
        size_bytes: At least 1.
        class_bytes: 16384 or 4096.
    """
    room = class_bytes - CHUNK_OVERHEAD_BYTES
    return padme(-(-size_bytes // room))
