"""What the operation on packs of places means in Python."""

from collections.abc import Mapping
from typing import Any

from schemas.bundle.place_pack import read_place_pack
from tools.vectors.place_cases import out_of


def read(given: Mapping[str, Any]) -> dict[str, object]:
    """Read a pack."""
    return out_of(read_place_pack(bytes.fromhex(given["bytes"])))
