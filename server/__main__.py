"""`python -m server`: the relay, the desk, and both at once."""

import sys

from server.cli.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
