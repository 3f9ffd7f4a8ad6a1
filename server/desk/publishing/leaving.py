"""Publishing what was signed.

Theory of operation: everything is checked once more at the moment of leaving: the two signatures,
the number of reports that still count, the words, the chain, and the document against every rule
of CAP. Only then is the message kept; handing it to receivers is somebody fetching it.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from schemas.domain.framework import Framework
from schemas.envelope.entropy import random_bytes
from server.desk.areas.layer import Layer
from server.desk.audit.store import append
from server.desk.intake.store import reports_named
from server.desk.intake.views import ReportView
from server.desk.keys.hand import Hand
from server.desk.keys.keyring import Keyring
from server.desk.keys.profile import profile
from server.desk.publishing import columns
from server.desk.publishing.alert import Alert, MessageType
from server.desk.publishing.cap import write_cap
from server.desk.publishing.cap_rules import check_cap
from server.desk.publishing.chain import follow
from server.desk.publishing.composing import Choices, Envelope, compose
from server.desk.publishing.errors import ChainError, NotSignedError, UnknownPublicationError
from server.desk.publishing.models import ID_CHARACTERS, PublicationRow
from server.desk.publishing.store import PublicationView, chain_of, publication_named
from server.desk.publishing.stored import alert_to_json
from server.desk.publishing.wording import message_words
from server.desk.signals import disclosure
from server.desk.signals.store import assessment_named, signal_named
from server.desk.signals.views import AssessmentView, SignalView
from server.desk.triage.store import triage_named
from server.desk.triage.workflow import NOT_COUNTED


@dataclass(frozen=True, slots=True)
class Ground:
    """What the desk knows about places and indicators."""

    layer: Layer
    framework: Framework


@dataclass(frozen=True, slots=True)
class Following:
    """How a message goes on: its kind, what came before, and the number it tells."""

    message_type: MessageType
    earlier: tuple[Alert, ...]
    count: int


def publish(
    hand: Hand,
    ground: Ground,
    assessment_id: str,
    choices: Choices,
    *,
    message_type: MessageType = MessageType.ALERT,
    follows: str = "",
) -> PublicationView:
    """Publish a signed assessment.

    Args:
        hand: Who and when.
        ground: Places and indicators.
        assessment_id: What was signed.
        choices: What the publisher decided.
        message_type: Alert, or Update or Cancel of an earlier message.
        follows: Id of any message of the chain it goes on with; empty for a new chain.

    Raises:
        NotSignedError: Two people have not signed it.
        DisclosureRefusedError: It would give away what must stay.
        ChainError: The message does not follow on the one it refers to.
        ExerciseOnlyError: A made-up country with a status other than Exercise.
        CapError: The document breaks a rule of CAP; nothing was published.
    """
    assessment = assessment_named(hand.session, hand.ring, assessment_id)
    if not assessment.signed:
        raise NotSignedError("ask a second person to sign the assessment first")
    signal = signal_named(hand.session, hand.ring, assessment.signal_id)
    earlier = chain_of(hand.session, hand.ring, follows)
    _require_one_chain(hand, assessment, signal, earlier)
    cell = check_disclosure(
        hand.session,
        hand.ring,
        ground.layer,
        (signal, assessment),
        count_leaves=message_type is not MessageType.CANCEL,
    )
    # A cancellation repeats the number that already left: a smaller one would tell something new.
    count = earlier[-1].alert.count if message_type is MessageType.CANCEL and earlier else cell
    following = Following(message_type, tuple(view.alert for view in earlier), count)
    alert = _composed(hand, ground, (signal, assessment), choices, following)
    document = write_cap(alert)
    check_cap(document)
    row = _keep(hand, assessment, alert, document, earlier)
    append(
        hand.session,
        hand.actor,
        f"publication.{message_type.value.lower()}",
        f"publication:{row.id}",
        {"assessment": assessment_id},
    )
    hand.session.flush()
    return publication_named(hand.session, hand.ring, row.id)


def _require_one_chain(
    hand: Hand,
    assessment: AssessmentView,
    signal: SignalView,
    earlier: Sequence[PublicationView],
) -> None:
    """Refuse a second chain of one assessment, and a chain that changes its subject."""
    if earlier:
        before = earlier[0].alert
        if (before.area.code, before.subject) != (signal.area, signal.subject):
            raise ChainError("an update speaks of the same area and indicator as its alert")
        return
    known = select(PublicationRow.id).where(PublicationRow.assessment_id == assessment.id)
    if hand.session.execute(known.limit(1)).first() is not None:
        raise ChainError("this assessment is published already: update or cancel that alert")


def counted_reports(session: Session, ring: Keyring, signal: SignalView) -> list[ReportView]:
    """Open the reports of a signal that still count: not marked since as repeats or spam."""
    stands = triage_named(session, ring, signal.report_ids)
    still = [
        name
        for name in signal.report_ids
        if name not in stands or stands[name].standing.state not in NOT_COUNTED
    ]
    return list(reports_named(session, ring, still).values())


def check_disclosure(
    session: Session,
    ring: Keyring,
    layer: Layer,
    signed: tuple[SignalView, AssessmentView],
    *,
    count_leaves: bool = True,
) -> int:
    """Try the disclosure check on what would be published.

    Args:
        session: Any session.
        ring: An unlocked keyring.
        layer: Whose names of provinces may leave.
        signed: What was assessed, and the words.
        count_leaves: Whether the number of reports leaves too; not with a cancellation.

    Returns:
        Reports that stand behind it now.

    Raises:
        DisclosureRefusedError: Naming every rule that refuses.
    """
    signal, assessment = signed
    reports = counted_reports(session, ring, signal)
    provinces = layer.country(signal.country)
    allowed = {name for area in provinces for name in area.names.values()}
    disclosure.check(
        [len(reports)] if count_leaves else [],
        assessment.findings.texts(),
        [_sealed(view) for view in reports],
        allowed,
    )
    return len(reports)


def _sealed(view: ReportView) -> disclosure.Sealed:
    place = view.report.place
    names = [part.strip() for part in (place.text or "").split(",")] if place else []
    return disclosure.Sealed(
        text=view.report.text,
        places=tuple(name for name in names if name),
        file_names=tuple(file.name for file in view.attachments),
    )


def _composed(
    hand: Hand,
    ground: Ground,
    signed: tuple[SignalView, AssessmentView],
    choices: Choices,
    following: Following,
) -> Alert:
    signal, assessment = signed
    area = ground.layer.area(signal.area)
    if area is None:
        raise UnknownPublicationError("the signal's area is not on this desk's map any more")
    desk = profile(hand.session)
    sender = f"tocsin-desk-{desk.desk_id.hex()}"
    envelope = Envelope(
        identifier=f"{sender}-{random_bytes(ID_CHARACTERS // 2).hex()}",
        sender=sender,
        sender_name=desk.name,
        sent=hand.now,
        message_type=following.message_type,
        references=follow(following.earlier, following.message_type),
    )
    return compose(
        signal,
        assessment.findings,
        area,
        words=message_words(signal.subject, area, ground.framework, choices.language),
        count=following.count,
        envelope=envelope,
        choices=choices,
    )


def _keep(
    hand: Hand,
    assessment: AssessmentView,
    alert: Alert,
    document: str,
    earlier: Sequence[PublicationView],
) -> PublicationRow:
    row_id = random_bytes(ID_CHARACTERS // 2).hex()
    value = {
        "alert": alert_to_json(alert),
        "cap": document,
        "findings": asdict(assessment.findings),
        "author": assessment.author,
        "signed_by": assessment.signed_by,
    }
    row = PublicationRow(
        id=row_id,
        chain_id=earlier[0].chain_id if earlier else row_id,
        position=len(earlier) + 1,
        assessment_id=assessment.id,
        message_type=alert.message_type.value,
        published_by=hand.actor,
        published_at=hand.now,
        sealed_alert=columns.PUBLICATION.seal_json(hand.ring, row_id, value),
    )
    hand.session.add(row)
    return row
