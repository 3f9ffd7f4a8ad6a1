"""Reports carried by hand: the same way in, without a relay.

Spec: docs/spec/bundle.md
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from schemas.bundle.reader import read_bundle
from server.desk.audit.store import append
from server.desk.context import desk_config
from server.desk.db import start_writing
from server.desk.intake.blobs import Arrival, take
from server.desk.intake.faults import FaultPoint, no_fault
from server.desk.intake.pull import Tally, open_and_answer
from server.desk.intake.turn import PATIENCE_SECONDS, only_pull
from server.desk.keys.keyring import Keyring


@dataclass(frozen=True, slots=True)
class Imported:
    """What a bundle brought.

    Attributes:
        tally: As after a pull.
        truncated: The file's end is missing; what came before it was taken.
        damaged: Some of the file is not as it was written; what is whole was taken.
    """

    tally: Tally
    truncated: bool
    damaged: bool


def import_bundle(
    session: Session,
    ring: Keyring,
    file: bytes,
    *,
    actor: str,
    fault: FaultPoint = no_fault,
    patience_seconds: float = PATIENCE_SECONDS,
) -> Imported:
    """Take in every blob of a bundle file, and open what can be opened.

    Args:
        session: A session; committed many times.
        ring: Locked or not; a locked desk keeps the blobs sealed.
        file: The whole file, untrusted.
        actor: Who brought it.
        fault: Called between the steps.
        patience_seconds: How long to wait for a pull to end.

    Returns:
        What it brought.

    Raises:
        BundleError: It is no bundle, or too large.
        PullRunningError: A pull is at work.
    """
    bundle = read_bundle(file)
    with only_pull(desk_config().home, patience_seconds):
        start_writing(session)
        taken = take(session, [Arrival(blob, None) for blob in bundle.blobs], None)
        counts = {"pulled": taken.new, "duplicates": taken.duplicates}
        append(session, actor, "bundle.import", "desk", counts)
        session.commit()
        fault("stored")
        tally = Tally(pulled=taken.new, duplicates=taken.duplicates)
        open_and_answer(session, ring, tally, fault)
    return Imported(tally, bundle.truncated, bundle.damaged)
