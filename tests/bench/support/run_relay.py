"""Run a relay as `relay serve --json` does."""

from argparse import Namespace

from server.cli.relay_serve import run

if __name__ == "__main__":
    raise SystemExit(run(Namespace(json=True)))
