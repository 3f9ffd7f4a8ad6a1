"""`desk code`: code a report to an indicator."""

import json
from argparse import ArgumentParser, Namespace

from schemas.domain.vocabulary import Confidence
from server.cli.desk_session import ACTOR, OpenDesk, open_desk
from server.desk.context import now
from server.desk.db import start_writing
from server.desk.intake.store import full_id
from server.desk.keys.hand import Hand
from server.desk.triage.coding import Judgement, code
from server.desk.triage.taxonomy import taxonomy_of

EXAMPLE = "example: python -m server desk code 3f9a2c 7.12 --confidence high --json"


def configure(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument(
        "report_id", metavar="REPORT_ID", help="the whole id, or its first 6 digits or more"
    )
    parser.add_argument("indicator_id", metavar="INDICATOR_ID", help="for example 7.12")
    parser.add_argument(
        "--confidence",
        choices=[value.value for value in Confidence],
        default=Confidence.MEDIUM.value,
        help="how sure the coder is",
    )
    parser.add_argument("--reason", default="", help="why; stays sealed at the desk")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.epilog = EXAMPLE
    parser.set_defaults(run=run)


def command_hand(desk: OpenDesk, actor: str = ACTOR) -> Hand:
    """Give the hand of whoever runs the command, in a writing transaction.

    Args:
        desk: From `open_desk`.
        actor: As the audit log names people.
    """
    start_writing(desk.session)
    return Hand(desk.session, desk.ring, actor, now())


def run(arguments: Namespace) -> int:
    """Keep the coding."""
    judgement = Judgement(
        indicator_id=arguments.indicator_id,
        confidence=Confidence(arguments.confidence),
        reason=arguments.reason,
    )
    with open_desk() as desk:
        hand = command_hand(desk)
        report_id = full_id(desk.session, arguments.report_id)
        made = code(hand, taxonomy_of(desk.config.home), report_id, judgement)
        desk.session.commit()
    answer = {
        "report_id": made.report_id,
        "indicator_id": made.indicator_id,
        "taxonomy_version": made.taxonomy_version,
        "confidence": made.confidence.value,
    }
    print(json.dumps(answer) if arguments.json else f"coded {made.indicator_id}")
    return 0
