"""Make the phone's map anew from the desk's boundary layer.

The result lies in the phone app's sources, so that a phone is built without this: outlines of the
world's first-level areas, and their names in each language that the app speaks, each part on its
own so that a phone loads only what it shows. The same layer gives the same bytes.

    python -m tools.make_phone_map
"""

import base64
import json
import sys
from pathlib import Path
from typing import Final

from tools.phone_map.layer import Area, read_layer
from tools.phone_map.outlines import deflated, packed_outlines

ROOT: Final = Path(__file__).resolve().parent.parent
LAYER: Final = ROOT / "server" / "desk" / "static" / "maps" / "admin1.topojson"
PARTS: Final = ROOT / "client_sync" / "phone" / "src" / "map" / "generated"
LANGUAGES: Final = ("ar", "fr")
"""Languages of the app beside English; where one has no name of its own, the local one is shown."""


def names_text(areas: tuple[Area, ...], language: str) -> str:
    """Write one name a line, empty where it is the local one, in the order of the outlines."""
    return "\n".join(
        name if not language or name != area.names[""] else ""
        for area in areas
        for name in [area.names.get(language, "")]
    )


def made_parts() -> dict[str, bytes]:
    """Make every part: file name to content."""
    layer = read_layer(LAYER)
    parts = {"outlines": packed_outlines(layer)}
    for language in ("", *LANGUAGES):
        name = f"names.{language}" if language else "names"
        parts[name] = deflated(names_text(layer.areas, language).encode())
    return {f"{name}.json": _as_json(content) for name, content in parts.items()}


def _as_json(content: bytes) -> bytes:
    """Put bytes where every bundler and both builds of the app can take them in."""
    return json.dumps({"deflated": base64.b64encode(content).decode()}).encode() + b"\n"


def main() -> int:
    """Write the parts and say what they weigh."""
    PARTS.mkdir(parents=True, exist_ok=True)
    for name, content in made_parts().items():
        (PARTS / name).write_bytes(content)
        sys.stdout.write(f"{name}: {len(content) / 1024:.1f} KiB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
