"""`relay channels`: report which channel burned."""

import json
import os
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime, timedelta

from server.plumbing.clock import SystemClock, day_number
from server.plumbing.config import RelayConfig
from server.relay.channel_report import WEEK_DAYS, ChannelReport, report
from server.relay.channels import read_channels
from server.relay.tallies import DayTally, read_tallies

EXAMPLE = "example: python -m server relay channels --json"


def configure(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("--json", action="store_true", help="print one JSON list")
    parser.epilog = EXAMPLE
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Print the counts of each channel and what they mean; no path is printed."""
    folder = RelayConfig.from_env(os.environ).home
    today = day_number(SystemClock().now())
    channels = [(one, read_tallies(folder, one.place, today)) for one in read_channels(folder)]
    found = report(channels)
    if arguments.json:
        print(json.dumps([_as_json(one) for one in found]))
    else:
        for one in found:
            _show(one)
    return 0


def _as_json(one: ChannelReport) -> dict[str, object]:
    return {
        "label": one.label,
        "sign": one.sign.value,
        "words": one.words,
        "days": [_day(tally) for tally in one.days if tally.exchanges or tally.strangers],
    }


def _day(tally: DayTally) -> dict[str, object]:
    date = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=tally.day)
    return {
        "day": date.date().isoformat(),
        "exchanges_up_to": tally.exchanges,
        "strangers": tally.strangers,
    }


def _show(one: ChannelReport) -> None:
    week = one.days[-WEEK_DAYS:]
    exchanges = sum(day.exchanges for day in week)
    strangers = sum(day.strangers for day in week)
    print(f"{one.label}: {one.words}")
    print(f"  last {WEEK_DAYS} days: up to {exchanges} exchanges, {strangers} asked by strangers")
