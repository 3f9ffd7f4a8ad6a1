"""`desk reply`: answer the reporter of a report."""

from argparse import ArgumentParser, Namespace

from schemas.domain.vocabulary import ReplyKind
from server.cli.desk_session import ACTOR, open_desk
from server.desk.db import start_writing
from server.desk.intake.replies import queue_reply
from server.desk.intake.store import full_id

EXAMPLE = 'example: python -m server desk reply 3f9a2c --text "Thank you. Are you safe?"'


def configure(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument(
        "report_id", metavar="REPORT_ID", help="the whole id, or its first 6 digits or more"
    )
    parser.add_argument("--text", required=True, help="1 to 2000 characters")
    parser.add_argument("--lang", default="und", help="language of the text, for example ar")
    parser.add_argument(
        "--kind",
        choices=[kind.value for kind in ReplyKind],
        default=ReplyKind.REPLY.value,
        help="what it is to the reporter",
    )
    parser.epilog = EXAMPLE
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Keep the reply; the next pull carries it."""
    with open_desk() as desk:
        start_writing(desk.session)
        report_id = full_id(desk.session, arguments.report_id)
        number = queue_reply(
            desk.session,
            desk.ring,
            report_id,
            kind=ReplyKind(arguments.kind),
            text=arguments.text,
            lang=arguments.lang,
            actor=ACTOR,
        )
        desk.session.commit()
    print(f"reply {number} waits for the next pull")
    return 0
