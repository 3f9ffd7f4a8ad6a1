"""`relay ...`: the commands of a relay."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from server.cli import (
    relay_admit,
    relay_channel,
    relay_channels,
    relay_forward,
    relay_init,
    relay_probe_check,
    relay_serve,
    relay_site,
    relay_status,
)

if TYPE_CHECKING:
    from argparse import _SubParsersAction

_COMMANDS = {
    "init": (relay_init.configure, "make key, path and database"),
    "admit": (relay_admit.configure, "let a desk pull from this relay"),
    "status": (relay_status.configure, "tell what the relay holds"),
    "serve": (relay_serve.configure, "run the relay"),
    "forward": (relay_forward.configure, "hand on to the upstream now"),
    "site": (relay_site.configure, "write the configuration of the web server in front"),
    "probe-check": (relay_probe_check.configure, "ask what a prober asks, and compare"),
    "channel": (relay_channel.configure, "add, list or retire a secret path"),
    "channels": (relay_channels.configure, "report which channel burned"),
}


def register(subparsers: "_SubParsersAction[ArgumentParser]") -> None:
    """Add `relay` and its commands.

    Args:
        subparsers: Of the main command; a chosen command's function is `namespace.run`, which
            takes the namespace and returns the exit code.
    """
    group = subparsers.add_parser("relay", help="take sealed reports in and hold them")
    # `relay --upstream LINE` alone runs a courier relay, as `relay serve` does.
    relay_serve.configure(group)
    group.set_defaults(run=lambda arguments: _run_courier(group, arguments))
    commands = group.add_subparsers(metavar="COMMAND")
    for name, (configure, line) in _COMMANDS.items():
        configure(commands.add_parser(name, help=line, description=line))


def _run_courier(group: ArgumentParser, arguments: Namespace) -> int:
    if "upstream" not in arguments:
        group.error("name a command, or give --upstream to run a courier relay")
    return relay_serve.run(arguments)
