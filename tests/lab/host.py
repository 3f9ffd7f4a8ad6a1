"""The facts of the machine that a result depends on, and the tools that a run needs."""

import os
import platform
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

from tests.lab.children import ChildError, run
from tests.lab.namespaces import DEFAULT_CONGESTION, SETTINGS, why_not_permitted

TOOLS: Final = {"nginx": "nginx", "ip": "iproute2", "ss": "iproute2", "openssl": "openssl"}
"""Program by the Debian package that has it."""

_INSTALL_SECONDS: Final = 300


def facts() -> dict[str, str | int]:
    """Tell what matters of this machine; nothing that names it."""
    return {
        "kernel": re.sub(r"^(\d+\.\d+\.\d+).*", r"\1", platform.release()),
        "cores": os.cpu_count() or 1,
        "memory_mib": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20,
        "python": platform.python_version(),
        "nginx": _version("nginx", "-v"),
        "openssl": _version("openssl", "version"),
        "congestion_control": DEFAULT_CONGESTION,
        **SETTINGS,
    }


def _version(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    except OSError:
        return "missing"
    found = re.search(r"\d+(\.\d+)+\w*", done.stdout + done.stderr)
    return found[0] if found else "unknown"


def missing_tools() -> list[str]:
    """Name the Debian packages whose programs are not there."""
    return sorted({package for tool, package in TOOLS.items() if not shutil.which(tool)})


def install_tools() -> None:
    """Install what is missing where we may and can; otherwise nothing happens."""
    wanted = missing_tools()
    if not wanted or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *wanted]
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        subprocess.run(command, env=env, capture_output=True, check=False, timeout=_INSTALL_SECONDS)
    except subprocess.TimeoutExpired:
        return


def why_not() -> str | None:
    """Tell in one sentence why the laboratory cannot run here; None when it can."""
    install_tools()
    wanted = missing_tools()
    if wanted:
        return f"install {' '.join(wanted)} first (apt-get install {' '.join(wanted)})"
    reason = why_not_permitted()
    return f"network namespaces are not permitted here: {reason}" if reason else None


def checkout() -> str:
    """Name the commit that was measured."""
    if not (Path(__file__).resolve().parents[2] / ".git").exists():
        return "unknown"
    try:
        return run("git", "rev-parse", "--short", "HEAD").strip()
    except ChildError:
        return "unknown"
