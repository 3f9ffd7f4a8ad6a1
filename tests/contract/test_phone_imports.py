"""The phone's rooms have import rules too; biome holds them, and is shown to bite."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.sources import ROOT

BIOME = ROOT / "node_modules" / ".bin" / "biome"


def is_allowed(folder: Path, module: str, line: str) -> bool:
    """Lint one line in a copy of the phone's layout.

    Args:
        folder: an empty one.
        module: where the line stands, below `client_sync/phone/src`.
        line: TypeScript that exports something.
    """
    shutil.copy(ROOT / "biome.json", folder)
    path = folder / "client_sync" / "phone" / "src" / module
    path.parent.mkdir(parents=True)
    path.write_text(line + "\n", encoding="utf-8")
    command = [str(BIOME), "lint", "--vcs-enabled=false", "--colors=off", "client_sync"]
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
    assert "Checked 1 file" in done.stdout + done.stderr, done.stderr
    return done.returncode == 0


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("views/home.ts", 'export { t } from "../i18n.ts";'),
        ("envelope/primitives.ts", 'export { blake2b } from "@noble/hashes/blake2.js";'),
        (
            "envelope/entropy.ts",
            "export const fill = (room: Uint8Array) => crypto.getRandomValues(room);",
        ),
        ("sync/runner.ts", 'export { seal } from "../envelope/sealing.ts";'),
    ],
)
def test_an_allowed_line_passes(module: str, line: str, tmp_path: Path) -> None:
    assert is_allowed(tmp_path, module, line)


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("views/home.ts", 'export { seal } from "../envelope/sealing.ts";'),
        ("views/home.ts", 'export { blake2b } from "@noble/hashes/blake2.js";'),
        ("wire/frames.ts", 'export { seal } from "../envelope/sealing.ts";'),
        ("envelope/sealing.ts", 'export { encodeReport } from "../wire/report.ts";'),
        ("outbox/store.ts", 'export { run } from "../sync/runner.ts";'),
        ("transports/relay_http.ts", 'export { rows } from "../outbox/store.ts";'),
        ("sync/engine.ts", 'export { post } from "../transports/relay_http.ts";'),
        ("sync/engine.ts", 'export const ask = () => fetch("/");'),
        ("outbox/states.ts", 'export const open = () => indexedDB.open("x");'),
        ("report/compose.ts", "export const id = () => crypto.randomUUID();"),
        ("views/home.ts", 'export const kept = () => localStorage.getItem("x");'),
    ],
)
def test_a_line_against_the_rules_is_refused(module: str, line: str, tmp_path: Path) -> None:
    assert not is_allowed(tmp_path, module, line)
