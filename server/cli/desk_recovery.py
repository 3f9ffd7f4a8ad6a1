"""`desk recovery`: sheets of paper that open the desk after every password is lost."""

import json
import sys
from argparse import ArgumentParser, Namespace
from datetime import datetime

from server.cli.desk_session import ACTOR, open_desk
from server.cli.desk_users import setup_address
from server.cli.errors import CommandError
from server.desk.db import start_writing
from server.desk.keys.recovery import (
    SetStatus,
    ShownSheet,
    end_sets,
    make_set,
    recovery_sets,
    rehearse,
    restore,
    show_sheet,
)
from server.desk.keys.settings import renew_passphrase

EXAMPLE = "example: python -m server desk recovery make --sheets 5 --needed 3 | lp"
STATUS_EXAMPLE = "example: python -m server desk recovery status --json"
NEW_PAGE = "\f"
"""A printer begins a new sheet of paper at it."""

WORDS_A_LINE = 4


def configure(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    commands = parser.add_subparsers(metavar="ACTION", required=True)
    status = commands.add_parser(
        "status", help="tell which sheets there are and what is due", epilog=STATUS_EXAMPLE
    )
    status.add_argument("--json", action="store_true", help="print one JSON list")
    status.set_defaults(run=show_status)
    making = commands.add_parser("make", help="make a set and print each sheet", epilog=EXAMPLE)
    making.add_argument("--sheets", type=int, default=5, metavar="N", help="how many: 2 to 16")
    making.add_argument("--needed", type=int, default=3, metavar="M", help="how many open the desk")
    making.set_defaults(run=make)
    rehearsing = commands.add_parser(
        "rehearse",
        help="type sheets back, one a line: a set counts from then on",
        epilog="example: python -m server desk recovery rehearse",
    )
    rehearsing.set_defaults(run=rehearse_sheets)
    restoring = commands.add_parser(
        "restore",
        help="open the desk with sheets, one a line, and let a new lead in",
        epilog="example: python -m server desk recovery restore --json",
    )
    restoring.add_argument("--json", action="store_true", help="print one JSON object")
    restoring.set_defaults(run=restore_desk)
    ending = commands.add_parser(
        "end",
        help="end all sheets: they open nothing from then on",
        epilog="example: python -m server desk recovery end",
    )
    ending.set_defaults(run=end)
    parser.epilog = EXAMPLE


def show_status(arguments: Namespace) -> int:
    """Print the sets; 1 when none is in force or a rehearsal is overdue."""
    with open_desk(unlocked=False) as desk:
        sets = recovery_sets(desk.session)
    if arguments.json:
        print(json.dumps([_as_json(one) for one in sets]))
    elif not sets:
        print("there are no recovery sheets: make them by `desk recovery make`")
    for one in [] if arguments.json else sets:
        proven = [str(sheet.number) for sheet in one.sheets if sheet.proven_at]
        print(
            f"set {one.id}: {one.state.value}, {one.needed} of {len(one.sheets)},"
            f" typed back: {' '.join(proven) or 'none'}{', overdue' if one.overdue else ''}"
        )
    good = any(one.rehearsed_at is not None and not one.overdue for one in sets)
    return 0 if good else 1


def _as_json(one: SetStatus) -> dict[str, object]:
    return {
        "set": one.id,
        "state": one.state.value,
        "needed": one.needed,
        "made_at": _time(one.made_at),
        "rehearsed_at": _time(one.rehearsed_at),
        "restored_at": _time(one.restored_at),
        "overdue": one.overdue,
        "sheets": [
            {
                "number": sheet.number,
                "shown_at": _time(sheet.shown_at),
                "proven_at": _time(sheet.proven_at),
            }
            for sheet in one.sheets
        ],
    }


def _time(value: datetime | None) -> str | None:
    return None if value is None else value.strftime("%Y-%m-%dT%H:%M:%SZ")


def make(arguments: Namespace) -> int:
    """Make a set and print its sheets, each on a page of its own; they are printed once."""
    with open_desk() as desk:
        start_writing(desk.session)
        try:
            made = make_set(
                desk.session,
                desk.ring,
                needed=arguments.needed,
                count=arguments.sheets,
                actor=ACTOR,
            )
        except ValueError as error:
            raise CommandError(str(error)) from error
        shown = [
            show_sheet(desk.session, desk.ring, made, number, ACTOR)
            for number in range(1, arguments.sheets + 1)
        ]
        desk.session.commit()
    print(NEW_PAGE.join(_printed(sheet) for sheet in shown), end="")
    return 0


def _printed(sheet: ShownSheet) -> str:
    numbered = [f"{at:>2} {word:<10}" for at, word in enumerate(sheet.words, start=1)]
    lines = [
        "".join(numbered[start : start + WORDS_A_LINE]).rstrip()
        for start in range(0, len(numbered), WORDS_A_LINE)
    ]
    head = f"Recovery sheet {sheet.number} of {sheet.count}, set {sheet.set_id}."
    body = "\n".join(lines)
    return f"{head} {sheet.needed} together open the desk.\n\n{body}\n"


def _typed() -> list[str]:
    if sys.stdin.isatty():
        print("One sheet a line; an empty line ends.", file=sys.stderr)
    lines: list[str] = []
    for line in sys.stdin:
        if not line.strip():
            break
        lines.append(line)
    return lines


def rehearse_sheets(_arguments: Namespace) -> int:
    """Read sheets from standard input; a set counts from then on."""
    typed = _typed()
    with open_desk(unlocked=False) as desk:
        start_writing(desk.session)
        made = rehearse(desk.session, typed, ACTOR)
        desk.session.commit()
    print(f"set {made} opens the desk and is in force; older sheets open nothing")
    return 0


def restore_desk(arguments: Namespace) -> int:
    """Read sheets from standard input; print a new passphrase and a new lead's link."""
    typed = _typed()
    with open_desk(unlocked=False) as desk:
        start_writing(desk.session)
        token = restore(desk.session, desk.ring, typed, ACTOR)
        passphrase = renew_passphrase(desk.session, desk.ring, ACTOR)
        desk.session.commit()
    link = setup_address(desk.config, token)
    if arguments.json:
        print(json.dumps({"passphrase": passphrase, "link": link}))
    else:
        print(f"passphrase: {passphrase}\nlink for a new lead: {link}")
    return 0


def end(_arguments: Namespace) -> int:
    """End all sheets."""
    with open_desk(unlocked=False) as desk:
        start_writing(desk.session)
        ended = end_sets(desk.session, ACTOR)
        desk.session.commit()
    print(f"{ended} ended")
    return 0
