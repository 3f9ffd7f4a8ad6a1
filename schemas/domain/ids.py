"""Names of things, each its own type so that none can be passed for another."""

import re
from typing import NewType

from schemas.constants import ID_BYTES
from schemas.errors import ContractError

EnvelopeId = NewType("EnvelopeId", bytes)
"""BLAKE2b-256 of a blob: 32 bytes."""
ReportId = NewType("ReportId", str)
"""An envelope id as 64 lower-case hex digits: how people and scripts name a report."""
DeskId = NewType("DeskId", bytes)
RootKey = NewType("RootKey", bytes)
RelayKey = NewType("RelayKey", bytes)
BoardKey = NewType("BoardKey", bytes)
AuthorId = NewType("AuthorId", bytes)
IndicatorId = NewType("IndicatorId", str)
RiskFactorId = NewType("RiskFactorId", str)

_REPORT_ID = re.compile(r"[0-9a-f]{64}")


def report_id_of(envelope_id: EnvelopeId) -> ReportId:
    """Write an envelope id the way people and scripts see it.

    Args:
        envelope_id: 32 bytes.

    Returns:
        64 lower-case hex digits.
    """
    return ReportId(envelope_id.hex())


def envelope_id_of(report_id: str) -> EnvelopeId:
    """Read an envelope id back.

    Args:
        report_id: 64 lower-case hex digits.

    Returns:
        32 bytes.

    Raises:
        ContractError: `bad-id` when the text is anything else.
    """
    if not _REPORT_ID.fullmatch(report_id):
        raise ContractError("bad-id", f"an id is {2 * ID_BYTES} lower-case hex digits")
    return EnvelopeId(bytes.fromhex(report_id))
