"""`replies`: what the desk answered."""

import argparse

from client_sync.cli.command import Command, add_json, to_json
from client_sync.cli.console import Console


def _run(options: argparse.Namespace, console: Console) -> None:
    with console.client() as client:
        replies = client.replies()
    if options.json:
        console.say(
            to_json(
                [
                    {
                        "report_id": reply.report_id,
                        "n": reply.number,
                        "kind": reply.kind,
                        "text": reply.text,
                        "lang": reply.lang,
                        "sent_on": reply.sent_on.isoformat(),
                    }
                    for reply in replies
                ]
            )
        )
        return
    if not replies:
        console.say("No replies yet.")
    for reply in replies:
        console.say(f"{reply.report_id[:16]}  {reply.sent_on}  {reply.kind}\n{reply.text}\n")


REPLIES = Command(
    name="replies",
    summary="show the desk's replies",
    example="python -m client_sync --home ~/tocsin replies --json",
    arguments=add_json,
    run=_run,
)
