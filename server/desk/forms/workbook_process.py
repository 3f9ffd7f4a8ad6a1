"""The process that opens a spreadsheet of strangers: a file by one pipe, text by another.

It can write no file, leaves no memory behind when it breaks, and is ended by the machine when it
takes more memory or time than any honest form needs. It says how it ended in one word.
"""

import json
import resource
import sys
from typing import Final

from server.desk.forms import sheets

MAX_MEMORY_BYTES: Final = 512 * 1024 * 1024
"""Measured: 170 MB of addresses with everything loaded; the largest sheets let in add 40 MB."""
MAX_CPU_SECONDS: Final = 15
"""An ordinary form takes half a second, of which most is loading the libraries."""


def main() -> None:
    """Read once."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_SECONDS, MAX_CPU_SECONDS))
    try:
        # After the limits: what is loaded counts too, and only this process loads it.
        from server.desk.forms import workbook  # noqa: PLC0415

        try:
            told = sheets.to_json(workbook.read(sys.stdin.buffer.read()))
        except workbook.WorkbookError as error:
            told = json.dumps({"refused": str(error)}).encode()
    except Exception:  # noqa: BLE001 - its text may quote a form
        told = json.dumps({"refused": "broken"}).encode()
    sys.stdout.buffer.write(told)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
