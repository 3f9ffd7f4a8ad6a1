"""`up`: relay, phone app and desk on this machine, from nothing to ready.

Theory of operation: the relay starts first, because the directory names its address. Then this
process founds the desk if there is none, lets the relay admit it, and hands the relay the newest
directory. Then the desk starts. Only when both answer is the one line of JSON, or a short text,
printed; from then on `up` waits for a signal or for a child that ends.
"""

import json
import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from dataclasses import dataclass
from queue import SimpleQueue
from typing import TYPE_CHECKING, Final

from server.cli import first_steps
from server.cli.answering import wait_until_answers
from server.cli.children import Child, Told, Word, listen_for_signals
from server.cli.demo import seed_demo
from server.cli.preparing import Prepared, prepare_desk, refuse_half_set, refuse_taken_ports
from server.plumbing import logs
from server.plumbing.config import DeskConfig, RelayConfig

if TYPE_CHECKING:
    from argparse import _SubParsersAction

EXAMPLE: Final = "example: TOCSIN_HOME=/srv/tocsin python -m server up --json"


@dataclass(frozen=True, slots=True)
class Addresses:
    """The line that scripts read: the fields of the contract, in its order."""

    relay_url: str
    phone_url: str
    desk_url: str
    invite: str
    first_login_url: str | None

    def as_json(self) -> str:
        """Write the line."""
        return json.dumps(
            {
                "relay_url": self.relay_url,
                "phone_url": self.phone_url,
                "desk_url": self.desk_url,
                "invite": self.invite,
                "first_login_url": self.first_login_url,
            }
        )


def register(subparsers: "_SubParsersAction[ArgumentParser]") -> None:
    """Add `up` to the commands."""
    line = "start relay, phone app and desk on this machine"
    parser = subparsers.add_parser("up", help=line, description=line, epilog=EXAMPLE)
    parser.add_argument("--json", action="store_true", help="first print one JSON object")
    parser.add_argument(
        "--demo", action="store_true", help="fill the desk with a fictional country's year"
    )
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Start everything and wait; 0 after a signal, 1 when a part of it ended by itself."""
    logs.configure()
    refuse_half_set(os.environ)
    relay_config = RelayConfig.from_env(os.environ)
    desk_config = DeskConfig.from_env(os.environ)
    refuse_taken_ports(relay_config, desk_config)
    words: SimpleQueue[Word] = SimpleQueue()
    listen_for_signals(words)
    if arguments.demo and not seed_demo(os.environ, lambda: not words.empty()):
        return 0
    children: list[Child] = []
    try:
        addresses = _start(children, words, relay_config, desk_config)
        first_steps.show(addresses, as_json=arguments.json)
        return _wait(words)
    finally:
        for child in reversed(children):
            child.end()


def _start(
    children: list[Child],
    words: "SimpleQueue[Word]",
    relay_config: RelayConfig,
    desk_config: DeskConfig,
) -> Addresses:
    relay = _start_child(children, "relay", os.environ)
    said = relay.ready_line()
    prepared = prepare_desk(desk_config, relay_config, said["relay_url"], os.environ)
    desk = _start_child(children, "desk", os.environ)
    desk_url = desk.ready_line()["desk_url"]
    wait_until_answers(f"{desk_url}login")
    for child in (relay, desk):
        child.watch(words)
    return _addresses(prepared, said["origin"], desk_url, desk_config.public_url)


def _start_child(children: list[Child], name: str, env: Mapping[str, str]) -> Child:
    child = Child(name, [name, "serve", "--json"], env)
    children.append(child)
    return child


def _addresses(
    prepared: Prepared, relay_origin: str, desk_url: str, desk_public_url: str | None
) -> Addresses:
    public = os.environ.get("TOCSIN_RELAY_PUBLIC_URL")
    desk_public = (desk_public_url or desk_url).rstrip("/") + "/"
    setup = f"{desk_public}setup/{prepared.setup_token}" if prepared.setup_token else None
    return Addresses(
        relay_url=prepared.relay_url,
        phone_url=(public or relay_origin).rstrip("/") + "/app/",
        desk_url=desk_public,
        invite=prepared.invite,
        first_login_url=setup,
    )


def _wait(words: "SimpleQueue[Word]") -> int:
    """Wait for the first word; say so when it is a child's end."""
    word = words.get()
    if isinstance(word, Told):
        return 0
    print(f"the {word.name} has ended by itself: see the lines above", file=sys.stderr)
    return 1
