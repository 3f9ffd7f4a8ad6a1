"""`export` and `import`: bundles carried by hand."""

import argparse
from pathlib import Path

from client_sync.cli.command import Command, add_json, to_json
from client_sync.cli.console import Console


def _file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a bundle file, by custom *.tocsin")
    add_json(parser)


def _export(options: argparse.Namespace, console: Console) -> None:
    with console.client() as client:
        written = client.export(Path(options.file))
    if options.json:
        counts = {"blobs": written.blobs, "files": list(written.files), "drafts": written.drafts}
        console.say(to_json(counts))
    else:
        console.say(f"{written.blobs} sealed blobs written to {', '.join(written.files)}")
    if written.drafts:
        console.warn(f"{written.drafts} drafts wait for the desk's directory and were left out.")


def _import(options: argparse.Namespace, console: Console) -> None:
    with console.client() as client:
        taken = client.import_(Path(options.file))
    if options.json:
        console.say(
            to_json(
                {
                    "carried": taken.carried,
                    "pages": taken.pages,
                    "acknowledged": taken.acknowledged,
                    "has_new_directory": taken.has_new_directory,
                    "is_cut": taken.is_cut,
                    "is_damaged": taken.is_damaged,
                }
            )
        )
    else:
        console.say(f"{taken.carried} sealed blobs of others are carried from now on.")
    if taken.is_cut:
        console.warn("The file was cut; everything before the cut was taken. Ask for it again.")
    if taken.is_damaged:
        console.warn("The file is damaged; everything whole in it was taken. Ask for it again.")


EXPORT = Command(
    name="export",
    summary="write everything the desk has not acknowledged into a file to be carried by hand",
    example="python -m client_sync --home ~/tocsin export /media/stick/out.tocsin",
    arguments=_file,
    run=_export,
)
IMPORT = Command(
    name="import",
    summary="take a file: carry others' sealed reports, read the desk's directory and board",
    example="python -m client_sync --home ~/tocsin import /media/stick/out.tocsin",
    arguments=_file,
    run=_import,
)
