"""Reading an XLSForm: a process of its own opens the file, for a bounded time.

Spec: docs/adr/0118-xlsform-in-a-process-of-its-own.md
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Final

from server.desk.forms import sheets
from server.desk.forms.errors import UnreadableError
from server.desk.translations import N_
from server.plumbing.config import REPOSITORY
from server.plumbing.environment import without_ours

COMMAND: Final = (sys.executable, "-m", "server.desk.forms.workbook_process")
MAX_FILE_BYTES: Final = 480 * 1024
"""A form of 24 questions in eight languages packs to 40 KB. Uploads up to here stay in memory:
werkzeug puts what is over 500 KiB into a temporary file."""
MAX_SECONDS: Final = 60
"""Half a second on an idle machine; a busy small one may be twenty times slower."""

REFUSALS: Final[Mapping[str, str]] = {
    "too-large": N_("The file is too large for a form. Take pictures and other sheets out of it."),
    "not-xlsx": N_("The file is no spreadsheet. Save it as .xlsx and try again."),
    "bomb": N_("The file unpacks to far more than a form needs. It was not opened."),
    "entities": N_("The file holds what no spreadsheet program writes. It was not opened."),
    "too-many-cells": N_("The sheets are too large for a form. Keep only its questions."),
    "no-survey": N_("The file has no sheet named survey, so it is no XLSForm."),
    "broken": N_("The file cannot be read. Open it in a spreadsheet program, save it anew."),
}
"""Why a file is not read, with what to do."""


def read_workbook(packed: bytes) -> sheets.Workbook:
    """Read the cells of an .xlsx file.

    Args:
        packed: The file.

    Raises:
        UnreadableError: It is none, is too large, or could be made to hurt.
    """
    if len(packed) > MAX_FILE_BYTES:
        raise _refused("too-large")
    try:
        ended = subprocess.run(  # noqa: S603 - a constant command of our own
            COMMAND,
            input=packed,
            stdout=subprocess.PIPE,
            # An error's text could quote the form.
            stderr=subprocess.DEVNULL,
            cwd=REPOSITORY,
            env=without_ours(os.environ),
            timeout=MAX_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _refused("broken") from error
    if ended.returncode != 0:
        raise _refused("broken")
    told = json.loads(ended.stdout)
    if "refused" in told:
        raise _refused(told["refused"])
    return sheets.from_json(ended.stdout)


def _refused(word: str) -> UnreadableError:
    known = word if word in REFUSALS else "broken"
    return UnreadableError(known, REFUSALS[known])
