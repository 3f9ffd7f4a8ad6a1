"""`python -m client_sync`."""

import sys

from client_sync.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
