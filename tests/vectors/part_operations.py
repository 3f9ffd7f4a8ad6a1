"""What the operations of sync.md sections 8 and 12 mean in Python: fields in, fields out."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from schemas.domain.ids import EnvelopeId
from schemas.wire import exchange, parts

Fields: TypeAlias = Mapping[str, Any]
Out: TypeAlias = dict[str, object]


def announce(given: Fields) -> Out:
    """Read and write the payload of ANNOUNCE."""
    tags = parts.decode_announce(bytes.fromhex(given["payload"]))
    ids = [EnvelopeId(bytes.fromhex(one)) for one in given.get("ids", ())]
    return {"tags": [tag.hex() for tag in tags], "written": parts.encode_announce(ids).hex()}


def rest(given: Fields) -> Out:
    """Read and write the payload of REST."""
    found = parts.decode_rest(bytes.fromhex(given["payload"]))
    return {
        "id": found.envelope_id.hex(),
        "offset_bytes": found.offset_bytes,
        "content": found.content.hex(),
        "written": parts.encode_rest(found).hex(),
    }


def begun(given: Fields) -> Out:
    """Read the payload of BEGUN."""
    kept = parts.decode_begun(bytes.fromhex(given["payload"]))
    return {"begun": [{"place": at, "kept_bytes": size} for at, size in kept.items()]}


def token(given: Fields) -> Out:
    """Read and write a token."""
    found = exchange.decode_token(bytes.fromhex(given["payload"]))
    written = exchange.encode_token(found).hex()
    return {"id": found.envelope_id.hex(), "secret": found.secret.hex(), "written": written}
