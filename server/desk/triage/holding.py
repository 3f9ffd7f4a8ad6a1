"""Working on a report: refused while somebody else holds it, and renewing one's own claim."""

from server.desk.keys.hand import Hand
from server.desk.triage.acts import locked_row
from server.desk.triage.errors import ClaimHeldError
from server.desk.triage.models import TriageRow
from server.desk.triage.store import view_of
from server.desk.triage.workflow import renew


def work_on(hand: Hand, report_id: str) -> TriageRow:
    """Hold a report's row until the transaction ends; one's own claim is renewed.

    Raises:
        UnknownReportError: There is no such report.
        ClaimHeldError: Somebody else works on it.
    """
    row = locked_row(hand, report_id)
    standing = view_of(hand.ring, row).standing
    if standing.held_by_another(hand.actor, hand.now):
        raise ClaimHeldError("somebody else is working on this report; wait or ask them to let go")
    row.lease_until = renew(standing, hand.actor, hand.now).lease_until
    # The index reads a report's codings again when its triage changed.
    row.changed_at = hand.now
    return row
