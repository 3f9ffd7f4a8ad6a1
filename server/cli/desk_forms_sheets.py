"""`desk forms import` and `export`: XLSForm in and out."""

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemas.domain.forms import Form
from server.cli.desk_session import ACTOR, open_desk
from server.cli.errors import CommandError
from server.desk.context import now
from server.desk.db import start_writing
from server.desk.forms import drafts, publishing, xlsform, xlsform_out, xlsx
from server.desk.forms.checking import FORM, Trouble, troubles
from server.desk.forms.errors import DraftError, UnreadableError
from server.desk.forms.finding_words import finding_said
from server.desk.forms.findings import Finding, as_json
from server.desk.forms.reading import MAX_FILE_BYTES, read_workbook
from server.desk.forms.trouble_words import trouble_said
from server.desk.keys.forms import document_in_force, numbered
from server.desk.keys.hand import Hand

if TYPE_CHECKING:
    from argparse import _SubParsersAction

EXAMPLE = "example: python -m server desk forms import questions.xlsx --dry-run"


def configure(commands: "_SubParsersAction[ArgumentParser]") -> None:
    """Add the two commands."""
    line = "make a draft of an XLSForm, and name each cell that does not go over"
    importing = commands.add_parser("import", help=line, description=line, epilog=EXAMPLE)
    importing.set_defaults(run=_import)
    importing.add_argument("file", type=Path, metavar="FILE", help=".xlsx; docs/forms.md")
    importing.add_argument("--dry-run", action="store_true", help="keep no draft")
    importing.add_argument("--json", action="store_true", help="print one JSON object")
    line = "write a form that is in force, or a draft"
    exporting = commands.add_parser("export", help=line, description=line, epilog=EXAMPLE)
    exporting.set_defaults(run=_export)
    exporting.add_argument("key", metavar="KEY", help="of the form")
    exporting.add_argument("--draft", action="store_true", help="the draft of this form")
    exporting.add_argument("--xlsx", action="store_true", help="as an XLSForm; otherwise as JSON")
    exporting.add_argument("--out", type=Path, metavar="FILE", help="KEY.xlsx if left out")


def publish_draft(key: str, *, dry_run: bool, findings_read: bool) -> Form:
    """Publish a draft by the key of its form, or tell how it would be published.

    Raises:
        CommandError: There is none, or it is not ready.
    """
    with open_desk() as desk:
        start_writing(desk.session)
        try:
            found = drafts.draft_of(desk.session, desk.ring, key)
            if found is None:
                raise CommandError("the desk has no draft of this form: see `desk forms import`")
            hand = Hand(desk.session, desk.ring, ACTOR, now())
            if findings_read:
                found = drafts.have_read(hand, found)
            if dry_run:
                return numbered(desk.session, publishing.ready(found))
            form = publishing.publish(hand, found)
        except DraftError as error:
            raise CommandError(str(error)) from error
        desk.session.commit()
        return form


def _import(arguments: Namespace) -> int:
    made = _made(arguments.file)
    if not arguments.dry_run:
        _keep(made)
    found = troubles(made.document)
    if arguments.json:
        print(json.dumps(_told(made, found, kept=not arguments.dry_run), ensure_ascii=False))
        return 0
    for finding in made.findings:
        print(f"{finding.cell}: {finding_said(finding)}")
    for trouble in found:
        print(f"{_placed(trouble)}: {trouble_said(trouble)}")
    kept = "Would be kept" if arguments.dry_run else "Kept"
    key, questions = made.document["key"], len(made.document["questions"])
    print(f"{kept} as the draft of {key}: {questions} questions. {_next_step(made, found)}")
    return 0


def _next_step(made: xlsform.Imported, found: tuple[Trouble, ...]) -> str:
    if made.findings:
        return "Read what stands above, then go on in the console under Forms."
    if found:
        return "Mend what stands above in the console under Forms."
    return f"Publish it by `desk forms publish --draft {made.document['key']}`."


def _made(path: Path) -> xlsform.Imported:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise CommandError("the file is too large for a form")
        return xlsform.imported(read_workbook(path.read_bytes()))
    except UnreadableError as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise CommandError(f"{path} cannot be read") from error


def _keep(made: xlsform.Imported) -> None:
    with open_desk() as desk:
        start_writing(desk.session)
        try:
            hand = Hand(desk.session, desk.ring, ACTOR, now())
            drafts.begin(hand, made.document, made.findings)
        except DraftError as error:
            raise CommandError(str(error)) from error
        desk.session.commit()


def _told(made: xlsform.Imported, found: tuple[Trouble, ...], *, kept: bool) -> dict[str, object]:
    said: list[Finding] = list(made.findings)
    return {
        "kept": kept,
        "form": made.document,
        "findings": [
            {**one, "says": finding_said(finding)}
            for one, finding in zip(as_json(said), said, strict=True)
        ],
        "in_the_way": [
            {"place": one.place, "code": one.code, "says": trouble_said(one)} for one in found
        ],
    }


def _placed(trouble: Trouble) -> str:
    return FORM if trouble.place == FORM else f"question {trouble.place}"


def _export(arguments: Namespace) -> int:
    document = _document(arguments.key, draft=arguments.draft)
    if not arguments.xlsx:
        text = json.dumps(document, ensure_ascii=False, indent=1)
        if arguments.out is None:
            print(text)
            return 0
        return _write(arguments.out, text.encode())
    packed = xlsx.packed(xlsform_out.tables(document))
    return _write(arguments.out or Path(f"{document['key']}.xlsx"), packed)


def _write(path: Path, held: bytes) -> int:
    try:
        path.write_bytes(held)
    except OSError as error:
        raise CommandError(f"{path} cannot be written") from error
    print(f"Written: {path}")
    return 0


def _document(key: str, *, draft: bool) -> dict[str, Any]:
    with open_desk(unlocked=draft) as desk:
        if draft:
            found = drafts.draft_of(desk.session, desk.ring, key)
            document = None if found is None else found.document
        else:
            document = document_in_force(desk.session, key)
    if document is None:
        raise CommandError("there is no form with this key: see `desk forms list`")
    return document
