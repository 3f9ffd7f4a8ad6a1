"""A relay's process holds no code that could open anything."""

import subprocess
import sys

LOADED = """
import sys
from server.cli.main import build_parser
build_parser(["relay", "serve"]).parse_args(["relay", "serve"])
print("\\n".join(sorted(sys.modules)))
"""


def test_a_relays_process_loads_no_desk_and_nothing_that_opens() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", LOADED], check=True, capture_output=True, text=True
    ).stdout.split()
    assert "server.relay.exchange" in loaded
    assert [name for name in loaded if name.startswith("server.desk")] == []
    assert "schemas.envelope.opening" not in loaded
