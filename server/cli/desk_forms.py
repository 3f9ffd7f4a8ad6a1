"""`desk forms`: which questions phones ask; check, publish and withdraw the desk's own."""

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path

from sqlalchemy.orm import Session

from schemas.domain.forms import Form, said_in
from schemas.forms import in_force
from server.cli import desk_forms_sheets
from server.cli.desk_session import ACTOR, open_desk
from server.cli.errors import CommandError
from server.desk.db import start_writing
from server.desk.keys.forms import (
    FormsError,
    forms_version,
    numbered,
    own_forms,
    publish_form,
    withdraw_form,
)

EXAMPLE = "example: python -m server desk forms publish conduct.json"
_PUBLISHED = "Published; phones ask it after the next pull:"
LARGEST_FILE_BYTES = 65_536  # a form is at most 12288 bytes without white space


def configure(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    listing = commands.add_parser("list", help="the forms in force, bundled and own")
    listing.set_defaults(run=_list)
    check = commands.add_parser("check", help="check a form by every rule and change nothing")
    check.set_defaults(run=_check)
    publish = commands.add_parser("publish", help="put a form into force")
    publish.set_defaults(run=_publish)
    withdraw = commands.add_parser("withdraw", help="let the bundled form stand again, or none")
    withdraw.add_argument("key", metavar="KEY", help="of a form of the desk's own")
    withdraw.set_defaults(run=_withdraw)
    check.add_argument("file", type=Path, metavar="FILE", help="JSON; docs/spec/forms.md")
    source = publish.add_mutually_exclusive_group(required=True)
    source.add_argument("file", type=Path, nargs="?", metavar="FILE", help="JSON, as for check")
    source.add_argument("--draft", metavar="KEY", help="a draft of the desk, made by import")
    publish.add_argument(
        "--findings-read", action="store_true", help="what the import left out was read"
    )
    desk_forms_sheets.configure(commands)
    for command in (publish, withdraw):
        command.add_argument("--dry-run", action="store_true", help="change nothing")
    for command in (listing, check, publish, withdraw):
        command.add_argument("--json", action="store_true", help="print one JSON object")
        command.epilog = EXAMPLE


def _list(arguments: Namespace) -> int:
    with open_desk(unlocked=False) as desk:
        found, version = in_force(own_forms(desk.session)), forms_version(desk.session)
    if arguments.json:
        print(json.dumps({"forms_version": version, "forms": [_as_json(one) for one in found]}))
    for form in () if arguments.json else found:
        print(_line(form))
    return 0


def _check(arguments: Namespace) -> int:
    with open_desk(unlocked=False) as desk:
        form = _numbered(desk.session, arguments.file)
    return _tell(arguments, form, "In order, nothing was changed:")


def _publish(arguments: Namespace) -> int:
    if arguments.draft is not None:
        form = desk_forms_sheets.publish_draft(
            arguments.draft, dry_run=arguments.dry_run, findings_read=arguments.findings_read
        )
        said = "Would be published:" if arguments.dry_run else _PUBLISHED
        return _tell(arguments, form, said)
    with open_desk(unlocked=False) as desk:
        if arguments.dry_run:
            form = _numbered(desk.session, arguments.file)
            return _tell(arguments, form, "Would be published:")
        start_writing(desk.session)
        try:
            form = publish_form(desk.session, _read(arguments.file), ACTOR)
        except FormsError as error:
            raise CommandError(str(error)) from error
        desk.session.commit()
    return _tell(arguments, form, _PUBLISHED)


def _withdraw(arguments: Namespace) -> int:
    with open_desk(unlocked=False) as desk:
        start_writing(desk.session)
        try:
            withdraw_form(desk.session, arguments.key, ACTOR)
        except FormsError as error:
            raise CommandError(str(error)) from error
        if arguments.dry_run:
            desk.session.rollback()
        else:
            desk.session.commit()
    if arguments.json:
        print(json.dumps({"withdrawn": arguments.key, "dry_run": arguments.dry_run}))
    else:
        print(f"{'Would be withdrawn' if arguments.dry_run else 'Withdrawn'}: {arguments.key}")
    return 0


def _numbered(session: Session, path: Path) -> Form:
    try:
        return numbered(session, _read(path))
    except FormsError as error:
        raise CommandError(str(error)) from error


def _read(path: Path) -> dict[str, object]:
    """Read a document as people write it: white space and order are free."""
    try:
        if path.stat().st_size > LARGEST_FILE_BYTES:
            raise CommandError("the file is too long for a form")
        value: object = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} cannot be read as JSON in UTF-8") from error
    if not isinstance(value, dict):
        raise CommandError("a form is one JSON object: see docs/spec/forms.md")
    return value


def _tell(arguments: Namespace, form: Form, sentence: str) -> int:
    print(json.dumps(_as_json(form)) if arguments.json else f"{sentence} {_line(form)}")
    return 0


def _line(form: Form) -> str:
    asked = " ".join(form.categories) or "never asked"
    kind = "offered" if form.is_optional else "asked"
    title = said_in(form.title, "en")
    return f"{form.key} {form.version} ({kind}, {len(form.questions)} questions) {title}: {asked}"


def _as_json(form: Form) -> dict[str, object]:
    return {
        "key": form.key,
        "version": form.version,
        "optional": form.is_optional,
        "categories": list(form.categories),
        "questions": [question.key for question in form.questions],
        "languages": sorted(form.title),
    }
