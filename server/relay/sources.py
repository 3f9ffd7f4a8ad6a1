"""Where a request came from, as coarse as is useful: a prefix of its address, or nothing.

Theory of operation: quotas count prefixes, not addresses: a household or a carrier's gateway
shares one, and whoever owns a whole /48 cannot multiply by it. A loopback source is a reverse
proxy or an onion service on this machine and says nothing about who came; it is not counted, and
the total and bucket quotas still hold. The address goes no further than this module.
"""

import ipaddress
from typing import Final

_V4_BITS: Final = 24
_V6_BITS: Final = 48


def source_prefix(address: str) -> bytes | None:
    """Reduce an address to the prefix that is counted.

    Args:
        address: Text of an IPv4 or IPv6 address, as the web server gives it.

    Returns:
        The prefix with its family, or None for loopback and for anything that is no address.
    """
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(parsed, "ipv4_mapped", None)
    if mapped is not None:
        parsed = mapped
    if parsed.is_loopback:
        return None
    bits = _V4_BITS if parsed.version == 4 else _V6_BITS  # noqa: PLR2004 - the IP version
    return bytes([parsed.version]) + parsed.packed[: bits // 8]
