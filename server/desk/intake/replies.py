"""Answering a reporter: written now, sealed and carried by the next pull.

Spec: docs/spec/report.md section 4
"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from schemas.domain.report import Reply
from schemas.domain.vocabulary import ReplyKind
from schemas.envelope.derived import seal_reply
from schemas.envelope.entropy import random_bytes
from schemas.envelope.keys import week_of
from schemas.wire.reply import encode_reply
from server.desk.audit.store import append
from server.desk.context import now
from server.desk.intake import columns
from server.desk.intake.contact import refuse_if_stopped
from server.desk.intake.models import ReplyRow
from server.desk.intake.store import report_keys
from server.desk.keys.keyring import Keyring

REPLY_ID_BYTES = 16


def queue_reply(
    session: Session,
    ring: Keyring,
    report_id: str,
    *,
    kind: ReplyKind,
    text: str,
    lang: str,
    actor: str,
) -> int:
    """Write a reply; the next pull seals it for the week and hands it to every relay.

    Args:
        session: A writing session; the caller commits.
        ring: An unlocked keyring.
        report_id: 64 hex digits.
        kind: What it is to the reporter.
        text: 1 to 2000 characters that fit 983 bytes once deflated.
        lang: BCP 47 tag or `und`.
        actor: Who writes, for the audit log.

    Returns:
        Its number: 1 for the first reply to this report.

    Raises:
        UnknownReportError: There is no such report.
        ReplyError: The text is too long or empty.
        DoNotContactError: The reporter asked not to be written to.
    """
    refuse_if_stopped(session, ring, report_id)
    keys = report_keys(session, ring, report_id)
    before = session.execute(
        select(func.count()).select_from(ReplyRow).where(ReplyRow.report_id == report_id)
    ).scalar_one()
    reply = Reply(before + 1, kind, text, lang, now().date())
    # Sealed here once and thrown away: what does not fit is told to the writer, not to a log.
    seal_reply(keys.derived, week_of(now()), encode_reply(reply))
    reply_id = random_bytes(REPLY_ID_BYTES).hex()
    session.add(
        ReplyRow(
            id=reply_id,
            report_id=report_id,
            number=reply.number,
            kind=kind.value,
            sealed_text=columns.REPLY.seal_json(ring, reply_id, {"text": text, "lang": lang}),
            written_by=actor,
            written_at=now(),
        )
    )
    append(session, actor, "reply.write", report_id, {"kind": kind.value, "number": reply.number})
    return reply.number
