"""`report`: write and seal a report."""

import argparse
import json
import sys
from pathlib import Path

from client_sync.cli.command import Command, add_json, to_json
from client_sync.cli.console import Console
from client_sync.composing import Answers
from client_sync.errors import ClientError
from schemas.domain.ids import ReportId, envelope_id_of, report_id_of
from schemas.domain.vocabulary import Category, Purpose, Source


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--category", required=True, metavar="KEY", help=", ".join(Category))
    parser.add_argument(
        "--text",
        required=True,
        metavar="T",
        help="what happened; - reads it from standard input, so that no shell history keeps it",
    )
    parser.add_argument(
        "--observed-at",
        metavar="ISO",
        help="when: 2026-11-23T18:30+02:00, 2026-11-23, 2026-W47 or 2026-11; today if left out",
    )
    parser.add_argument("--place", metavar="TEXT", help="where, in words")
    parser.add_argument("--lat", type=float, metavar="F", help="degrees north, with --lon")
    parser.add_argument("--lon", type=float, metavar="F", help="degrees east, with --lat")
    parser.add_argument("--attach", action="append", default=[], metavar="FILE", help="repeatable")
    parser.add_argument(
        "--lang", default="und", metavar="TAG", help="language of the text (BCP 47)"
    )
    parser.add_argument(
        "--source", default=Source.UNSAID.value, metavar="WORD", help=", ".join(Source)
    )
    parser.add_argument("--about", metavar="REPORT_ID", help="the report this one follows")
    parser.add_argument(
        "--purpose",
        metavar="WORD",
        help=f"why it follows that report: {', '.join(Purpose)}",
    )
    parser.add_argument(
        "--answer",
        action="append",
        default=[],
        metavar="QUESTION=VALUE",
        help="answer a question of the desk's forms, as conduct.who=police; repeatable",
    )
    parser.add_argument(
        "--answers",
        type=Path,
        metavar="FILE",
        help='a JSON object of such answers: {"conduct.done": ["beat", "took_away"]}',
    )
    add_json(parser)


def _text(given: str) -> str:
    """Take the text as given, or from standard input."""
    if given != "-":
        return given
    try:
        return sys.stdin.buffer.read().decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise ClientError("the text on standard input is not UTF-8") from error


def _form_answers(options: argparse.Namespace) -> dict[str, object]:
    """Gather the answers of the file and of the line; the line has the last word."""
    answers: dict[str, object] = {}
    if options.answers is not None:
        try:
            read: object = json.loads(options.answers.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise ClientError(f"{options.answers} cannot be read as JSON in UTF-8") from error
        if not isinstance(read, dict):
            raise ClientError("the answers are one JSON object of question and answer")
        answers.update(read)
    for given in options.answer:
        name, equals, value = given.partition("=")
        if not equals:
            raise ClientError("write an answer as QUESTION=VALUE")
        answers[name] = value
    return answers


def _about(given: str | None) -> ReportId | None:
    return report_id_of(envelope_id_of(given)) if given else None


def _run(options: argparse.Namespace, console: Console) -> None:
    answers = Answers(
        category=options.category,
        text=_text(options.text),
        observed_at=options.observed_at,
        place=options.place,
        lat=options.lat,
        lon=options.lon,
        lang=options.lang,
        source=options.source,
        about=_about(options.about),
        purpose=options.purpose,
        forms=_form_answers(options),
    )
    with console.client() as client:
        kept = client.report(answers, [Path(name) for name in options.attach])
    if options.json:
        console.say(to_json({"report_id": kept.report_id, "state": kept.state}))
    elif kept.report_id is None:
        console.say("Kept as an encrypted draft; it is sealed when the desk's directory is there.")
    else:
        console.say(f"Sealed and queued: {kept.report_id}")


REPORT = Command(
    name="report",
    summary="write a report; it is sealed at once and works without a network",
    example="echo 'Three trucks came.' | python -m client_sync --home ~/tocsin"
    " report --category attack --text - --attach photo.jpg",
    arguments=_arguments,
    run=_run,
)
