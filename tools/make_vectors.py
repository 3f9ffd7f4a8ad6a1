"""Write `tests/vectors/*.json`. The same code gives the same bytes every time.

Example:
    python -m tools.make_vectors            # write them; the difference should be empty
    python -m tools.make_vectors --check    # write nothing, fail when a file would change
"""

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from tools.vectors import (
    bundle_cases,
    derived_cases,
    envelope_cases,
    evidence_cases,
    fingerprint_cases,
    form_cases,
    frame_cases,
    place_cases,
    release_cases,
    report_cases,
    sms_cases,
    symbol_cases,
    text_cases,
    trust_cases,
    verdict_cases,
)
from tools.vectors.case import Case
from tools.vectors.engine_cases import SCENARIOS, render_scenario

VECTORS = Path(__file__).resolve().parent.parent / "tests" / "vectors"
FILES: Mapping[str, Callable[[], list[Case]]] = MappingProxyType(
    {
        "envelope": envelope_cases.cases,
        "derived": derived_cases.derived_cases,
        "chunks": derived_cases.chunk_cases,
        "canonical": text_cases.canonical_cases,
        "report": report_cases.report_cases,
        "reply": text_cases.reply_cases,
        "directory": trust_cases.directory_cases,
        "fingerprint": fingerprint_cases.fingerprint_cases,
        "evidence": evidence_cases.cases,
        "forms": form_cases.form_cases,
        "invite": trust_cases.invite_cases,
        "release": release_cases.release_cases,
        "frames": frame_cases.frame_cases,
        "receipts": verdict_cases.receipt_cases,
        "board": verdict_cases.board_cases,
        "bundle": bundle_cases.bundle_cases,
        "symbols": symbol_cases.symbol_cases,
        "sms": sms_cases.sms_cases,
        "places": place_cases.place_cases,
    }
)


def render(name: str) -> str:
    """Write one file's text, one case a line, so that a difference names the case.

    Args:
        name: A key of `FILES`.

    Returns:
        JSON with a line break at the end.
    """
    lines = (json.dumps(case, ensure_ascii=True, sort_keys=False) for case in FILES[name]())
    return '{"file": "' + name + '", "cases": [\n' + ",\n".join(lines) + "\n]}\n"


def main(arguments: list[str] | None = None) -> int:
    """Write or check every file.

    Returns:
        Exit code: 1 when a file would change under `--check`.
    """
    parser = argparse.ArgumentParser(description="Make the test vectors anew.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail on a difference")
    options = parser.parse_args(arguments)
    changed = 0
    texts = {f"{name}.json": render(name) for name in FILES}
    texts |= {f"engine/{name}.json": render_scenario(name) for name in SCENARIOS}
    for name, text in texts.items():
        path = VECTORS / name
        if path.exists() and path.read_text("utf-8") == text:
            continue
        changed += 1
        print(f"{path.name} differs")
        if not options.check:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
    return 1 if options.check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
