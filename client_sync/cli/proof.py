"""`proof`: what relays signed for and the desk did not acknowledge in time."""

import argparse
from pathlib import Path

from client_sync.cli.command import Command, add_json, to_json
from client_sync.cli.console import Console
from client_sync.errors import ClientError

_OWNER_ONLY = 0o600


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", metavar="FILE", help="write the proof there; else only count")
    add_json(parser)


def _write(path: Path, text: str) -> None:
    try:
        path.touch(_OWNER_ONLY)
        path.write_text(text, "utf-8")
    except OSError as error:
        raise ClientError("the file cannot be written there; choose another place") from error


def _run(options: argparse.Namespace, console: Console) -> None:
    with console.client() as client:
        proof = client.proof()
    if options.out:
        _write(Path(options.out), proof.text)
    if options.json:
        counts = {"missed": proof.missed, "relays": list(proof.relays), "file": options.out}
        console.say(to_json(counts))
    elif not proof.missed:
        console.say("The desk acknowledged in time everything a relay signed for.")
    else:
        console.say(
            f"{proof.missed} blobs were signed for by {len(proof.relays)} relays and not"
            " acknowledged in time."
        )
    if proof.missed and options.out:
        console.warn(
            "The file says which blobs are yours. It opens none of them. Give it to your desk,"
            " not to the public."
        )


PROOF = Command(
    name="proof",
    summary="write down what relays signed for and the desk did not acknowledge in time",
    example="python -m client_sync --home ~/tocsin proof --out proof.json"
    "  # then: python tools/verify_proof.py proof.json",
    arguments=_arguments,
    run=_run,
)
