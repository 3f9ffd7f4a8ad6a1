"""`status`: how every report stands."""

import argparse

from client_sync.cli.command import Command, add_json, to_json
from client_sync.cli.console import Console


def _run(options: argparse.Namespace, console: Console) -> None:
    with console.client() as client:
        statuses = client.status()
    if options.json:
        console.say(
            to_json(
                [
                    {
                        "report_id": status.report_id,
                        "state": status.state,
                        "relays": list(status.relays),
                        "replies": status.replies,
                    }
                    for status in statuses
                ]
            )
        )
        return
    if not statuses:
        console.say("No reports yet.")
    for status in statuses:
        console.say(
            f"{(status.report_id or '-')[:16]:16}  {status.state:12}  replies: {status.replies}"
        )


STATUS = Command(
    name="status",
    summary="tell how every report stands: draft, queued, held by a relay, at the desk",
    example="python -m client_sync --home ~/tocsin status --json",
    arguments=add_json,
    run=_run,
)
