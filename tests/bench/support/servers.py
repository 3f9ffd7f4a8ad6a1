"""Servers of a bench: each a real gunicorn on a loopback port, ended by its own id."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

STOP_SECONDS: Final = 20


@dataclass(frozen=True)
class Served:
    """A server that runs.

    Attributes:
        address: Host and port.
        path: What to ask for.
    """

    address: tuple[str, int]
    path: str


@contextmanager
def relay_server(extra: Mapping[str, str]) -> Iterator[Served]:
    """Run a relay in a folder of its own.

    Args:
        extra: Environment variables besides.

    Yields:
        Where it is.
    """
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as home:
        environment = {
            "TOCSIN_HOME": home,
            "TOCSIN_RELAY_PORT": "0",
            # Work that follows the load would ask the load itself for stamps.
            "TOCSIN_RELAY_WORK_BITS_CEILING": "0",
        } | dict(extra)
        with _running("tests.bench.support.run_relay", environment) as line:
            yield _served(json.loads(line)["relay_url"])


@contextmanager
def hello_server() -> Iterator[Served]:
    """Run Flask's hello-world under the relay's gunicorn settings.

    Yields:
        Where it is.
    """
    with _running("tests.bench.support.run_hello", {"TOCSIN_RELAY_PORT": "0"}) as line:
        yield _served(json.loads(line)["url"])


@contextmanager
def slow_disk() -> Iterator[dict[str, str] | None]:
    """Compile what adds 10 ms to each sync of the disk.

    Yields:
        Environment variables that put it in force, or None where there is no C compiler.
    """
    source = Path(__file__).with_name("slow_sync.c")
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
        library = Path(folder) / "slow_sync.so"
        command = ["cc", "-shared", "-fPIC", "-O2", "-o", str(library), str(source), "-ldl"]
        try:
            subprocess.run(command, check=True, capture_output=True)
        except (FileNotFoundError, subprocess.CalledProcessError):
            yield None
        else:
            yield {"LD_PRELOAD": str(library)}


@contextmanager
def _running(module: str, environment: Mapping[str, str]) -> Iterator[str]:
    """Run a module until the block ends; yield its first line."""
    process = subprocess.Popen(
        [sys.executable, "-m", module],
        env=os.environ | dict(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        if process.stdout is None:
            raise RuntimeError("no output to read")
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"{module} did not start: run it by hand to see why")
        yield line
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)
        if process.stdout is not None:
            process.stdout.close()


def _served(url: str) -> Served:
    host_port, _, path = url.removeprefix("http://").partition("/")
    host, _, port = host_port.partition(":")
    return Served((host, int(port)), f"/{path}")
