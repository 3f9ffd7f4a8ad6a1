"""`relay channel ...`: a secret path for each channel by which the relay's line is given out."""

import json
import os
from argparse import ArgumentParser, Namespace

from server.plumbing.clock import SystemClock, day_number
from server.plumbing.config import RelayConfig
from server.relay.channels import Channel, add_channel, read_channels, retire_channel
from server.relay.home import encode_base64, load_home

EXAMPLE = "example: python -m server relay channel add posters --origin https://www.example.org"


def configure(parser: ArgumentParser) -> None:
    """Say what the commands take."""
    parser.epilog = EXAMPLE
    commands = parser.add_subparsers(metavar="WHAT", required=True)
    add = commands.add_parser("add", help="open a channel and print its line")
    add.add_argument("label", metavar="LABEL", help="lower-case letters, digits, hyphens")
    add.set_defaults(run=run_add)
    listed = commands.add_parser("list", help="print every channel and its line")
    listed.set_defaults(run=run_list)
    retire = commands.add_parser("retire", help="close a channel: its path exists no more")
    retire.add_argument("label", metavar="LABEL", help="the channel")
    retire.set_defaults(run=run_retire)
    for command in (add, listed, retire):
        command.epilog = EXAMPLE
        command.add_argument("--json", action="store_true", help="print JSON")
    for command in (add, listed):
        command.add_argument(
            "--origin",
            metavar="URL",
            help="the site's address, https://host (TOCSIN_RELAY_PUBLIC_URL)",
        )


def run_add(arguments: Namespace) -> int:
    """Open a channel; a running relay needs no restart."""
    folder = RelayConfig.from_env(os.environ).home
    load_home(folder)
    channel = add_channel(folder, arguments.label)
    _print(arguments, _as_json(channel, _line(arguments, channel)))
    return 0


def run_list(arguments: Namespace) -> int:
    """Print the channels; their paths are secrets."""
    channels = read_channels(RelayConfig.from_env(os.environ).home)
    told = [_as_json(channel, _line(arguments, channel)) for channel in channels]
    if arguments.json:
        print(json.dumps(told))
    else:
        for one in told:
            _print(arguments, one)
    return 0


def run_retire(arguments: Namespace) -> int:
    """Close a channel; a running relay needs no restart."""
    folder = RelayConfig.from_env(os.environ).home
    today = day_number(SystemClock().now())
    channel = retire_channel(folder, arguments.label, today)
    if arguments.json:
        print(json.dumps({"label": channel.label, "is_open": False}))
    else:
        print(f"retired: {channel.label}")
    return 0


def _line(arguments: Namespace, channel: Channel) -> str | None:
    """Write the bridge line of a channel, if the site's address is known."""
    origin = (arguments.origin or os.environ.get("TOCSIN_RELAY_PUBLIC_URL") or "").rstrip("/")
    if not origin or not channel.is_open:
        return None
    key = load_home(RelayConfig.from_env(os.environ).home).key.public
    return f"tocsin1 {origin}{channel.path} k={encode_base64(key)}"


def _as_json(channel: Channel, line: str | None) -> dict[str, object]:
    return {
        "label": channel.label,
        "path": channel.path,
        "is_open": channel.is_open,
        "line": line,
    }


def _print(arguments: Namespace, told: dict[str, object]) -> None:
    if arguments.json:
        print(json.dumps(told))
        return
    print(f"{told['label']}: {told['path']}" + ("" if told["is_open"] else " (retired)"))
    if told["line"]:
        print(told["line"])
