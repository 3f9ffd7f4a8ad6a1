"""`desk sms`: take reporters' text messages at a number, or none."""

import json
from argparse import ArgumentParser, Namespace

from server.cli.desk_session import ACTOR, open_desk
from server.cli.errors import CommandError
from server.desk.db import start_writing
from server.desk.keys.settings import SettingError
from server.desk.keys.sms import set_sms_number, sms_number

EXAMPLE = "example: python -m server desk sms --number +250788000111"


def configure(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--number", metavar="N", help="where messages go; phones offer them then")
    choice.add_argument("--off", action="store_true", help="offer text messages no longer")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.epilog = EXAMPLE
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Change the number if asked to, and print it."""
    with open_desk(unlocked=False) as desk:
        if arguments.off or arguments.number is not None:
            start_writing(desk.session)
            try:
                set_sms_number(desk.session, arguments.number, ACTOR)
            except SettingError as error:
                raise CommandError("a number is + or none and 3 to 15 digits") from error
            desk.session.commit()
        number = sms_number(desk.session)
    if arguments.json:
        print(json.dumps({"sms_number": number}))
    elif number is None:
        print("This desk takes no text messages.")
    else:
        print(f"Text messages go to {number}. Phones learn of it with the next pull.")
    return 0
