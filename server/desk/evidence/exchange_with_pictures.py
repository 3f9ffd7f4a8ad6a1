"""What goes through the pipes between the desk and the process that opens pictures.

Down: one line `look`, `copy` or `redact`, the latter with areas of four numbers behind it, with
commas between; then the file's bytes, to the end. Up: a line `finding` and a line of JSON; or a
line `copy` and the copy's bytes, to the end; or one line `refused` with why, or `failed`.
"""

from typing import Final

LOOK: Final = "look"
COPY_OF: Final = "copy"
REDACT: Final = "redact"
FINDING: Final = b"finding\n"
COPY: Final = b"copy\n"
REFUSED: Final = b"refused "
FAILED: Final = b"failed\n"
