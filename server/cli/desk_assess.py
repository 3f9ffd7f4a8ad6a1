"""`desk signals`, `desk assess`, `desk sign`, `desk publish`: the whole way out, for scripts.

Theory of operation: who runs a command is written into the audit log as `command`, or as the
person named with `--as`, who then shows both factors: the password in TOCSIN_DESK_PASSWORD and the
code with `--code`. A second signature is always a person's: `sign` does not work without `--as`.
"""

import json
import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from schemas.domain.framework import Framework
from server.cli.desk_code import command_hand
from server.cli.desk_session import ACTOR, OpenDesk, open_desk
from server.cli.errors import CommandError
from server.desk.accounts.login import SecondFactor, log_in
from server.desk.accounts.roles import Role
from server.desk.accounts.session_store import end_session
from server.desk.areas.layer import Area
from server.desk.context import now
from server.desk.keys.slots import PersonSlots
from server.desk.publishing.alert import Certainty, Severity, Status, Urgency
from server.desk.publishing.composing import Choices
from server.desk.publishing.leaving import Ground, publish
from server.desk.signals.assessment import AssessmentAct, Findings, Pillar
from server.desk.signals.observing import countries, coverage
from server.desk.signals.scan import scan
from server.desk.signals.store import act_on, open_signal, write_assessment
from server.desk.signals.weeks import IsoWeek
from server.desk.triage.taxonomy import taxonomy_of
from server.desk.triage.whereabouts import layer_of_desk

SIGNALS_EXAMPLE: Final = "example: python -m server desk signals --json"
ASSESS_EXAMPLE: Final = """example:
  python -m server desk assess --area QZ-NA --indicator 7.10 --from findings.json --json
  findings.json holds headline, known, basis, unknown, explanations, step (texts) and
  pillar (state, assistance or response); `--from -` reads it from standard input"""
SIGN_EXAMPLE: Final = """example:
  TOCSIN_DESK_PASSWORD=... python -m server desk sign 3f9a2c51d0e7b684 --as "Amina" --code 123456"""
PUBLISH_EXAMPLE: Final = "example: python -m server desk publish 3f9a2c51d0e7b684 --json"
TEXTS: Final = ("headline", "known", "basis", "unknown", "explanations", "step")


def configure_signals(parser: ArgumentParser) -> None:
    """Say what `desk signals` takes."""
    parser.add_argument("--json", action="store_true", help="print one JSON list")
    parser.epilog = SIGNALS_EXAMPLE
    parser.set_defaults(run=run_signals)


def configure_assess(parser: ArgumentParser) -> None:
    """Say what `desk assess` takes."""
    parser.add_argument("--area", required=True, help="ISO 3166-2 code or P-code")
    parser.add_argument(
        "--indicator", required=True, metavar="ID", help="indicator or risk factor, as 7.12 or 7"
    )
    parser.add_argument("--week", default="", help="as 2026-W47; the running one if left out")
    parser.add_argument("--from", dest="source", required=True, metavar="FILE", help="findings")
    _add_person(parser, required=False)
    parser.epilog = ASSESS_EXAMPLE
    parser.set_defaults(run=run_assess)


def configure_sign(parser: ArgumentParser) -> None:
    """Say what `desk sign` takes."""
    parser.add_argument("assessment_id", metavar="ASSESSMENT_ID")
    _add_person(parser, required=True)
    parser.epilog = SIGN_EXAMPLE
    parser.set_defaults(run=run_sign)


def configure_publish(parser: ArgumentParser) -> None:
    """Say what `desk publish` takes."""
    parser.add_argument("assessment_id", metavar="ASSESSMENT_ID")
    usual = Choices()
    for name, values, chosen in (
        ("--status", Status, usual.status),
        ("--severity", Severity, usual.severity),
        ("--urgency", Urgency, usual.urgency),
        ("--certainty", Certainty, usual.certainty),
    ):
        listed = [value.value for value in values]
        parser.add_argument(name, choices=listed, default=chosen.value)
    _add_person(parser, required=False)
    parser.epilog = PUBLISH_EXAMPLE
    parser.set_defaults(run=run_publish)


def _add_person(parser: ArgumentParser, *, required: bool) -> None:
    parser.add_argument(
        "--as", dest="person", metavar="NAME", required=required, help="who acts, with a password"
    )
    parser.add_argument("--code", default="", help="that person's second factor")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run_signals(arguments: Namespace) -> int:
    """Print what stands out in the last four weeks."""
    with open_desk() as desk:
        found = [
            {
                "country": country,
                "area": raised.name.area,
                "indicator_id": raised.name.subject,
                "week": str(raised.week),
                "reports": raised.count,
                "expected": raised.level.expected,
                "alarms": list(raised.alarms),
            }
            for country in countries(desk.session, desk.ring)
            for raised in scan(coverage(desk.session, desk.ring, country, now()).lines).raised
        ]
    if arguments.json:
        print(json.dumps(found))
    else:
        for one in found:
            print(f"{one['area']}  {one['indicator_id']}  {one['week']}  {one['reports']}")
    return 0


def run_assess(arguments: Namespace) -> int:
    """Keep a line as a signal, and an assessment of it that waits for a second person."""
    findings = _findings(arguments.source)
    with open_desk() as desk:
        actor = _actor(desk, arguments, Role.ANALYST)
        area = _area(arguments.area)
        framework = taxonomy_of(desk.config.home).framework
        _check_subject(framework, arguments.indicator)
        lines = coverage(desk.session, desk.ring, area.country, now()).lines
        hand = command_hand(desk, actor)
        signal = open_signal(
            hand,
            lines.line(area.code, arguments.indicator),
            _week(arguments.week),
            country=area.country,
            taxonomy_version=framework.version,
        )
        made = write_assessment(hand, signal.id, findings)
        desk.session.commit()
    answer = {
        "signal_id": signal.id,
        "assessment_id": made.id,
        "state": made.state.value,
        "reports": signal.count,
    }
    _answer(arguments, answer, f"assessment {made.id} waits for a second signature")
    return 0


def _area(code: str) -> Area:
    area = layer_of_desk().area(code)
    if area is None:
        raise CommandError("no such area on the desk's map: give its ISO 3166-2 or P-code")
    return area


def _check_subject(framework: Framework, subject: str) -> None:
    if framework.indicator(subject) is None and framework.factor(subject) is None:
        raise CommandError("the taxonomy has no such indicator or risk factor")


def run_sign(arguments: Namespace) -> int:
    """Sign somebody else's assessment."""
    with open_desk() as desk:
        actor = _actor(desk, arguments, Role.LEAD)
        made = act_on(command_hand(desk, actor), arguments.assessment_id, AssessmentAct.SIGN)
        desk.session.commit()
    answer = {"assessment_id": made.id, "state": made.state.value}
    _answer(arguments, answer, f"assessment {made.id} is signed by two")
    return 0


def run_publish(arguments: Namespace) -> int:
    """Publish a signed assessment as an alert."""
    choices = Choices(
        status=Status(arguments.status),
        severity=Severity(arguments.severity),
        urgency=Urgency(arguments.urgency),
        certainty=Certainty(arguments.certainty),
    )
    with open_desk() as desk:
        actor = _actor(desk, arguments, Role.LEAD)
        ground = Ground(layer_of_desk(), taxonomy_of(desk.config.home).framework)
        view = publish(command_hand(desk, actor), ground, arguments.assessment_id, choices)
        desk.session.commit()
    answer = {"publication_id": view.id, "identifier": view.alert.identifier}
    _answer(arguments, answer, f"published {view.alert.identifier}")
    return 0


def _actor(desk: OpenDesk, arguments: Namespace, least: Role) -> str:
    """Say who acts: the command, or a person who shows both factors."""
    if not arguments.person:
        return ACTOR
    person, token = log_in(
        desk.session,
        PersonSlots(desk.ring, desk.config),
        name=arguments.person,
        password=os.environ.get("TOCSIN_DESK_PASSWORD", ""),
        second=SecondFactor(arguments.code),
    )
    end_session(desk.session, token)
    desk.session.commit()
    if not person.may(least):
        raise CommandError(f"this takes the role {least.value}: ask somebody who has it")
    return person.actor


def _findings(source: str) -> Findings:
    """Read the answers of an assessment."""
    text = sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8")
    try:
        held = json.loads(text)
        texts = {name: str(held[name]) for name in TEXTS}
        return Findings(**texts, pillar=Pillar(held["pillar"]))
    except (ValueError, KeyError, TypeError) as unread:
        raise CommandError(
            f"the findings are a JSON object with {', '.join(TEXTS)} and pillar: see --help"
        ) from unread


def _week(text: str) -> IsoWeek:
    if not text:
        return IsoWeek.of(now())
    try:
        return IsoWeek.parse(text)
    except ValueError as unread:
        raise CommandError("write the week as 2026-W47") from unread


def _answer(arguments: Namespace, answer: Mapping[str, object], line: str) -> None:
    print(json.dumps(dict(answer)) if arguments.json else line)
